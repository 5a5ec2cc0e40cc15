package install

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"syscall"

	"agent/aligned"
	"agent/omaha"
	"agent/payload"
	"agent/slots"
)

// target is the other slot while it is written.
type target struct {
	current, slot slots.Slot
	partition     *aligned.File
	kernel        *os.File
	manifest      *payload.Manifest
}

func newTarget(current, slot slots.Slot) *target { return &target{current: current, slot: slot} }

// The new kernel takes its name when it is known to be the right one.
func (target *target) kernelDraft() string { return target.slot.Kernel + ".new" }

// prepare finds out early what would fail late: the download is long.
func (target *target) prepare() error {
	running, err := os.Stat(target.current.Kernel)
	if err != nil {
		return kernelNotCopied(target.slot, err)
	}
	os.Remove(target.kernelDraft())
	// An engine that was killed may have left it mounted, and a mount keeps what it has read.
	target.slot.Unmount()
	var space syscall.Statfs_t
	if err := syscall.Statfs("/boot/flatcar", &space); err != nil {
		return kernelNotCopied(target.slot, err)
	}
	if free := int64(space.Bavail) * space.Bsize; free < running.Size() {
		err := kernelNotCopied(target.slot, fmt.Errorf("%w: %d bytes are free", syscall.ENOSPC, free))
		return withSpace(err)
	}
	return nil
}

// Open implements payload.Targets.
func (target *target) Open(manifest *payload.Manifest) (payload.Target, payload.Target, error) {
	target.manifest = manifest
	file, err := aligned.OpenForWriting(target.slot.Partition)
	if err != nil {
		return nil, nil, omaha.Fail(omaha.DeviceNotOpened, err)
	}
	target.partition = file
	// Whether it has room for the update is found out by writing, as the original does.
	if manifest.New.Size == 0 {
		err := errors.New("the update does not say what its partition becomes")
		return nil, nil, omaha.Fail(omaha.PartitionInfoBad, err)
	}
	if err := target.slot.Disable(); err != nil {
		return nil, nil, omaha.Fail(omaha.DeviceNotOpened, err)
	}
	kernel, err := os.Create(target.kernelDraft())
	if err != nil {
		return nil, nil, kernelNotCopied(target.slot, err)
	}
	target.kernel = kernel
	return file, kernelFile{kernel, target.slot}, nil
}

// kernelFile says what a failure to write it means.
type kernelFile struct {
	*os.File
	slot slots.Slot
}

func (file kernelFile) WriteAt(data []byte, offset int64) (int, error) {
	count, err := file.File.WriteAt(data, offset)
	if err != nil {
		err = kernelNotCopied(file.slot, err)
	}
	return count, err
}

// verify reads back what was written, and gives the kernel its name.
func (target *target) verify() error {
	if err := target.partition.Sync(); err != nil {
		return omaha.Fail(omaha.WriteFailed, err)
	}
	if err := compare(target.slot.Partition, target.manifest.New); err != nil {
		return omaha.Fail(omaha.PartitionNotVerified, err)
	}
	for _, procedure := range target.manifest.Procedures {
		if procedure.Type == payload.Kernel {
			return target.verifyKernel(procedure.New)
		}
	}
	return omaha.Fail(omaha.KernelNotVerified, fmt.Errorf("the update has no kernel"))
}

func (target *target) verifyKernel(expected payload.Info) error {
	if err := target.kernel.Truncate(int64(expected.Size)); err != nil {
		return kernelNotCopied(target.slot, err)
	}
	if err := target.kernel.Sync(); err != nil {
		return kernelNotCopied(target.slot, err)
	}
	if err := compare(target.kernelDraft(), expected); err != nil {
		return omaha.Fail(omaha.KernelNotVerified, err)
	}
	if err := os.Rename(target.kernelDraft(), target.slot.Kernel); err != nil {
		return kernelNotCopied(target.slot, err)
	}
	return syncDirectory("/boot/flatcar")
}

func compare(path string, expected payload.Info) error {
	digest := sha256.New()
	count, err := aligned.Copy(digest, path, int64(expected.Size))
	if err != nil {
		return err
	}
	if uint64(count) != expected.Size || !bytes.Equal(digest.Sum(nil), expected.SHA256) {
		return fmt.Errorf("%s does not hold what was written to it", path)
	}
	return nil
}

func syncDirectory(path string) error {
	directory, err := os.Open(path)
	if err != nil {
		return err
	}
	defer directory.Close()
	return directory.Sync()
}

func (target *target) close() {
	if target.partition != nil {
		target.partition.Close()
	}
	if target.kernel != nil {
		target.kernel.Close()
	}
	os.Remove(target.kernelDraft())
}
