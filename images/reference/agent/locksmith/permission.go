package locksmith

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	loginDelay   = 5 * time.Minute
	lockInterval = 5 * time.Second
)

// permission is what a reboot waits for: the window, the lock of the cluster, and who is logged in.
type permission struct {
	options
	store store
	now   func() time.Time
	sleep func(time.Duration)
	claim func() error
	users func()
}

func newPermission(options options) permission {
	return permission{options, newStore(options.endpoints), time.Now, time.Sleep, writeClaim, awaitUsers}
}

// await returns when all of them allow it at once. The lock is given back when the window has closed
// meanwhile: until the next one every other machine would wait for it.
func (permission permission) await() {
	for {
		permission.awaitWindow()
		if permission.strategy == strategyLock && !permission.lockWhile(permission.isOpen) {
			continue
		}
		permission.users()
		if permission.isOpen() {
			return
		}
		log.Print("The reboot window has closed.")
		permission.unlock()
	}
}

func (permission permission) isOpen() bool { return permission.window.wait(permission.now()) == 0 }

func (permission permission) awaitWindow() {
	for {
		wait := permission.window.wait(permission.now())
		if wait == 0 {
			return
		}
		log.Printf("Waiting for %v until the reboot window opens.", wait.Round(time.Second))
		permission.sleep(min(wait, time.Minute))
	}
}

// lockWhile returns whether the lock came while it was wanted.
func (permission permission) lockWhile(wanted func() bool) bool {
	told := ""
	for wanted() {
		err := permission.claim()
		if err == nil {
			_, err = permission.store.change(func(lock *semaphore) error { return lock.acquire(permission.holder) })
		}
		if err == nil {
			log.Print("The reboot lock is ours.")
			return true
		}
		if err.Error() != told {
			log.Printf("Waiting for the reboot lock: %v", err)
			told = err.Error()
		}
		permission.sleep(lockInterval)
	}
	return false
}

// unlock returns when the lock is held no more.
func (permission permission) unlock() {
	if permission.strategy != strategyLock {
		return
	}
	os.Remove(claimFile)
	for {
		_, err := permission.store.change(func(lock *semaphore) error { return lock.release(permission.holder) })
		if err == nil || err == errHolder {
			log.Print("The reboot lock was given back.")
			return
		}
		log.Printf("Unable to give the reboot lock back: %v", err)
		permission.sleep(lockInterval)
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
