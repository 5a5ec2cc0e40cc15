package engine

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"agent/omaha"
)

func overloaded(status int) error {
	return omaha.FailHTTP(omaha.HTTPStatus(status), status, errors.New("the server can't"))
}

func TestBackoff(t *testing.T) {
	schedule := schedule{}
	for _, expected := range []time.Duration{45 * time.Minute, 90 * time.Minute, 3 * time.Hour, 4 * time.Hour, 4 * time.Hour} {
		mustBeAround(t, schedule.next(0, overloaded(http.StatusServiceUnavailable)), expected)
	}
	mustBeAround(t, schedule.next(0, nil), 45*time.Minute)
	mustBeAround(t, schedule.next(0, overloaded(http.StatusInternalServerError)), 45*time.Minute)
}

func TestPayloadBackoff(t *testing.T) {
	schedule := schedule{}
	err := omaha.FailHTTP(omaha.TransferFailed, http.StatusServiceUnavailable, errors.New("no payload"))
	for _, expected := range []time.Duration{45 * time.Minute, 90 * time.Minute} {
		mustBeAround(t, schedule.next(0, err), expected)
	}
}

func TestOtherFailures(t *testing.T) {
	schedule := schedule{}
	for range 5 {
		mustBeAround(t, schedule.next(0, overloaded(http.StatusNotFound)), 45*time.Minute)
	}
}

func TestServerSaysWhen(t *testing.T) {
	schedule := schedule{}
	mustBeAround(t, schedule.next(2*time.Hour, nil), 2*time.Hour)
	mustBeAround(t, schedule.next(time.Minute, nil), 45*time.Minute)
	mustBeAround(t, schedule.first(), 7*time.Minute)
}

func mustBeAround(t *testing.T, wait, expected time.Duration) {
	t.Helper()
	if wait < expected-spread || wait > expected+spread {
		t.Errorf("waits %v, expected %v by %v", wait, expected, spread)
	}
}
