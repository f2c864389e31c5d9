// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/bench/world"
	"github.com/tarazu/tarazu/internal/identity/intro"
)

// introduced is how many people one file makes accounts for.
func (o Options) introduced() int { return min(100_000, max(500, int(o.Seconds*200_000))) }

// firstIntroduced is beyond the numbers of whoever is there already.
const firstIntroduced = 1_000_000

// introduce makes accounts for the people of one file: read, checked, kept and
// applied, until the last one is there. Nothing else goes on.
func (r *rig) introduce(ctx context.Context, t *table) (err error) {
	dsn, err := r.dbs.copy(ctx, r.plain)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.dbs.drop(context.WithoutCancel(ctx), dsn)) }()
	n := r.o.introduced()
	var file strings.Builder
	file.WriteString("national_code,first_name,last_name,father_name,birth,mobile\n")
	for i := range n {
		fmt.Fprintf(&file, "%s,مریم,احمدی %d,رضا,1365-02-09,0912%07d\n", world.NationalCode(firstIntroduced+i), i, i)
	}
	return r.with(ctx, dsn, app.Options{}, func(a *app.App) error {
		s, err := r.once(n, func() error {
			b, err := a.Intro.Check(ctx, world.System, intro.People, "", "people.csv", []byte(file.String()))
			if err != nil {
				return err
			}
			if err := a.Intro.Apply(ctx, world.System, b.ID); err != nil {
				return err
			}
			tenth := 0
			return a.Intro.Work(ctx, b.ID, func(done, total int) {
				if now := 10 * done / total; now > tenth {
					tenth = now
					fmt.Fprintf(r.o.Progress, "bench: introduced %d of %d\n", done, total)
				}
			})
		})
		if err != nil {
			return err
		}
		// The last one of the file is there: the measurement measured something.
		if _, found, err := a.Identity.FindByNationalCode(ctx, a.DB, world.NationalCode(firstIntroduced+n-1)); err != nil || !found {
			return errors.Join(err, errors.New("not everybody of the file has an account"))
		}
		t.add(Row{What: fmt.Sprintf("accounts for the %d people of a file", n), Clients: 1, Wanted: "100,000 in 60s", Against: "nothing: the whole act"}, s, sample{})
		return nil
	})
}
