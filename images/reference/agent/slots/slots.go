// Package slots knows the two halves of an A/B system: which one runs, where the other is, and the
// attributes by which the boot loader chooses. They are read and written by cgpt.
package slots

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Slot is one half.
type Slot struct {
	// "a" or "b".
	Name      string
	Partition string
	Kernel    string
}

const kernelDirectory = "/boot/flatcar"

func slot(name string) Slot {
	return Slot{
		Name:      name,
		Partition: "/dev/disk/by-partlabel/USR-" + strings.ToUpper(name),
		Kernel:    filepath.Join(kernelDirectory, "vmlinuz-"+name),
	}
}

// Booted is the slot that /usr comes from.
func Booted() (Slot, error) {
	device, err := output("rootdev", "-s", "/usr")
	if err != nil {
		return Slot{}, err
	}
	for _, name := range []string{"a", "b"} {
		partition, err := filepath.EvalSymlinks(slot(name).Partition)
		if err == nil && partition == device {
			return slot(name), nil
		}
	}
	return Slot{}, fmt.Errorf("/usr is on %s, which is no slot", device)
}

// Other is the slot that an update goes to.
func (current Slot) Other() Slot {
	if current.Name == "a" {
		return slot("b")
	}
	return slot("a")
}

// Successful says whether the slot was marked good.
func (current Slot) Successful() (bool, error) {
	number, err := current.attribute("-S")
	return number == 1, err
}

// Usable says whether the boot loader would take the slot.
func (current Slot) Usable() (bool, error) {
	successful, err := current.Successful()
	if err != nil || successful {
		return successful, err
	}
	tries, err := current.attribute("-T")
	return tries > 0, err
}

// Next is the slot that the boot loader prefers. Source: the order of the GPT attributes that it reads,
// flatcar/grub, gptprio.
func Next() (Slot, error) {
	best, highest := Slot{}, 0
	for _, name := range []string{"a", "b"} {
		candidate := slot(name)
		usable, err := candidate.Usable()
		if err != nil {
			return Slot{}, err
		}
		priority, err := candidate.attribute("-P")
		if err != nil {
			return Slot{}, err
		}
		if usable && priority > highest {
			best, highest = candidate, priority
		}
	}
	if highest == 0 {
		return Slot{}, errors.New("the boot loader would take no slot")
	}
	return best, nil
}

// Disable keeps the boot loader away from a slot that is about to be written.
func (current Slot) Disable() error {
	return run("cgpt", "add", "-S0", "-T0", "-P0", current.Partition)
}

// GivenUp says whether the slot was booted for its last try and never marked good. One that is being
// written, or that waits for its first boot, is not.
func (current Slot) GivenUp() (bool, error) {
	priority, err := current.attribute("-P")
	if err != nil || priority == 0 {
		return false, err
	}
	usable, err := current.Usable()
	return err == nil && !usable, err
}

func (current Slot) attribute(flag string) (int, error) {
	text, err := output("cgpt", "show", flag, current.Partition)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(text)
}

func run(name string, arguments ...string) error {
	_, err := output(name, arguments...)
	return err
}

func output(name string, arguments ...string) (string, error) {
	command := exec.Command(name, arguments...)
	command.Stderr = os.Stderr
	text, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(arguments, " "), err)
	}
	return strings.TrimSpace(string(text)), nil
}
