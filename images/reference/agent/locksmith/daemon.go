package locksmith

import (
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"
	"time"

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

const (
	loginDelay      = 5 * time.Minute
	lockInterval    = 5 * time.Second
	defaultEndpoint = "http://127.0.0.1:2379"
)

// options is what update.conf says of reboots.
type options struct {
	strategy string
	window   *window
	endpoint string
	holder   string
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
	endpoint, _, _ := strings.Cut(settings["LOCKSMITHD_ENDPOINT"], ",")
	if endpoint == "" {
		endpoint = defaultEndpoint
	}
	return options{strategy, window, endpoint, config.ReadIdentity(settings).MachineID}, err
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
	options.awaitWindow()
	if options.strategy == strategyLock {
		options.awaitLock()
		// The others may have taken long.
		options.awaitWindow()
	}
	awaitUsers()
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

func (options options) awaitWindow() {
	for wait := options.window.wait(time.Now()); wait > 0; wait = options.window.wait(time.Now()) {
		log.Printf("Waiting for %v until the reboot window opens.", wait.Round(time.Second))
		time.Sleep(min(wait, time.Minute))
	}
}

func (options options) awaitLock() {
	store := newStore(options.endpoint)
	told := ""
	for {
		err := writeClaim()
		if err == nil {
			_, err = store.change(func(lock *semaphore) error { return lock.acquire(options.holder) })
		}
		if err == nil {
			log.Print("The reboot lock is ours.")
			return
		}
		if err.Error() != told {
			log.Printf("Waiting for the reboot lock: %v", err)
			told = err.Error()
		}
		time.Sleep(lockInterval)
	}
}

// awaitUsers warns who is logged in, and leaves them some time.
func awaitUsers() {
	sessions, _ := exec.Command("loginctl", "list-sessions", "--no-legend").Output()
	if !strings.Contains(string(sessions), " user ") {
		return
	}
	log.Printf("Logged in users detected, delaying reboot for %v.", loginDelay)
	warning := exec.Command("wall", fmt.Sprintf("System reboot in %v!", loginDelay))
	warning.Stderr = os.Stderr
	if err := warning.Run(); err != nil {
		log.Print(err)
	}
	time.Sleep(loginDelay)
}

func reboot() error { return exec.Command("systemctl", "reboot").Run() }
