package engine

import (
	"context"
	"errors"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Main runs until it is told to end.
func Main([]string) error {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	engine := &engine{board: newBoard(initialState()), asked: make(chan struct{}, 1)}
	bus, err := serve(manager{board: engine.board, attempt: engine.ask, reset: engine.reset})
	if err != nil {
		return err
	}
	defer bus.Close()
	engine.loop(ctx)
	return nil
}

func initialState() string {
	if _, err := os.Stat(completedMarker); err == nil {
		return NeedReboot
	}
	return Idle
}

// engine makes one attempt at a time.
type engine struct {
	board    *board
	asked    chan struct{}
	schedule schedule
}

// ask leaves a note; one is enough. While an attempt is made it is dropped, as the original does
// (update_attempter.cc, CheckForUpdate): an attempt that fails is not made again at once.
func (engine *engine) ask() {
	if operation := engine.board.get().Operation; operation != Idle && operation != NeedReboot {
		log.Printf("Skipping update check because current status is %s", operation)
		return
	}
	select {
	case engine.asked <- struct{}{}:
	default:
	}
}

func (engine *engine) loop(ctx context.Context) {
	wait := engine.schedule.first()
	for {
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			return
		case <-engine.asked:
			wait = engine.attempt(ctx, true)
		case <-timer.C:
			wait = engine.attempt(ctx, false)
		}
		timer.Stop()
	}
}

// attempt returns when to try again.
func (engine *engine) attempt(ctx context.Context, onDemand bool) time.Duration {
	attempt, enabled := newAttempt(engine.board, onDemand)
	if !enabled || !mayUpdate() {
		log.Print("Updates are disabled.")
		return engine.schedule.next(0, nil)
	}
	if engine.board.get().Operation == NeedReboot {
		log.Print("Not updating: an update waits for its reboot; saying hello instead.")
		err := attempt.session.Ping(ctx)
		if err != nil {
			log.Printf("The server was not reached: %v", err)
		}
		return engine.schedule.next(0, err)
	}
	if !engine.board.begin() {
		return engine.schedule.next(0, nil)
	}
	wanted, err := attempt.run(ctx)
	return engine.schedule.next(wanted, err)
}

func (engine *engine) reset() error {
	switch operation := engine.board.get().Operation; operation {
	case Idle:
		return nil
	case NeedReboot:
		if err := os.Remove(completedMarker); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		engine.board.clear()
		return nil
	default:
		return errors.New("a reset is not allowed in the state " + operation)
	}
}
