package locksmith

import (
	"errors"
	"testing"
	"time"
)

// at is a machine that wants to reboot in a window of an hour at noon, and whose time passes only as it waits.
func at(now *time.Time, lock store) permission {
	window, _ := parseWindow("12:00", "1h")
	return permission{
		options: options{strategy: strategyLock, window: window, holder: me},
		store:   lock,
		now:     func() time.Time { return *now },
		sleep:   func(wait time.Duration) { *now = now.Add(wait) },
		claim:   func() error { return nil },
		users:   func() {},
	}
}

func TestLockThatComesTooLate(t *testing.T) {
	lock := semaphore{Free: 0, Max: 1, Holders: []string{"somebody"}}
	now := noon
	permission := at(&now, etcd(t, &lock))
	sleep := permission.sleep
	permission.sleep = func(wait time.Duration) {
		sleep(wait)
		if now.Sub(noon) > 2*time.Hour {
			lock = semaphore{Free: 1, Max: 1}
		} else if !permission.isOpen() && len(lock.Holders) == 1 && lock.Holders[0] == me {
			t.Fatal("holds the lock over a closed window")
		}
	}
	permission.await()
	if wanted := noon.Add(24 * time.Hour); now.Before(wanted) || now.After(wanted.Add(time.Minute)) {
		t.Errorf("reboots at %v, expected the next window", now)
	}
	if lock.Free != 0 || lock.Holders[0] != me {
		t.Errorf("reboots with the lock %v", lock)
	}
}

func TestWindowThatClosesOverUsers(t *testing.T) {
	lock := semaphore{Free: 1, Max: 1}
	now := noon.Add(58 * time.Minute)
	permission := at(&now, etcd(t, &lock))
	asked := 0
	permission.users = func() {
		asked++
		permission.sleep(loginDelay)
	}
	sleep := permission.sleep
	permission.sleep = func(wait time.Duration) {
		if !permission.isOpen() && len(lock.Holders) > 0 {
			t.Fatal("holds the lock over a closed window")
		}
		sleep(wait)
	}
	permission.await()
	if asked != 2 || !permission.isOpen() || len(lock.Holders) != 1 {
		t.Errorf("asked %d times, open %v, lock %v", asked, permission.isOpen(), lock)
	}
}

func TestClaimThatCanNotBeWritten(t *testing.T) {
	lock := semaphore{Free: 1, Max: 1}
	now := noon
	permission := at(&now, etcd(t, &lock))
	permission.claim = func() error { return errors.New("no room") }
	if permission.lockWhile(permission.isOpen) || lock.Free != 1 {
		t.Errorf("took the lock %v without a claim", lock)
	}
}

func TestEndpoints(t *testing.T) {
	lock := semaphore{Free: 1, Max: 1}
	there := etcd(t, &lock)
	store := newStore(append([]string{"http://127.0.0.1:1"}, there.endpoints...))
	if _, err := store.change(func(lock *semaphore) error { return lock.acquire(me) }); err != nil || lock.Free != 0 {
		t.Errorf("%v, lock %v; expected that the second member is asked", err, lock)
	}
}
