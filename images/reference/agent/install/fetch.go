// Package install brings an offered update into the other slot.
package install

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"agent/omaha"
)

const (
	maxRetries  = 8
	firstPause  = time.Second
	longestIdle = time.Minute
	// The original gives up what is slower than a byte in a second (kDownloadLowSpeedLimitBps).
	slowestByte = time.Second
)

// A payload is taken as it is: its size and digest are those of what the server keeps.
var payloadClient = newPayloadClient()

func newPayloadClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true
	return &http.Client{Transport: transport}
}

// download reads a payload as one stream, however often the connection breaks: it goes on where it was.
type download struct {
	ctx      context.Context
	urls     []string
	size     int64
	position int64
	// What the server sends again, since it knows no ranges.
	known   int64
	body    io.ReadCloser
	retries int
	pause   time.Duration
	// Told of each byte that came, by the position that was reached.
	progress func(position int64)
	idle     *time.Timer
	patience time.Duration
	cancel   context.CancelFunc
}

func newDownload(ctx context.Context, offer *omaha.Offer, progress func(int64)) *download {
	return &download{ctx: ctx, urls: offer.URLs, size: offer.Size, pause: firstPause, progress: progress}
}

// Read implements io.Reader; a failure has a code.
func (stream *download) Read(buffer []byte) (int, error) {
	for {
		if stream.body == nil {
			if stream.position >= stream.size {
				return 0, io.EOF
			}
			if err := stream.connect(); err != nil {
				return 0, err
			}
			if stream.body == nil {
				continue
			}
		}
		count, err := stream.receive(buffer)
		count = stream.skip(buffer, count)
		if count > 0 {
			stream.advance(count)
			return count, nil
		}
		if err == nil {
			continue
		}
		stream.close()
		// A server that ends early as if that were all has said all that it has to say.
		if err == io.EOF {
			return 0, io.EOF
		}
		if err := stream.wait(err); err != nil {
			return 0, err
		}
	}
}

// receive ends with the connection when that is silent, or too slow, for too long.
func (stream *download) receive(buffer []byte) (int, error) {
	start := time.Now()
	stream.idle.Reset(stream.patience)
	count, err := stream.body.Read(buffer)
	stream.spend(time.Since(start), count)
	return count, err
}

// spend takes the time that was waited from what is left of the patience; each byte buys some.
func (stream *download) spend(waited time.Duration, count int) {
	bought := time.Duration(min(count, int(longestIdle/slowestByte))) * slowestByte
	stream.patience = min(stream.patience-waited+bought, longestIdle)
}

// skip drops what came before, and returns how many bytes are left in the buffer.
func (stream *download) skip(buffer []byte, count int) int {
	again := int(min(stream.known, int64(count)))
	stream.known -= int64(again)
	return copy(buffer, buffer[again:count])
}

func (stream *download) advance(count int) {
	stream.position += int64(count)
	stream.retries, stream.pause = 0, firstPause
	stream.progress(stream.position)
}

func (stream *download) connect() error {
	ctx, cancel := context.WithCancel(stream.ctx)
	url := stream.urls[stream.retries%len(stream.urls)]
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		cancel()
		return omaha.Fail(omaha.TransferFailed, err)
	}
	if stream.position > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", stream.position))
	}
	stream.idle = time.AfterFunc(longestIdle, cancel)
	answer, err := payloadClient.Do(request)
	if err == nil {
		err = stream.check(answer)
	}
	if err != nil {
		stream.idle.Stop()
		cancel()
		return stream.wait(err)
	}
	stream.body, stream.cancel, stream.patience = answer.Body, cancel, longestIdle
	return nil
}

func (stream *download) check(answer *http.Response) error {
	status := answer.StatusCode
	stream.known = 0
	if status == http.StatusPartialContent && stream.position > 0 {
		return nil
	}
	if status == http.StatusOK {
		stream.known = stream.position
		return nil
	}
	answer.Body.Close()
	return omaha.FailHTTP(omaha.TransferFailed, status, fmt.Errorf("the payload: %s", answer.Status))
}

// wait returns nil when it is worth another try.
func (stream *download) wait(cause error) error {
	if stream.ctx.Err() != nil {
		return stream.ctx.Err()
	}
	var failure *omaha.Failure
	if !errors.As(cause, &failure) {
		cause = omaha.Fail(omaha.TransferFailed, cause)
	}
	stream.retries++
	if stream.retries > maxRetries {
		return cause
	}
	log.Printf("The download stopped at %d bytes (%v); trying again in %v", stream.position, cause, stream.pause)
	select {
	case <-stream.ctx.Done():
		return stream.ctx.Err()
	case <-time.After(stream.pause):
	}
	stream.pause = min(2*stream.pause, 20*time.Second)
	return nil
}

func (stream *download) close() {
	if stream.body != nil {
		stream.idle.Stop()
		stream.body.Close()
		stream.cancel()
		stream.body = nil
	}
}
