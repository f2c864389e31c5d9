// SPDX-License-Identifier: Apache-2.0

package alert

import (
	_ "embed" // for the rules
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

//go:embed rules.json
var ruleFile []byte

// Rules are the figures by which alerts are sent.
type Rules struct {
	Citation         string `json:"citation"`
	RetryMinutes     []int  `json:"retry_minutes"` // before each try after the first
	QuietFrom        Clock  `json:"quiet_from"`
	QuietTo          Clock  `json:"quiet_to"`
	UnknownHours     int    `json:"unknown_after_hours"`
	AskSeconds       int    `json:"ask_after_seconds"`
	BounceAfter      int    `json:"bounce_after"` // failures in a row at one address
	RemindDays       int    `json:"remind_days_before"`
	RemindAfterHours int    `json:"remind_hours_after_arrival"`
	CodeMinutes      int    `json:"code_minutes"`
	CodeBrake        Brake  `json:"code_brake"`
	// Order is in which order the channels of one alert are gone through.
	Order []Channel `json:"channels"`
	// SpareMinutes is how long a text message waits that is only to be sent if
	// nothing else took the message.
	SpareMinutes int       `json:"spare_after_minutes"`
	Providers    Providers `json:"providers"`
}

// Brake is how many answers a chat gets that sends what we cannot make sense of.
type Brake struct {
	Answers int `json:"answers"`
	Minutes int `json:"minutes"`
}

// Providers is by what a provider of text messages loses its share.
type Providers struct {
	Source        string `json:"source"`
	WindowMinutes int    `json:"window_minutes"`
	SlowMinutes   int    `json:"slow_minutes"`
	SlowPercent   int    `json:"slow_percent"`
	ErrorPercent  int    `json:"error_percent"`
	Least         int    `json:"least_messages"` // fewer say nothing
	StepDown      int    `json:"step_down"`
	StepUp        int    `json:"step_up"`
	ChangeMinutes int    `json:"change_minutes"` // between two changes
	GoodMinutes   int    `json:"good_minutes"`   // before it gets some back
}

// DefaultRules are the ones that this program brings along.
func DefaultRules() (Rules, error) {
	var r Rules
	if err := json.Unmarshal(ruleFile, &r); err != nil {
		return Rules{}, fmt.Errorf("alert: rules.json: %w", err)
	}
	p := r.Providers
	if len(r.RetryMinutes) == 0 || r.UnknownHours <= 0 || r.BounceAfter <= 0 || r.CodeMinutes <= 0 ||
		p.WindowMinutes <= 0 || p.SlowMinutes <= 0 || p.StepDown <= 0 || p.StepUp <= 0 {
		return Rules{}, errors.New("alert: rules.json lacks a figure")
	}
	if r.CodeBrake.Answers <= 0 || r.CodeBrake.Minutes <= 0 || r.SpareMinutes <= 0 {
		return Rules{}, errors.New("alert: rules.json lacks a figure")
	}
	for _, c := range Channels() {
		if !slices.Contains(r.Order, c) {
			return Rules{}, fmt.Errorf("alert: rules.json: channel %s has no place", c)
		}
	}
	return r, nil
}

// place is where a channel stands in the order.
func (r Rules) place(c Channel) int { return slices.Index(r.Order, c) }

// wait is how long after the n-th failure the next try is; false: there is none.
func (r Rules) wait(failures int) (time.Duration, bool) {
	if failures > len(r.RetryMinutes) {
		return 0, false
	}
	return time.Duration(r.RetryMinutes[failures-1]) * time.Minute, true
}

// Clock is a minute of the day.
type Clock int

const dayMinutes = 24 * 60

// ParseClock reads "22:00".
func ParseClock(s string) (Clock, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, errors.New("not a time of the day")
	}
	return Clock(t.Hour()*60 + t.Minute()), nil
}

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// UnmarshalText reads "22:00".
func (c *Clock) UnmarshalText(b []byte) (err error) {
	*c, err = ParseClock(string(b))
	return err
}
