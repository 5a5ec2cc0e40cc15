package offline

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"agent/engine"
)

const conf = `# who may read this knows the password
GROUP="stable"
SERVER=https://example.org/v1/update/
DOWNLOAD_PASSWORD='a=b'`

func TestOneKeyChanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "update.conf")
	if err := os.WriteFile(path, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := setServer(path, "disabled"); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	expected := strings.Replace(conf, "SERVER=https://example.org/v1/update/\n", "", 1)
	if string(text) != expected+"\nSERVER=disabled\n" {
		t.Errorf("%q", text)
	}
	info, _ := os.Stat(path)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o, expected 600", info.Mode().Perm())
	}
}

func TestVersionInXML(t *testing.T) {
	payload := filepath.Join(t.TempDir(), "payload")
	os.WriteFile(payload, []byte("x"), 0o600)
	text, err := announce(`1"<2`, payload)
	if err != nil || !strings.Contains(text, "version=\"1&#34;&lt;2\"") {
		t.Errorf("%v: %s", err, text)
	}
}

func TestEngineAtRest(t *testing.T) {
	if mustBeIdle(engine.Idle) != nil {
		t.Error("an idle engine may work")
	}
	if err := mustBeIdle(engine.NeedReboot); err == nil || !strings.Contains(err.Error(), "-reset_status") {
		t.Errorf("%v, expected what to do", err)
	}
}

func TestWaitEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	ask := func() (engine.Status, error) { return engine.Status{Operation: engine.Downloading}, nil }
	if err := await(ctx, nil, ask); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("%v", err)
	}
	changes := make(chan engine.Status, 1)
	changes <- engine.Status{Operation: engine.NeedReboot, NewVersion: "2"}
	if err := await(context.Background(), changes, ask); err != nil {
		t.Error(err)
	}
}
