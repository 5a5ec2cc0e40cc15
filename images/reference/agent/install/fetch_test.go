package install

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

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
