// Package engine is the update engine: it asks for updates, installs them, and says on the bus how far
// it is. Names on the bus and of the states are those of flatcar/update_engine.
package engine

import (
	"sync"
	"time"
)

// States, as clients see them.
const (
	Idle           = "UPDATE_STATUS_IDLE"
	Checking       = "UPDATE_STATUS_CHECKING_FOR_UPDATE"
	Available      = "UPDATE_STATUS_UPDATE_AVAILABLE"
	Downloading    = "UPDATE_STATUS_DOWNLOADING"
	Finalizing     = "UPDATE_STATUS_FINALIZING"
	NeedReboot     = "UPDATE_STATUS_UPDATED_NEED_REBOOT"
	ReportingError = "UPDATE_STATUS_REPORTING_ERROR_EVENT"
)

const noVersion = "0.0.0"

// Status is what a client is told.
type Status struct {
	// Seconds since the epoch; 0 when there was no check.
	LastChecked int64
	// From 0 to 1.
	Progress   float64
	Operation  string
	NewVersion string
	NewSize    int64
}

// board keeps the status and tells of each change.
type board struct {
	mutex  sync.Mutex
	status Status
	notify func(Status)
}

func newBoard(operation string) *board {
	return &board{status: Status{Operation: operation, NewVersion: noVersion}, notify: func(Status) {}}
}

func (board *board) get() Status {
	board.mutex.Lock()
	defer board.mutex.Unlock()
	return board.status
}

func (board *board) change(edit func(*Status)) {
	board.mutex.Lock()
	edit(&board.status)
	status := board.status
	board.mutex.Unlock()
	board.notify(status)
}

func (board *board) set(operation string) {
	board.change(func(status *Status) { status.Operation = operation })
}

// begin takes the board from idle to checking; false when something is going on.
func (board *board) begin() bool {
	board.mutex.Lock()
	idle := board.status.Operation == Idle
	if idle {
		board.status.Operation = Checking
	}
	status := board.status
	board.mutex.Unlock()
	if idle {
		board.notify(status)
	}
	return idle
}

func (board *board) checked() {
	board.change(func(status *Status) { status.LastChecked = time.Now().Unix() })
}

// clear forgets the update.
func (board *board) clear() {
	board.change(func(status *Status) {
		*status = Status{LastChecked: status.LastChecked, Operation: Idle, NewVersion: noVersion}
	})
}
