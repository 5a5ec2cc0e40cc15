package engine

import (
	"context"
	"errors"
	"log"
	"os"
	"os/exec"
	"time"

	"agent/config"
	"agent/install"
	"agent/omaha"
	"agent/slots"
)

// attempt is one check and what follows from it.
type attempt struct {
	board   *board
	session omaha.Session
}

// run returns what the server wants to be asked next, and the failure.
func (attempt attempt) run(ctx context.Context) (time.Duration, error) {
	outcome := lastOutcome(attempt.session.Identity.Version)
	answer, err := attempt.session.Check(ctx, outcome.event)
	if err != nil {
		return answer.PollInterval, attempt.fail(ctx, err)
	}
	attempt.board.checked()
	outcome.told()
	offer := answer.Offer
	if offer == nil {
		log.Print("No update.")
		attempt.board.clear()
		return answer.PollInterval, nil
	}
	if err := attempt.consider(offer); err != nil {
		return answer.PollInterval, attempt.fail(ctx, err)
	}
	return answer.PollInterval, attempt.install(ctx, offer)
}

// consider refuses what must not be installed now.
func (attempt attempt) consider(offer *omaha.Offer) error {
	if !attempt.session.OnDemand && isRefused(offer.Version) {
		err := errors.New(offer.Version + " did not hold when it was installed before")
		return omaha.Fail(omaha.IgnoredByPolicy, err)
	}
	return makeSureOfCurrent()
}

// makeSureOfCurrent marks the running slot good if nobody has done that in this boot. The other slot is
// going to be overwritten, so this one must not be on its trial any more; and a mark that comes after the
// installation would take the first place from what was installed. Source: flatcar/update_engine,
// update_attempter.cc, UpdateBootFlags, which does it once as well.
func makeSureOfCurrent() error {
	current, err := slots.Booted()
	if err != nil {
		return omaha.Fail(omaha.DeviceNotOpened, err)
	}
	good, err := current.Successful()
	if err != nil {
		return err
	}
	log.Print("Updating boot flags...")
	// A slot that was good before stays so, and an update may be what it needs.
	if err := markGoodIfHealthy(); err != nil && !good {
		return omaha.Fail(omaha.IgnoredByPolicy, err)
	}
	return nil
}

func (attempt attempt) install(ctx context.Context, offer *omaha.Offer) error {
	attempt.board.change(func(status *Status) {
		status.Operation, status.NewVersion, status.NewSize = Available, offer.Version, offer.Size
	})
	tell := func(eventType int) func() {
		return func() {
			attempt.session.Tell(ctx, omaha.Event{Type: eventType, Result: omaha.ResultSuccess})
		}
	}
	finished := tell(omaha.TypeDownloadFinished)
	err := install.Run(ctx, offer, install.Steps{
		DownloadStarted: tell(omaha.TypeDownloadStarted),
		Progress:        attempt.progress(offer.Size),
		DownloadFinished: func() {
			finished()
			attempt.board.set(Finalizing)
		},
		Commit: func() { recordInstall(attempt.session.Identity.Version, offer.Version) },
	})
	if err != nil {
		return attempt.fail(ctx, err)
	}
	tell(omaha.TypeComplete)()
	log.Print("Update successfully applied, waiting to reboot.")
	if err := os.WriteFile(completedMarker, nil, 0o644); err != nil {
		log.Print(err)
	}
	attempt.board.set(NeedReboot)
	return nil
}

// progress shows each hundredth.
func (attempt attempt) progress(size int64) func(int64) {
	shown := -1
	return func(position int64) {
		percent := int(position * 100 / size)
		if percent == shown {
			return
		}
		shown = percent
		attempt.board.change(func(status *Status) {
			status.Operation, status.Progress = Downloading, float64(position)/float64(size)
		})
	}
}

// fail reports, and leaves the engine idle.
func (attempt attempt) fail(ctx context.Context, err error) error {
	log.Printf("Update failed: %v", err)
	code, result := codeOf(err), omaha.ResultError
	if code == omaha.IgnoredByPolicy {
		result = omaha.ResultDeferred
	}
	attempt.board.set(ReportingError)
	attempt.session.Tell(ctx, attempt.session.ErrorEvent(code, result))
	attempt.board.clear()
	return err
}

func codeOf(err error) omaha.Code {
	var failure *omaha.Failure
	if errors.As(err, &failure) {
		return failure.Code
	}
	return 1
}

// markGoodIfHealthy runs the health check now instead of after its delay.
func markGoodIfHealthy() error {
	return exec.Command("systemctl", "start", "mark-slot-good.service").Run()
}

func newAttempt(board *board, onDemand bool) (attempt, bool) {
	settings := config.ReadSettings()
	identity := config.ReadIdentity(settings)
	identity.AlephVersion = firstVersion(identity.Version)
	session := omaha.Session{Identity: identity, Server: settings.Server(), OnDemand: onDemand}
	return attempt{board, session}, session.Server != ""
}

// firstVersion is what the machine began with, as far as its updates know.
func firstVersion(running string) string {
	first, known := readPref(alephVersion)
	if !known {
		writePref(alephVersion, running)
		return running
	}
	return first
}
