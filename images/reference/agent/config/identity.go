package config

import (
	"os"
	"strings"
)

// Identity is what the machine says about itself to an update server.
type Identity struct {
	AppID   string
	Version string
	// The version that the machine began with; whoever keeps it sets it.
	AlephVersion string
	Track        string
	Board        string
	MachineID    string
	MachineAlias string
	BootID       string
	OEM          string
	OEMVersion   string
}

// ReadIdentity never fails: what is not there is empty.
func ReadIdentity(settings Settings) Identity {
	release := ReadAssignments("/usr/lib/os-release")
	oem := ReadAssignments("/oem/oem-release")
	track := settings["GROUP"]
	return Identity{
		AppID:        settings["FLATCAR_RELEASE_APPID"],
		Version:      release["VERSION_ID"],
		Track:        track,
		Board:        settings["FLATCAR_RELEASE_BOARD"],
		MachineID:    readLine("/etc/machine-id"),
		MachineAlias: settings["MACHINE_ALIAS"],
		BootID:       "{" + readLine("/proc/sys/kernel/random/boot_id") + "}",
		OEM:          oem["ID"],
		OEMVersion:   oem["VERSION_ID"],
	}
}

func readLine(path string) string {
	text, _ := os.ReadFile(path)
	return strings.TrimSpace(string(text))
}
