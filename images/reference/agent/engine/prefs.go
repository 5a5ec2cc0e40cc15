package engine

import (
	"log"
	"os"
	"path/filepath"
	"strings"
)

// What outlives a reboot, a file for each.
const (
	prefsDirectory = "/var/lib/update_engine/prefs"
	// The version that was running when the last update was installed; empty once that was reported.
	previousVersion = "previous-version"
	// The version that was installed last.
	installedVersion = "installed-version"
	// A version that did not hold: it is not installed again unless somebody asks for it.
	refusedVersion = "refused-version"
)

// What lasts until the next boot.
const (
	completedMarker = "/run/update_engine_autoupdate_completed"
)

// readPref returns false when it was never set.
func readPref(name string) (string, bool) {
	text, err := os.ReadFile(filepath.Join(prefsDirectory, name))
	return strings.TrimSpace(string(text)), err == nil
}

// writePref does its best: a full disk stops no update.
func writePref(name, value string) {
	err := os.MkdirAll(prefsDirectory, 0o755)
	path := filepath.Join(prefsDirectory, name)
	if err == nil {
		err = os.WriteFile(path+".new", []byte(value), 0o644)
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		log.Printf("Unable to keep %s: %v", name, err)
	}
}
