package slots

import (
	"os"
	"path/filepath"
	"syscall"

	"agent/config"
)

// mountPoint is always the same one, so that what a killed program left there is found again.
const mountPoint = "/run/update-slot"

// Mounted calls use with the directory where the slot's system is, to be read.
func (current Slot) Mounted(use func(directory string) error) error {
	current.Unmount()
	if err := os.MkdirAll(mountPoint, 0o700); err != nil {
		return err
	}
	if err := run("mount", "-o", "ro", current.Partition, mountPoint); err != nil {
		return err
	}
	defer current.Unmount()
	return use(mountPoint)
}

// Unmount forgets the slot as it was read before.
func (Slot) Unmount() {
	for syscall.Unmount(mountPoint, syscall.MNT_DETACH) == nil {
	}
}

// Version is that of the system in the slot; empty when there is none that says so.
func (current Slot) Version() (version string, err error) {
	err = current.Mounted(func(directory string) error {
		version = config.ReadAssignments(filepath.Join(directory, "lib/os-release"))["VERSION_ID"]
		return nil
	})
	return version, err
}
