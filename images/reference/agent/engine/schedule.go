package engine

import (
	"errors"
	"log"
	"math/rand/v2"
	"net/http"
	"os"
	"time"

	"agent/omaha"
)

// When checks come by themselves. Source: flatcar/update_engine, update_check_scheduler.cc.
const (
	firstCheck     = 7 * time.Minute
	nextCheck      = 45 * time.Minute
	spread         = 5 * time.Minute
	longestBackoff = 4 * time.Hour
)

// noUpdateFile is in images that live in memory: there is nothing to update.
const noUpdateFile = "/usr/.noupdate"

// schedule decides how long to wait.
type schedule struct{ backoff time.Duration }

func (schedule *schedule) first() time.Duration { return told(fuzzy(firstCheck)) }

// next honours what the server wants, and leaves a server alone that can't answer.
func (schedule *schedule) next(wanted time.Duration, err error) time.Duration {
	return told(schedule.after(wanted, err))
}

// told uses the words of update_check_scheduler.cc.
func told(wait time.Duration) time.Duration {
	wait = wait.Round(time.Second)
	log.Printf("Next update check in %v", wait)
	return wait
}

func (schedule *schedule) after(wanted time.Duration, err error) time.Duration {
	var failure *omaha.Failure
	if errors.As(err, &failure) && isOverload(failure.Status) {
		schedule.backoff = min(max(2*schedule.backoff, nextCheck), longestBackoff)
		return fuzzy(schedule.backoff)
	}
	schedule.backoff = 0
	return fuzzy(max(wanted, nextCheck))
}

func isOverload(status int) bool {
	return status == http.StatusInternalServerError || status == http.StatusServiceUnavailable
}

func fuzzy(around time.Duration) time.Duration {
	return around - spread + rand.N(2*spread)
}

func mayUpdate() bool {
	_, err := os.Stat(noUpdateFile)
	return err != nil
}
