package install

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"agent/omaha"
)

const text = "the whole payload"

func downloadFrom(server *httptest.Server) *download {
	offer := &omaha.Offer{URLs: []string{server.URL}, Size: int64(len(text))}
	return newDownload(context.Background(), offer, func(int64) {})
}

func TestServerWithoutRanges(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, asked *http.Request) {
		if asked.Header.Get("Accept-Encoding") != "" {
			t.Error("a payload is taken as it is")
		}
		io.WriteString(answer, text)
	}))
	defer server.Close()
	stream := downloadFrom(server)
	defer stream.close()
	stream.position = 4
	rest, err := io.ReadAll(stream)
	if err != nil || string(rest) != text[4:] {
		t.Errorf("%q, %v; expected the rest alone", rest, err)
	}
}

func TestStatusOfAPayload(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	answer, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	var failure *omaha.Failure
	err = downloadFrom(server).check(answer)
	if !errors.As(err, &failure) || failure.Code != omaha.TransferFailed || failure.Status != 404 {
		t.Errorf("%#v, expected code 9 of status 404", err)
	}
}

func TestPatience(t *testing.T) {
	cases := []struct {
		title  string
		waited time.Duration
		count  int
		reads  int
		left   time.Duration
	}{
		{"as fast as ever", time.Millisecond, 32768, 1000, longestIdle},
		{"a byte in a second", time.Second, 1, 1000, longestIdle},
		{"a byte in a minute", 59 * time.Second, 1, 1, 2 * time.Second},
		{"a byte in two seconds", 2 * time.Second, 1, 60, 0},
	}
	for _, one := range cases {
		stream := download{patience: longestIdle}
		for range one.reads {
			stream.spend(one.waited, one.count)
		}
		if stream.patience != one.left {
			t.Errorf("%s: %v are left, expected %v", one.title, stream.patience, one.left)
		}
	}
}
