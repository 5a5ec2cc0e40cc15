package locksmith

import (
	"testing"
	"time"
)

// A Wednesday.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func TestWindow(t *testing.T) {
	cases := []struct {
		start, length string
		wait          time.Duration
	}{
		{"", "", 0},
		{"12:00", "1h", 0},
		{"11:30", "1h", 0},
		{"11:00", "1h", 23 * time.Hour},
		{"13:00", "30m", time.Hour},
		{"23:00", "14h", 0},
		{"Wed 11:00", "2h", 0},
		{"Thu 23:00", "1h30m", 35 * time.Hour},
		{"Tue 23:00", "13h30m", 0},
		{"wednesday 10:00", "1h", 7*24*time.Hour - 2*time.Hour},
	}
	for _, one := range cases {
		parsed, err := parseWindow(one.start, one.length)
		if err != nil {
			t.Fatalf("%q %q: %v", one.start, one.length, err)
		}
		if wait := parsed.wait(noon); wait != one.wait {
			t.Errorf("%q %q: waits %v, expected %v", one.start, one.length, wait, one.wait)
		}
	}
}

func TestWindowErrors(t *testing.T) {
	for _, one := range [][2]string{{"25:00", "1h"}, {"12:00", ""}, {"12:00", "-1h"}, {"Xyz 12:00", "1h"}, {"", "1h"}} {
		if _, err := parseWindow(one[0], one[1]); err == nil {
			t.Errorf("%q %q: accepted", one[0], one[1])
		}
	}
}
