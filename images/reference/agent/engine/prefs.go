package engine

import (
	"log"
	"os"
	"path/filepath"
	"strings"
)

// What outlives a reboot, a file for each.
const (
	// The version that was running when the last update was installed; empty once that was reported.
	previousVersion = "previous-version"
	// The version that was installed last.
	installedVersion = "installed-version"
	// A version that did not hold: it is not installed again unless somebody asks for it.
	refusedVersion = "refused-version"
	// The version whose roll-back the server has been told of.
	toldVersion = "told-version"
	// The version that the machine began with. Source: flatcar/update_engine, omaha_request_params.cc.
	alephVersion = "aleph-version"
)

// What lasts until the next boot.
const (
	completedMarker = "/run/update_engine_autoupdate_completed"
)

// Where they are; what finds no room there is kept in memory, until the next boot at least.
var (
	prefsDirectory   = "/var/lib/update_engine/prefs"
	runtimeDirectory = "/run/update_engine"
)

// readPref returns false when it was never set.
func readPref(name string) (string, bool) {
	text, err := os.ReadFile(filepath.Join(runtimeDirectory, name))
	if err != nil {
		text, err = os.ReadFile(filepath.Join(prefsDirectory, name))
	}
	return strings.TrimSpace(string(text)), err == nil
}

// writePref does its best: a full disk stops no update, and what is no longer true goes. Else the value is
// on the disk when it returns.
func writePref(name, value string) {
	err := writeSynced(prefsDirectory, name, value)
	if err == nil {
		os.Remove(filepath.Join(runtimeDirectory, name))
		return
	}
	log.Printf("Unable to keep %s: %v", name, err)
	forgetPref(name)
	if err := writeSynced(runtimeDirectory, name, value); err != nil {
		log.Print(err)
	}
}

// forgetPref needs no room.
func forgetPref(name string) {
	os.Remove(filepath.Join(runtimeDirectory, name))
	if os.Remove(filepath.Join(prefsDirectory, name)) == nil {
		syncPath(prefsDirectory)
	}
}

func writeSynced(directory, name, value string) error {
	path := filepath.Join(directory, name)
	err := os.MkdirAll(directory, 0o755)
	if err == nil {
		err = os.WriteFile(path+".new", []byte(value), 0o644)
	}
	if err == nil {
		err = syncPath(path + ".new")
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		os.Remove(path + ".new")
		return err
	}
	return syncPath(directory)
}

func syncPath(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return file.Sync()
}
