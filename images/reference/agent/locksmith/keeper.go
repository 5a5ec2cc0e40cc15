package locksmith

import (
	"fmt"
	"log"
	"os"
	"slices"
	"time"
)

// keeper has the lock of the last reboot, and gives it back when that reboot is known to have gone well.
type keeper struct {
	store  store
	holder string
	claim  string
	look   func() (present, error)
}

func newKeeper(options options) keeper {
	return keeper{newStore(options.endpoints), options.holder, claimFile, readPresent}
}

// settle returns when the lock is held no more, or when it has to be kept until the next reboot.
func (keeper keeper) settle() {
	told := ""
	for {
		said, done := keeper.try()
		if said != told {
			log.Print(said)
			told = said
		}
		if done {
			return
		}
		time.Sleep(lockInterval)
	}
}

// try returns what there is to say; empty when the machine does not hold the lock.
func (keeper keeper) try() (said string, done bool) {
	lock, _, err := keeper.store.read()
	if err != nil {
		return fmt.Sprintf("Unable to read the reboot lock: %v", err), false
	}
	if !slices.Contains(lock.Holders, keeper.holder) {
		return "", true
	}
	now, err := keeper.look()
	if err != nil {
		return fmt.Sprintf("Unable to see how this boot fares: %v", err), false
	}
	if reason, final := readClaim(keeper.claim).reasonToKeep(now); reason != "" {
		return "The reboot lock is kept: " + reason, final
	}
	_, err = keeper.store.change(func(lock *semaphore) error { return lock.release(keeper.holder) })
	if err != nil && err != errHolder {
		return fmt.Sprintf("Unable to give the reboot lock back: %v", err), false
	}
	os.Remove(keeper.claim)
	return "The reboot lock was given back.", true
}
