package locksmith

import (
	"errors"
	"fmt"
	"log"
	"os/exec"
	"strings"

	"agent/client"
	"agent/config"
	"agent/engine"
)

// Strategies; anything else is a mistake that is told.
const (
	strategyReboot = "reboot"
	strategyLock   = "etcd-lock"
	strategyOff    = "off"
)

const defaultEndpoint = "http://127.0.0.1:2379"

// options is what update.conf says of reboots.
type options struct {
	strategy string
	window   *window
	// Members of the cluster that keeps the lock; any of them will do.
	endpoints []string
	holder    string
}

func readOptions() (options, error) {
	settings := config.ReadSettings()
	window, err := parseWindow(
		settings["LOCKSMITHD_REBOOT_WINDOW_START"], settings["LOCKSMITHD_REBOOT_WINDOW_LENGTH"])
	strategy := settings["REBOOT_STRATEGY"]
	if strategy == "" {
		strategy = strategyReboot
	}
	if err == nil && strategy != strategyReboot && strategy != strategyLock && strategy != strategyOff {
		err = fmt.Errorf("REBOOT_STRATEGY is %q; it may be off, reboot or etcd-lock", strategy)
	}
	endpoints := settings["LOCKSMITHD_ENDPOINT"]
	if endpoints == "" {
		endpoints = defaultEndpoint
	}
	return options{strategy, window, strings.Split(endpoints, ","), config.ReadIdentity(settings).MachineID}, err
}

// DaemonMain waits for an update that needs a reboot, then for everything that has to allow it.
func DaemonMain([]string) error {
	log.SetFlags(0)
	options, err := readOptions()
	if err != nil {
		return err
	}
	if options.strategy == strategyOff {
		log.Print("Reboot strategy is \"off\" - locksmithd is exiting.")
		return nil
	}
	log.Printf("Reboot strategy is %q.", options.strategy)
	if options.strategy == strategyLock {
		newKeeper(options).settle()
	}
	if err := awaitNeed(); err != nil {
		return err
	}
	newPermission(options).await()
	log.Print("Rebooting: an update waits for it.")
	return reboot()
}

func awaitNeed() error {
	manager, err := client.Connect()
	if err != nil {
		return err
	}
	changes, err := manager.Changes()
	if err != nil {
		return err
	}
	if status, err := manager.Status(); err == nil && status.Operation == engine.NeedReboot {
		return nil
	}
	for status := range changes {
		if status.Operation == engine.NeedReboot {
			return nil
		}
	}
	return errors.New("the bus has gone")
}

func reboot() error { return exec.Command("systemctl", "reboot").Run() }
