package locksmith

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"agent/slots"
)

// claimFile tells the next boot what the reboot lock was taken for.
const claimFile = "/var/lib/locksmith/claim"

// claim is the slot that a reboot is to lead to, and the boot that it was decided in.
type claim struct{ slot, boot string }

// readClaim returns an empty claim when there is none: the lock was taken by hand.
func readClaim(path string) claim {
	text, _ := os.ReadFile(path)
	slot, boot, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	return claim{slot, boot}
}

// write returns when the disk has it: a reboot follows.
func (claim claim) write(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := fmt.Fprintln(file, claim.slot, claim.boot); err != nil {
		return err
	}
	return file.Sync()
}

// present is what runs.
type present struct {
	claim
	good bool
}

func readPresent() (present, error) {
	slot, err := slots.Booted()
	if err != nil {
		return present{}, err
	}
	good, err := slot.Successful()
	return present{claim{slot.Name, bootID()}, good}, err
}

// reasonToKeep is empty when what the lock was taken for has come true. Whoever waits for the lock goes
// the same way, so it must not be free before this machine has proved that way. A reason that only
// another reboot can change is final.
func (claim claim) reasonToKeep(now present) (reason string, final bool) {
	switch {
	case claim.boot == now.boot:
		return "its reboot is still to come", true
	case claim.slot != "" && claim.slot != now.slot:
		return fmt.Sprintf("it was taken to boot slot %s, and slot %s runs", claim.slot, now.slot), true
	case !now.good:
		return "this boot has not been marked good yet", false
	default:
		return "", false
	}
}

// writeClaim notes that the next reboot is one to the slot that the boot loader prefers.
func writeClaim() error {
	next, err := slots.Next()
	if err != nil {
		return err
	}
	return claim{next.Name, bootID()}.write(claimFile)
}

func bootID() string {
	text, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(text))
}
