// Package client is update_engine_client: its options, its output and its exit status are those of
// flatcar/update_engine.
package client

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"agent/engine"

	"github.com/godbus/dbus/v5"
)

// Main runs one command.
func Main(arguments []string) error {
	flags := flag.NewFlagSet("update_engine_client", flag.ExitOnError)
	check := flags.Bool("check_for_update", false, "Initiate check for updates.")
	status := flags.Bool("status", false, "Print the status to stdout.")
	reset := flags.Bool("reset_status", false, "Sets the status in update_engine to idle.")
	update := flags.Bool("update", false, "Forces an update and waits for its completion.")
	watch := flags.Bool("watch_for_updates", false, "Listen for status updates and print them.")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	manager, err := Connect()
	if err != nil {
		return err
	}
	switch {
	case *reset:
		return manager.reset()
	case *status:
		_, err := manager.print()
		return err
	case *update:
		return manager.update()
	case *check:
		say("Initiating update check and install.")
		return manager.Attempt()
	case *watch:
		return manager.watch()
	}
	say("Done.")
	return nil
}

// Manager is the update engine on the bus.
type Manager struct {
	bus    *dbus.Conn
	object dbus.BusObject
}

// Connect does not ask the engine for anything yet.
func Connect() (Manager, error) {
	bus, err := dbus.ConnectSystemBus()
	if err != nil {
		return Manager{}, fmt.Errorf("failed to get bus: %w", err)
	}
	return Manager{bus, bus.Object(engine.BusName, engine.BusPath)}, nil
}

// Attempt starts a check.
func (manager Manager) Attempt() error {
	return manager.object.Call(engine.BusInterface+".AttemptUpdate", 0).Err
}

// Status asks how far the engine is.
func (manager Manager) Status() (status engine.Status, err error) {
	call := manager.object.Call(engine.BusInterface+".GetStatus", 0)
	err = call.Store(&status.LastChecked, &status.Progress, &status.Operation, &status.NewVersion, &status.NewSize)
	return status, err
}

// Changes delivers each status as it is announced.
func (manager Manager) Changes() (<-chan engine.Status, error) {
	err := manager.bus.AddMatchSignal(
		dbus.WithMatchInterface(engine.BusInterface), dbus.WithMatchMember("StatusUpdate"))
	if err != nil {
		return nil, err
	}
	signals := make(chan *dbus.Signal, 16)
	manager.bus.Signal(signals)
	changes := make(chan engine.Status)
	go func() {
		defer close(changes)
		for signal := range signals {
			var status engine.Status
			if dbus.Store(signal.Body, &status.LastChecked, &status.Progress, &status.Operation,
				&status.NewVersion, &status.NewSize) == nil {
				changes <- status
			}
		}
	}()
	return changes, nil
}

func (manager Manager) print() (engine.Status, error) {
	status, err := manager.Status()
	if err != nil {
		return status, err
	}
	fmt.Printf("LAST_CHECKED_TIME=%d\nPROGRESS=%f\nCURRENT_OP=%s\nNEW_VERSION=%s\nNEW_SIZE=%d\n",
		status.LastChecked, status.Progress, status.Operation, status.NewVersion, status.NewSize)
	return status, nil
}

func (manager Manager) reset() error {
	say("Setting Update Engine status to idle ...")
	if err := manager.object.Call(engine.BusInterface+".ResetStatus", 0).Err; err != nil {
		return errors.New("ResetStatus failed.")
	}
	say("ResetStatus succeeded; to undo partition table changes run:\n" +
		`cgpt prioritize "$(rootdev -s /usr)"`)
	return nil
}

// update polls, as the original does, since a daemon may stop telling.
func (manager Manager) update() error {
	say("Initiating update check and install.")
	if err := manager.Attempt(); err != nil {
		return err
	}
	say("Waiting for update to complete.")
	for {
		time.Sleep(5 * time.Second)
		status, err := manager.print()
		if err != nil {
			return err
		}
		switch status.Operation {
		case engine.Idle:
			say("No update available")
			return nil
		case engine.NeedReboot:
			say("Update succeeded -- reboot needed.")
			return nil
		}
	}
}

func (manager Manager) watch() error {
	say("Watching for status updates.")
	changes, err := manager.Changes()
	if err != nil {
		return err
	}
	for status := range changes {
		say(fmt.Sprintf("Got status update:\n  last_checked_time: %d\n  progress: %f\n"+
			"  current_operation: %s\n  new_version: %s\n  new_size: %d", status.LastChecked,
			status.Progress, status.Operation, status.NewVersion, status.NewSize))
	}
	return nil
}

func say(text string) { fmt.Fprintln(os.Stderr, text) }
