// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// DemoSeed is the seed of a demo country that names none.
const DemoSeed = 1404

// demoFile remembers what a demo country was made from, and how far its making
// has come, in the data folder.
const demoFile = "demo.json"

// demoState is the file.
type demoState struct {
	Seed  uint64    `json:"seed"`
	Small bool      `json:"small,omitempty"`
	Owner string    `json:"owner"` // account of the first main character: tells another database
	Today time.Time `json:"today"` // when it was made: what the days of the stories are counted from
	Steps int       `json:"steps"` // of the stories, done
	Made  bool      `json:"made"`
	// Things are the filings, cases and notices of the stories, by name.
	Things map[string]string `json:"things,omitempty"`
}

func (a *App) demoFile() string { return filepath.Join(a.Config.DataDir, demoFile) }

// readDemo reads the file; a country that was not made yet has the standard
// seed.
func (a *App) readDemo() (_ demoState, err error) {
	defer errs.Wrap(&err, "app.readDemo")
	st := demoState{Seed: DemoSeed}
	b, err := os.ReadFile(a.demoFile())
	if errors.Is(err, fs.ErrNotExist) {
		return st, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &st)
	}
	if err != nil {
		return st, fmt.Errorf("%s cannot be read: %w", demoFile, err)
	}
	return st, nil
}

// writeDemo keeps the file: whole, or as it was.
func (a *App) writeDemo(st demoState) error {
	b, err := json.MarshalIndent(st, "", " ")
	if err != nil {
		return err
	}
	part := a.demoFile() + ".part"
	if err := os.WriteFile(part, append(b, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(part, a.demoFile())
}

// settleCountry invents the country that the data folder names.
func (a *App) settleCountry(seed uint64, small bool) error {
	file, err := authority.DefaultCountry()
	if err != nil {
		return err
	}
	a.country = makeCountry(seed, small, file)
	a.fillRegistries()
	return nil
}
