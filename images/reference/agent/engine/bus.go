package engine

import (
	"errors"

	"github.com/godbus/dbus/v5"
)

// Names on the system bus. Source: flatcar/update_engine, dbus_constants.h.
const (
	BusName      = "com.coreos.update1"
	BusPath      = dbus.ObjectPath("/com/coreos/update1")
	BusInterface = "com.coreos.update1.Manager"
	StatusSignal = BusInterface + ".StatusUpdate"
)

// manager is what clients call.
type manager struct {
	board *board
	// Starts a check that somebody asked for.
	attempt func()
	reset   func() error
}

// AttemptUpdate returns as soon as the check is under way.
func (manager manager) AttemptUpdate() *dbus.Error {
	manager.attempt()
	return nil
}

// ResetStatus forgets that a reboot is needed.
func (manager manager) ResetStatus() *dbus.Error {
	if err := manager.reset(); err != nil {
		return dbus.MakeFailedError(err)
	}
	return nil
}

// GetStatus returns the time of the last check, the progress, the state, the new version, its size.
func (manager manager) GetStatus() (int64, float64, string, string, int64, *dbus.Error) {
	status := manager.board.get()
	return status.LastChecked, status.Progress, status.Operation, status.NewVersion, status.NewSize, nil
}

// serve offers the manager, and tells the bus of each change of the status.
func serve(manager manager) (*dbus.Conn, error) {
	bus, err := dbus.ConnectSystemBus()
	if err != nil {
		return nil, err
	}
	if err := bus.Export(manager, BusPath, BusInterface); err != nil {
		return nil, err
	}
	manager.board.notify = func(status Status) {
		bus.Emit(BusPath, StatusSignal, status.LastChecked, status.Progress, status.Operation,
			status.NewVersion, status.NewSize)
	}
	reply, err := bus.RequestName(BusName, dbus.NameFlagDoNotQueue)
	if err == nil && reply != dbus.RequestNameReplyPrimaryOwner {
		err = errors.New("another update engine runs already")
	}
	return bus, err
}
