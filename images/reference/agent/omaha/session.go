package omaha

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"time"

	"agent/config"
)

const (
	engineVersion = "update_engine-0.4.10"
	maxAnswer     = 1 << 20
	answerLimit   = 2 * time.Minute
)

// Session is one talk with the server: who talks, to whom, and why.
type Session struct {
	Identity config.Identity
	Server   string
	// Somebody asked for it.
	OnDemand bool
}

// Offer is an update that the server has for this machine.
type Offer struct {
	Version string
	// Where the payload is, by preference.
	URLs   []string
	Size   int64
	SHA256 []byte
}

// Answer is what a check brought.
type Answer struct {
	// Nil when there is no update.
	Offer        *Offer
	PollInterval time.Duration
}

// Check asks for an update; the event tells what became of the last one.
func (session Session) Check(ctx context.Context, event Event) (Answer, error) {
	app := session.app()
	app.Ping = &ping{Active: 1}
	app.UpdateCheck = &struct{}{}
	app.Events = []Event{event}
	body, err := session.post(ctx, app)
	if err != nil {
		return Answer{}, err
	}
	return parseAnswer(body)
}

// Ping says that the machine is alive, and nothing else.
func (session Session) Ping(ctx context.Context) error {
	app := session.app()
	app.Ping = &ping{Active: 1}
	_, err := session.post(ctx, app)
	return err
}

// Tell reports an event. Events are best effort: a server that can't be told stops no update.
func (session Session) Tell(ctx context.Context, event Event) {
	app := session.app()
	app.Events = []Event{event}
	if _, err := session.post(ctx, app); err != nil {
		log.Printf("The event %d/%d was not reported: %v", event.Type, event.Result, err)
	}
}

// ErrorEvent tells of a failed update, with the flags of a system that is not Flatcar's own.
func (session Session) ErrorEvent(code Code, result int) Event {
	flagged := int32(code) | testImageFlag
	if session.Server != productionServer {
		flagged |= testServerFlag
	}
	return Event{Type: TypeComplete, Result: result, ErrorCode: &flagged}
}

// RolledBackEvent tells that an update did not hold. Its code has no flags: the original writes it by
// hand. Source: flatcar/update_engine, omaha_request_action.cc.
func RolledBackEvent() Event {
	code := int32(RolledBack)
	return Event{Type: TypeComplete, Result: ResultError, ErrorCode: &code}
}

func (session Session) app() requestApp {
	id := session.Identity
	return requestApp{
		AppID: id.AppID, Version: id.Version, Track: id.Track, BootID: id.BootID, OEM: id.OEM,
		OEMVersion: id.OEMVersion, AlephVersion: id.AlephVersion, MachineID: id.MachineID,
		MachineAlias: id.MachineAlias, Lang: "en-US", Board: id.Board,
	}
}

func (session Session) post(ctx context.Context, app requestApp) ([]byte, error) {
	source := "scheduler"
	if session.OnDemand {
		source = "ondemandupdate"
	}
	text, err := xml.MarshalIndent(request{
		Protocol: "3.0", Version: engineVersion, UpdaterVersion: engineVersion,
		InstallSource: source, IsMachine: "1",
		OS:  system{"Chateau", "CoreOS", session.Identity.Version + "_x86_64"},
		App: app,
	}, "", "  ")
	if err != nil {
		return nil, err
	}
	log.Printf("Posting an Omaha request to %s", session.Server)
	return send(ctx, session.Server, append([]byte(xml.Header), text...))
}

func send(ctx context.Context, server string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	call, err := http.NewRequestWithContext(ctx, http.MethodPost, server, bytes.NewReader(body))
	if err != nil {
		return nil, Fail(unreachable, err)
	}
	call.Header.Set("Content-Type", "text/xml")
	answer, err := http.DefaultClient.Do(call)
	if err != nil {
		return nil, Fail(unreachable, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		status := answer.StatusCode
		return nil, FailHTTP(HTTPStatus(status), status, fmt.Errorf("the server answers %s", answer.Status))
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return nil, Fail(unreachable, err)
	}
	return text, nil
}

func parseAnswer(body []byte) (Answer, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return Answer{}, Fail(ResponseEmpty, errors.New("the server's answer is empty"))
	}
	var parsed response
	if err := xml.Unmarshal(body, &parsed); err != nil {
		return Answer{}, Fail(ResponseNoXML, fmt.Errorf("the server's answer is no XML: %w", err))
	}
	check := parsed.App.UpdateCheck
	if check == nil {
		return Answer{}, invalid("it has no updatecheck")
	}
	answer := Answer{PollInterval: time.Duration(check.PollInterval) * time.Second}
	switch check.Status {
	case "noupdate":
		return answer, nil
	case "ok":
		offer, err := parseOffer(check)
		answer.Offer = offer
		return answer, err
	default:
		return Answer{}, invalid("its status is " + check.Status)
	}
}

func parseOffer(check *updateCheck) (*Offer, error) {
	manifest := check.Manifest
	if manifest == nil || len(manifest.Packages) == 0 || len(check.URLs) == 0 {
		return nil, invalid("it has no manifest, package or URL")
	}
	// The first package is the system's.
	file := manifest.Packages[0]
	if file.Name == "" || file.Size <= 0 {
		return nil, invalid("its package has no name or no size")
	}
	offer := &Offer{Version: manifest.Version, Size: file.Size}
	for _, action := range manifest.Actions {
		if action.Event == "postinstall" {
			offer.SHA256, _ = base64.StdEncoding.DecodeString(action.SHA256)
		}
	}
	if len(offer.SHA256) != 32 {
		return nil, invalid("it has no postinstall action with a SHA-256")
	}
	for _, url := range check.URLs {
		offer.URLs = append(offer.URLs, strings.TrimSuffix(url.Codebase, "/")+"/"+file.Name)
	}
	return offer, nil
}

func invalid(reason string) error {
	return Fail(ResponseInvalid, errors.New("the server's answer is not valid: "+reason))
}
