// Package config reads what the update agent is told: by the user, by the release, by the machine.
package config

import (
	"bufio"
	"os"
	"strings"
)

// Where the settings are; the first that has a key wins. Source: flatcar/update_engine,
// omaha_request_params.cc.
var settingFiles = []string{
	"/etc/flatcar/update.conf",
	"/usr/share/flatcar/update.conf",
	"/usr/share/flatcar/release",
}

// Settings are read anew for each check, so that a change needs no restart.
type Settings map[string]string

// ReadSettings returns all keys of all files; a file that is not there has none.
func ReadSettings() Settings {
	settings := Settings{}
	for index := len(settingFiles) - 1; index >= 0; index-- {
		for key, value := range ReadAssignments(settingFiles[index]) {
			settings[key] = value
		}
	}
	return settings
}

// ReadAssignments reads lines of the form KEY=VALUE; quotes around a value are dropped.
func ReadAssignments(path string) map[string]string {
	values := map[string]string{}
	file, err := os.Open(path)
	if err != nil {
		return values
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		key, value, found := strings.Cut(strings.TrimSpace(lines.Text()), "=")
		if found && !strings.HasPrefix(key, "#") {
			values[key] = strings.Trim(value, `"'`)
		}
	}
	return values
}

// Server is where to ask for updates; empty when updates are disabled.
func (settings Settings) Server() string {
	if server := settings["SERVER"]; server != "disabled" {
		return server
	}
	return ""
}
