package offline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	settingsFile = "/etc/flatcar/update.conf"
	// What the engine reads in its place meanwhile: gone with the next boot, whatever happens until then.
	substituteFile = "/run/flatcar-update.conf"
)

// redirect has the engine ask this server, and returns what undoes that. The file itself stays as it is:
// another is mounted over it.
func redirect(server string) (restore func() error, err error) {
	lock, err := lockSettings()
	if err != nil {
		return nil, err
	}
	if err := substitute(server); err != nil {
		lock.Close()
		return nil, fmt.Errorf("%s can't be replaced for a while: %w", settingsFile, err)
	}
	return func() error {
		defer lock.Close()
		defer os.Remove(substituteFile)
		return syscall.Unmount(settingsFile, syscall.MNT_DETACH)
	}, nil
}

func substitute(server string) error {
	// A run before this one that was killed.
	if os.Remove(substituteFile) == nil {
		syscall.Unmount(settingsFile, syscall.MNT_DETACH)
	}
	if err := os.MkdirAll(filepath.Dir(settingsFile), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(settingsFile, os.O_RDONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	// Who may not read the file may not read this one.
	if err := os.WriteFile(substituteFile, withServer(text, server), 0o600); err != nil {
		return err
	}
	return syscall.Mount(substituteFile, settingsFile, "", syscall.MS_BIND, "")
}

// lockSettings keeps a second flatcar-update away until the file is closed.
func lockSettings() (*os.File, error) {
	lock, err := os.OpenFile("/run/flatcar-update.lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		lock.Close()
		return nil, errors.New("another flatcar-update is running")
	}
	return lock, nil
}

// withServer replaces one key: comments, quotes and the order of everything else stay.
func withServer(text []byte, server string) []byte {
	var edited bytes.Buffer
	for line := range strings.Lines(string(text)) {
		key, _, _ := strings.Cut(strings.TrimSpace(line), "=")
		if key != "SERVER" {
			edited.WriteString(line)
		}
	}
	if edited.Len() > 0 && !bytes.HasSuffix(edited.Bytes(), []byte("\n")) {
		edited.WriteByte('\n')
	}
	fmt.Fprintf(&edited, "SERVER=%s\n", server)
	return edited.Bytes()
}

// setServer changes the file for good. It keeps its mode and its owner: there may be a password in it.
func setServer(path, server string) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	draft := path + ".new"
	defer os.Remove(draft)
	if err := os.WriteFile(draft, withServer(text, server), 0o600); err != nil {
		return err
	}
	owner := info.Sys().(*syscall.Stat_t)
	if err := os.Chown(draft, int(owner.Uid), int(owner.Gid)); err != nil {
		return err
	}
	if err := os.Chmod(draft, info.Mode().Perm()); err != nil {
		return err
	}
	return os.Rename(draft, path)
}
