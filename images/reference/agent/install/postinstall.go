package install

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"

	"agent/omaha"
	"agent/slots"
)

// postinstall runs the new system's own last step, which ends with the slot's attributes.
func postinstall(slot slots.Slot) error {
	directory, err := os.MkdirTemp("/run", "update-")
	if err != nil {
		return omaha.Fail(omaha.PostinstallFailed, err)
	}
	defer os.Remove(directory)
	if err := run("mount", "-o", "ro", slot.Partition, directory); err != nil {
		return omaha.Fail(omaha.PostinstallFailed, err)
	}
	defer run("umount", directory)
	if err := run(directory+"/postinst", slot.Partition, "KERNEL="+slot.Kernel); err != nil {
		return omaha.Fail(omaha.PostinstallFailed, err)
	}
	return nil
}

func run(name string, arguments ...string) error {
	text, err := exec.Command(name, arguments...).CombinedOutput()
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if line != "" {
			log.Print(line)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
