// Package offline is flatcar-update: it brings one certain version, from a file or from the release
// server, through the same engine as every other update.
package offline

import (
	"context"
	"errors"
	"flag"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

const (
	payloadName   = "flatcar_production_update.gz"
	releaseServer = "https://update.release.flatcar-linux.net/"
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
	// Told to end, it leaves the settings as they were.
	ctx, stop := signal.NotifyContext(
		context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	payload, cleanUp, err := request.file(ctx)
	if err != nil {
		return err
	}
	defer cleanUp()
	return request.install(ctx, payload)
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
	for _, name := range []string{"D", "force-dev-key", "F", "force-flatcar-key"} {
		flags.BoolFunc(name, "not here: this system has one key", func(string) error {
			return errors.New("this system has one key, which all of its releases are signed with")
		})
	}
	for _, name := range []string{"E", "extension"} {
		flags.Func(name, "not here: releases of this system have none", func(string) error {
			return errors.New("releases of this system bring no extensions of their own")
		})
	}
	if err := flags.Parse(arguments); err != nil {
		return request, err
	}
	if flags.NArg() > 0 {
		return request, errors.New("what is this: " + strings.Join(flags.Args(), " "))
	}
	if request.version == "" {
		return request, errors.New("say which version: --to-version VERSION")
	}
	return request, nil
}

// install has the engine ask a server of our own, for as long as it takes.
func (request request) install(ctx context.Context, payload string) error {
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
	manager, err := startEngine()
	if err != nil {
		return err
	}
	restore, err := redirect(base + "/v1/update/")
	if err != nil {
		return err
	}
	outcome := update(ctx, manager)
	if err := errors.Join(outcome, restore()); err != nil {
		return err
	}
	if request.disableAfter {
		return setServer(settingsFile, "disabled")
	}
	return nil
}
