package engine

import (
	"os"
	"path/filepath"
	"testing"

	"agent/omaha"
)

func emptyPrefs(t *testing.T) {
	t.Helper()
	prefsDirectory, runtimeDirectory = t.TempDir(), t.TempDir()
}

// fullPrefs are on a disk where nothing can be written.
func fullPrefs(t *testing.T) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	prefsDirectory, runtimeDirectory = filepath.Join(file, "prefs"), t.TempDir()
}

func mustTell(t *testing.T, outcome outcome, result int, previous string) {
	t.Helper()
	event := outcome.event
	if event.Type != omaha.TypeComplete || event.Result != result {
		t.Errorf("event %d/%d, expected 3/%d", event.Type, event.Result, result)
	}
	if result == omaha.ResultError {
		if *event.ErrorCode != 44 {
			t.Errorf("error %d, expected 44 and no flags", *event.ErrorCode)
		}
	} else if *event.PreviousVersion != previous {
		t.Errorf("previous version %q, expected %q", *event.PreviousVersion, previous)
	}
	outcome.told()
}

func TestUpdateThatHolds(t *testing.T) {
	emptyPrefs(t)
	mustTell(t, outcomeOf("1", ""), omaha.ResultSuccessReboot, "0.0.0.0")
	recordInstall("1", "2")
	mustTell(t, outcomeOf("2", ""), omaha.ResultSuccessReboot, "1")
	mustTell(t, outcomeOf("2", ""), omaha.ResultSuccessReboot, "")
}

func TestNotBootedYet(t *testing.T) {
	emptyPrefs(t)
	recordInstall("1", "2")
	mustTell(t, outcomeOf("1", ""), omaha.ResultSuccessReboot, "")
	mustTell(t, outcomeOf("2", ""), omaha.ResultSuccessReboot, "1")
}

func TestRollBackIsToldOnce(t *testing.T) {
	for name, prefs := range map[string]func(*testing.T){"room": emptyPrefs, "no room": fullPrefs} {
		t.Run(name, func(t *testing.T) {
			prefs(t)
			recordInstall("1", "2")
			mustTell(t, outcomeOf("1", "2"), omaha.ResultError, "")
			mustTell(t, outcomeOf("1", "2"), omaha.ResultSuccessReboot, "")
			if !isRefused("2") || isRefused("3") || isRefused("") {
				t.Error("only what did not hold is refused")
			}
			recordInstall("1", "2")
			mustTell(t, outcomeOf("1", "2"), omaha.ResultError, "")
		})
	}
}

// What was written down is lost with the power; the attributes of the slot are not.
func TestRollBackWithoutARecord(t *testing.T) {
	emptyPrefs(t)
	mustTell(t, outcomeOf("1", "2"), omaha.ResultError, "")
}

func TestFirstVersionStays(t *testing.T) {
	emptyPrefs(t)
	for _, running := range []string{"1", "2"} {
		if first := firstVersion(running); first != "1" {
			t.Errorf("began with %s, expected 1", first)
		}
	}
}
