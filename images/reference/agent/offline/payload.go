package offline

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"agent/config"
)

// longestIdle is how long a server may take for its next bytes.
const longestIdle = time.Minute

func (request request) file(ctx context.Context) (string, func(), error) {
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
	if err := fetch(ctx, releaseServer+board+"/"+request.version+"/"+payloadName, path); err != nil {
		cleanUp()
		return "", nil, fmt.Errorf("the payload can't be downloaded: %w", err)
	}
	return path, cleanUp, nil
}

func fetch(ctx context.Context, url, path string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	idle := time.AfterFunc(longestIdle, func() {
		cancel(fmt.Errorf("%s sends nothing for %v", url, longestIdle))
	})
	defer idle.Stop()
	asked, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(asked)
	if err != nil {
		return causeOf(ctx, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, answer.Status)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(file, watched{answer.Body, idle})
	return causeOf(ctx, err)
}

func causeOf(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// watched puts the end of the wait off with each byte.
type watched struct {
	source io.Reader
	idle   *time.Timer
}

func (stream watched) Read(buffer []byte) (int, error) {
	count, err := stream.source.Read(buffer)
	if count > 0 {
		stream.idle.Reset(longestIdle)
	}
	return count, err
}
