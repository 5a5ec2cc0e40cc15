package install

import (
	"fmt"
	"log"
	"os/exec"
	"strings"

	"agent/omaha"
	"agent/slots"
)

// postinstall runs the new system's own last step, which ends with the slot's attributes. One that fails
// may have changed them already: the boot loader must not look at the slot then.
func postinstall(slot slots.Slot) error {
	err := slot.Mounted(func(directory string) error {
		return run(directory+"/postinst", slot.Partition, "KERNEL="+slot.Kernel)
	})
	if err == nil {
		return nil
	}
	if failure := slot.Disable(); failure != nil {
		log.Print(failure)
	}
	return omaha.Fail(omaha.PostinstallFailed, err)
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
