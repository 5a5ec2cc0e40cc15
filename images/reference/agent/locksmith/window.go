// Package locksmith reboots a machine whose update waits for it, when that is allowed: its settings and
// its lock are those of flatcar/locksmith.
package locksmith

import (
	"fmt"
	"strings"
	"time"
)

// window is when reboots are allowed: each day, or each week on one day.
type window struct {
	weekday      int
	hour, minute int
	length       time.Duration
}

const everyDay = -1

var weekdays = map[string]int{"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}

// parseWindow reads `23:00` or `Thu 23:00`, and `1h30m`; without both there is no window.
func parseWindow(start, length string) (*window, error) {
	if start == "" && length == "" {
		return nil, nil
	}
	parsed := &window{weekday: everyDay}
	words := strings.Fields(start)
	if len(words) == 2 {
		day, known := weekdays[strings.ToLower(words[0])[:min(3, len(words[0]))]]
		if !known {
			return nil, fmt.Errorf("the reboot window starts at %q, which has no weekday", start)
		}
		parsed.weekday, words = day, words[1:]
	}
	if len(words) != 1 {
		return nil, fmt.Errorf("the reboot window starts at %q, which is no time", start)
	}
	clock, err := time.Parse("15:04", words[0])
	if err != nil {
		return nil, fmt.Errorf("the reboot window starts at %q, which is no time", start)
	}
	parsed.hour, parsed.minute = clock.Hour(), clock.Minute()
	parsed.length, err = time.ParseDuration(length)
	if err != nil || parsed.length <= 0 {
		return nil, fmt.Errorf("the reboot window lasts %q, which is no duration", length)
	}
	return parsed, nil
}

// wait is how long it takes until the window is open; 0 while it is.
func (window *window) wait(now time.Time) time.Duration {
	if window == nil {
		return 0
	}
	// One that began some days ago may still be open.
	for day := -8; ; day++ {
		date := now.AddDate(0, 0, day)
		start := time.Date(date.Year(), date.Month(), date.Day(), window.hour, window.minute, 0, 0, now.Location())
		if window.weekday != everyDay && int(start.Weekday()) != window.weekday {
			continue
		}
		if now.Before(start.Add(window.length)) {
			return max(0, start.Sub(now))
		}
	}
}
