// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
)

// clockFile remembers how far a demo country's clock is ahead, so that its
// time never runs backwards.
const clockFile = "demo-clock"

// startClock chooses the clock: the caller's, the system's, or in a demo one
// that can be moved forward.
func (a *App) startClock() error {
	if a.Clock != nil {
		if c, ok := a.Clock.(*clock.Shifted); ok && a.Config.Demo {
			a.demoClock = c
		}
		return nil
	}
	if !a.Config.Demo {
		a.Clock = clock.System{}
		return nil
	}
	a.demoClock = &clock.Shifted{Base: clock.System{}}
	a.Clock = a.demoClock
	b, err := os.ReadFile(filepath.Join(a.Config.DataDir, clockFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	d, err := time.ParseDuration(strings.TrimSpace(string(b)))
	if err != nil || d < 0 {
		return fmt.Errorf("%s holds no duration: remove it", clockFile)
	}
	a.demoClock.SetOffset(d)
	return nil
}

// firstDay is when the program begins to sign papers: in a demo country before
// its first story.
func (a *App) firstDay() time.Time {
	if a.Config.Demo {
		return a.Clock.Now().AddDate(0, 0, -demoPast-1)
	}
	return a.Clock.Now()
}

// sessionClock does not move with the demo: nobody is signed out by it.
func (a *App) sessionClock() clock.Clock {
	if a.demoClock != nil {
		return a.demoClock.Base
	}
	return a.Clock
}

// moveClock moves the demo's clock forward.
func (a *App) moveClock(d time.Duration) error {
	if a.demoClock == nil {
		return errNoDemo
	}
	to := a.demoClock.Offset() + d
	if err := os.WriteFile(filepath.Join(a.Config.DataDir, clockFile), []byte(to.String()+"\n"), 0o600); err != nil {
		return err
	}
	a.demoClock.SetOffset(to)
	a.Jobs.Wake()
	return nil
}
