package locksmith

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"agent/config"
)

const usage = "usage: locksmithctl status | lock [MACHINE] | unlock [MACHINE] | set-max NUMBER | reboot"

// ControlMain shows and changes the lock, or reboots under it.
func ControlMain(arguments []string) error {
	if len(arguments) == 0 {
		return errors.New(usage)
	}
	options, err := readOptions()
	if err != nil {
		return err
	}
	store := newStore(options.endpoints)
	holder := config.ReadIdentity(nil).MachineID
	if len(arguments) > 1 {
		holder = arguments[1]
	}
	switch arguments[0] {
	case "status":
		return print(store.change(func(*semaphore) error { return nil }))
	case "lock":
		_, err = store.change(func(lock *semaphore) error { return lock.acquire(holder) })
	case "unlock":
		_, err = store.change(func(lock *semaphore) error { return lock.release(holder) })
	case "set-max":
		return setMax(store, arguments[1:])
	case "reboot":
		if options.strategy == strategyLock {
			newPermission(options).lockWhile(func() bool { return true })
		}
		return reboot()
	default:
		return errors.New(usage)
	}
	return err
}

func setMax(store store, arguments []string) error {
	if len(arguments) != 1 {
		return errors.New(usage)
	}
	most, err := strconv.Atoi(arguments[0])
	if err != nil {
		return fmt.Errorf("set-max wants a number and not %q", arguments[0])
	}
	return print(store.change(func(lock *semaphore) error { return lock.resize(most) }))
}

func print(lock semaphore, err error) error {
	if err != nil {
		return err
	}
	fmt.Printf("Available: %d\nMax: %d\n", lock.Free, lock.Max)
	if len(lock.Holders) > 0 {
		fmt.Printf("\nMACHINE ID\n%s\n", strings.Join(lock.Holders, "\n"))
	}
	return nil
}
