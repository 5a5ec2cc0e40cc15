package install

import (
	"context"
	"errors"
	"fmt"
	"log"

	"agent/omaha"
	"agent/payload"
	"agent/slots"
)

const keyFile = "/usr/share/update_engine/update-payload-key.pub.pem"

// Steps are told to whoever watches an installation.
type Steps struct {
	// DownloadStarted comes before the first byte, DownloadFinished after the last one was checked.
	DownloadStarted, DownloadFinished func()
	Progress                          func(position int64)
	// Commit comes when all is written and verified, before the slot may be chosen by a boot: what is to
	// be known after a power cut must be on the disk when it returns.
	Commit func()
}

// Run installs an offer into the other slot and makes it the one to boot. Until its last step, which is
// the change of the attributes, the boot loader does not look at that slot.
func Run(ctx context.Context, offer *omaha.Offer, steps Steps) error {
	current, err := slots.Booted()
	if err != nil {
		return omaha.Fail(omaha.DeviceNotOpened, err)
	}
	target := newTarget(current, current.Other())
	defer target.close()
	if err := target.prepare(); err != nil {
		return err
	}
	steps.DownloadStarted()
	stream := newDownload(ctx, offer, steps.Progress)
	defer stream.close()
	expected := payload.Expected{Size: uint64(offer.Size), SHA256: offer.SHA256}
	if err := payload.NewReader(stream).Apply(target, expected, keyFile); err != nil {
		return withSpace(err)
	}
	steps.DownloadFinished()
	if err := target.verify(); err != nil {
		return err
	}
	steps.Commit()
	return postinstall(target.slot)
}

// A full partition is told as such.
func withSpace(err error) error {
	if errors.Is(err, errKernelNotCopied) {
		log.Print(err)
	}
	return err
}

var errKernelNotCopied = errors.New("Failed to copy kernel")

func kernelNotCopied(slot slots.Slot, err error) error {
	return omaha.Fail(omaha.KernelNotCopied, fmt.Errorf("%w to %s: %w", errKernelNotCopied, slot.Kernel, err))
}
