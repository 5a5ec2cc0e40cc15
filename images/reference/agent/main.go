// The update agent of the reference image: one program under the names of the commands that Flatcar's
// users know.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"agent/client"
	"agent/engine"
	"agent/locksmith"
	"agent/offline"
)

var commands = map[string]func(arguments []string) error{
	"update_engine":        engine.Main,
	"update_engine_client": client.Main,
	"locksmithd":           locksmith.DaemonMain,
	"locksmithctl":         locksmith.ControlMain,
	"flatcar-update":       offline.Main,
}

func main() {
	name := filepath.Base(os.Args[0])
	run, known := commands[name]
	if !known {
		fmt.Fprintf(os.Stderr, "%s: call me by the name of a command of the update agent\n", name)
		os.Exit(2)
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}
