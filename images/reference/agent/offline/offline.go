// Package offline is flatcar-update: it brings one certain version, from a file or from the release
// server, through the same engine as every other update.
package offline

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"agent/client"
	"agent/config"
	"agent/engine"
)

const (
	payloadName   = "flatcar_production_update.gz"
	releaseServer = "https://update.release.flatcar-linux.net/"
	settingsFile  = "/etc/flatcar/update.conf"
)

type request struct {
	version, payload string
	disableAfter     bool
}

// Main installs a version; the reboot is left to whoever manages reboots.
func Main(arguments []string) error {
	request, err := parse(arguments)
	if err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return errors.New("only root can update the system")
	}
	payload, cleanUp, err := request.file()
	if err != nil {
		return err
	}
	defer cleanUp()
	return request.install(payload)
}

func parse(arguments []string) (request, error) {
	var request request
	flags := flag.NewFlagSet("flatcar-update", flag.ExitOnError)
	for _, name := range []string{"V", "to-version"} {
		flags.StringVar(&request.version, name, "", "the version to update to")
	}
	for _, name := range []string{"P", "to-payload"} {
		flags.StringVar(&request.payload, name, "", "its payload; else it is downloaded")
	}
	for _, name := range []string{"A", "disable-afterwards"} {
		flags.BoolVar(&request.disableAfter, name, false, "disable updates once it is done")
	}
	if err := flags.Parse(arguments); err != nil {
		return request, err
	}
	if request.version == "" {
		return request, errors.New("say which version: --to-version VERSION")
	}
	return request, nil
}

func (request request) file() (string, func(), error) {
	if request.payload != "" {
		return request.payload, func() {}, nil
	}
	directory, err := os.MkdirTemp("/var/tmp", "flatcar-update-")
	if err != nil {
		return "", nil, err
	}
	cleanUp := func() { os.RemoveAll(directory) }
	path := filepath.Join(directory, payloadName)
	board := config.ReadSettings()["FLATCAR_RELEASE_BOARD"]
	if err := fetch(releaseServer+board+"/"+request.version+"/"+payloadName, path); err != nil {
		cleanUp()
		return "", nil, err
	}
	return path, cleanUp, nil
}

func fetch(url, path string) error {
	answer, err := http.Get(url)
	if err != nil {
		return fmt.Errorf("the payload can't be downloaded: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the payload can't be downloaded: %s: %s", url, answer.Status)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(file, answer.Body)
	return err
}

func (request request) install(payload string) error {
	announcement, err := announce(request.version, payload)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	base := "http://" + listener.Addr().String()
	go http.Serve(listener, serve(payload, strings.ReplaceAll(announcement, "@BASE@", base)))
	before := config.ReadAssignments(settingsFile)
	if err := writeSettings(before, base+"/v1/update/"); err != nil {
		return err
	}
	outcome := update()
	after := before["SERVER"]
	if request.disableAfter {
		after = "disabled"
	}
	if err := writeSettings(before, after); err != nil {
		return err
	}
	return outcome
}

func serve(payload, announcement string) http.Handler {
	handler := http.NewServeMux()
	handler.HandleFunc("/v1/update/", func(answer http.ResponseWriter, asked *http.Request) {
		body, _ := io.ReadAll(asked.Body)
		text := `<response protocol="3.0"><app status="ok"><event status="ok"/></app></response>`
		if strings.Contains(string(body), "<updatecheck") {
			text = announcement
		}
		io.WriteString(answer, text)
	})
	handler.HandleFunc("/"+payloadName, func(answer http.ResponseWriter, asked *http.Request) {
		http.ServeFile(answer, asked, payload)
	})
	return handler
}

func announce(version, payload string) (string, error) {
	file, err := os.Open(payload)
	if err != nil {
		return "", err
	}
	defer file.Close()
	digest := sha256.New()
	size, err := io.Copy(digest, file)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`<response protocol="3.0"><app status="ok"><updatecheck status="ok">`+
		`<urls><url codebase="@BASE@/"/></urls><manifest version="%s"><packages>`+
		`<package name="%s" size="%d"/></packages><actions>`+
		`<action event="postinstall" sha256="%s"/></actions></manifest></updatecheck></app></response>`,
		version, payloadName, size, base64.StdEncoding.EncodeToString(digest.Sum(nil))), nil
}

// writeSettings keeps every other key; an empty server is the release's own.
func writeSettings(settings map[string]string, server string) error {
	var text strings.Builder
	for key, value := range settings {
		if key != "SERVER" {
			fmt.Fprintf(&text, "%s=%s\n", key, value)
		}
	}
	if server != "" {
		fmt.Fprintf(&text, "SERVER=%s\n", server)
	}
	if err := os.MkdirAll(filepath.Dir(settingsFile), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(settingsFile+".new", []byte(text.String()), 0o644); err != nil {
		return err
	}
	return os.Rename(settingsFile+".new", settingsFile)
}

func update() error {
	if err := exec.Command("systemctl", "start", "update-engine.service").Run(); err != nil {
		return fmt.Errorf("the update engine does not start: %w", err)
	}
	manager, err := client.Connect()
	if err != nil {
		return err
	}
	before, err := manager.Status()
	if err != nil {
		return err
	}
	if before.Operation != engine.Idle {
		return errors.New("the update engine is busy: " + before.Operation)
	}
	changes, err := manager.Changes()
	if err != nil {
		return err
	}
	if err := manager.Attempt(); err != nil {
		return err
	}
	return await(changes)
}

// await ends when the engine has come to rest; it always leaves the idle state first.
func await(changes <-chan engine.Status) error {
	for status := range changes {
		switch status.Operation {
		case engine.NeedReboot:
			fmt.Printf("Version %s is installed and waits for a reboot.\n", status.NewVersion)
			return nil
		case engine.Idle:
			return errors.New("the update failed; see journalctl -u update-engine")
		}
	}
	return errors.New("the update engine has gone")
}
