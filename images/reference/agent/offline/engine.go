package offline

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"agent/client"
	"agent/engine"
)

const (
	lookInterval = 5 * time.Second
	// The engine gives a server up sooner, and writes a slot in less.
	longestStill = 15 * time.Minute
)

// startEngine returns an engine that has nothing to do. One that is masked is unmasked, as by the
// original: who wants no updates afterwards says -A.
func startEngine() (client.Manager, error) {
	for _, command := range []string{"unmask", "start"} {
		text, err := exec.Command("systemctl", "--quiet", command, "update-engine.service").CombinedOutput()
		if err != nil {
			said := strings.TrimSpace(string(text))
			return client.Manager{}, fmt.Errorf("systemctl %s update-engine: %w: %s", command, err, said)
		}
	}
	manager, err := client.Connect()
	if err != nil {
		return manager, err
	}
	status, err := manager.Status()
	if err != nil {
		return manager, err
	}
	return manager, mustBeIdle(status.Operation)
}

func mustBeIdle(operation string) error {
	switch operation {
	case engine.Idle:
		return nil
	case engine.NeedReboot:
		return errors.New("an update that was installed before waits for its reboot; " +
			"you can discard it with 'update_engine_client -reset_status'")
	default:
		return errors.New("the update engine is busy: " + operation + "; try again when it is idle")
	}
}

func update(ctx context.Context, manager client.Manager) error {
	changes, err := manager.Changes()
	if err != nil {
		return err
	}
	if err := manager.Attempt(); err != nil {
		return err
	}
	return await(ctx, changes, manager.Status)
}

// await ends when the engine has come to rest; it leaves the idle state first. It may also die, or be told
// to do nothing, and say nothing of that: so it is asked as well.
func await(
	ctx context.Context, changes <-chan engine.Status, ask func() (engine.Status, error),
) error {
	look := time.NewTicker(lookInterval)
	defer look.Stop()
	last, since := engine.Status{}, time.Now()
	for {
		var status engine.Status
		var err error
		select {
		case <-ctx.Done():
			return errors.New("interrupted: the update will come to nothing")
		case told, open := <-changes:
			if !open {
				return errors.New("the bus has gone")
			}
			status = told
		case <-look.C:
			status, err = ask()
		}
		if err != nil {
			return fmt.Errorf("the update engine has gone: %w", err)
		}
		switch status.Operation {
		case engine.NeedReboot:
			fmt.Printf("Version %s is installed and waits for a reboot.\n", status.NewVersion)
			return nil
		case engine.Idle:
			return errors.New("the update failed; see journalctl -u update-engine")
		}
		if status != last {
			last, since = status, time.Now()
		} else if time.Since(since) > longestStill {
			return fmt.Errorf("the update engine has been %s for %v", status.Operation, longestStill)
		}
	}
}
