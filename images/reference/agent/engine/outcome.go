package engine

import (
	"log"

	"agent/omaha"
	"agent/slots"
)

// outcome is what became of the update before, and what the server is told of it.
type outcome struct {
	event omaha.Event
	// The version that did not hold; empty when none failed.
	failed string
	// The update was not booted yet: what becomes of it is told later.
	pending bool
}

// lastOutcome tells whether the system that runs now is the new one, or, after a rollback, still the old
// one. Source: flatcar/update_engine, omaha_request_action.cc.
func lastOutcome(running string) outcome {
	return outcomeOf(running, failedVersion())
}

func outcomeOf(running, failed string) outcome {
	told, _ := readPref(toldVersion)
	if failed != "" && failed != told {
		log.Printf("Rollback detected, still running %s after update.", running)
		return outcome{event: omaha.RolledBackEvent(), failed: failed}
	}
	previous, known := readPref(previousVersion)
	if !known {
		previous = "0.0.0.0"
	}
	pending := previous == running
	if pending {
		previous = ""
	}
	return outcome{pending: pending, event: omaha.Event{
		Type: omaha.TypeComplete, Result: omaha.ResultSuccessReboot, PreviousVersion: &previous,
	}}
}

// told remembers that the server knows.
func (outcome outcome) told() {
	if outcome.failed != "" {
		writePref(toldVersion, outcome.failed)
		writePref(refusedVersion, outcome.failed)
	}
	if !outcome.pending {
		writePref(previousVersion, "")
	}
}

// recordInstall is called before a boot may choose what was installed.
func recordInstall(running, installed string) {
	writePref(previousVersion, running)
	writePref(installedVersion, installed)
	forgetPref(toldVersion)
}

// failedVersion is what was installed into the other slot, when a boot has given that up. The slot's
// attributes are the witness: they are on the disk before any boot, and need no room.
func failedVersion() string {
	current, err := slots.Booted()
	if err != nil {
		return ""
	}
	if givenUp, err := current.Other().GivenUp(); err != nil || !givenUp {
		return ""
	}
	if version, known := readPref(installedVersion); known {
		return version
	}
	version, err := current.Other().Version()
	if err != nil {
		log.Print(err)
	}
	return version
}

// isRefused tells of a version that did not hold.
func isRefused(version string) bool {
	refused, _ := readPref(refusedVersion)
	return version != "" && (version == refused || version == failedVersion())
}
