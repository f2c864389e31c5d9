// SPDX-License-Identifier: Apache-2.0

package held_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

type row struct {
	Name    string     `db:"name"`
	TitleFA string     `db:"title_fa"`
	TitleEN string     `db:"title_en"`
	State   string     `db:"state" held:"low.state."`
	Sum     int64      `db:"sum" held:"money"`
	Done    bool       `db:"done"`
	At      store.Time `db:"at"`
	Day     civil.Day  `db:"day"`
	Answers string     `db:"answers" held:"json"`
	Body    []byte     `db:"body" held:"json"`
}

const sqlRows = `
SELECT x.name, 'عنوان' AS title_fa, 'Title' AS title_en, 'open' AS state, 5 AS sum, x.n = 1 AS done, 1000000 AS at, 3 AS day, '{"a":1}' AS answers, x.body
FROM (SELECT vkey AS name, size AS n, root AS body FROM ledger_head WHERE origin = $1) AS x ORDER BY x.n LIMIT $2`

// A source reads typed rows of both engines and says what each value is.
func TestRead(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{ledger.Migrations}, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := t.Context()
		err := db.Write(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, `INSERT INTO ledger_head (origin, vkey, size, root, checkpoint) VALUES ($1, 'a', 1, $2, $2)`, "me", []byte("no JSON"))
		})
		if err != nil {
			t.Fatal(err)
		}
		s := held.ByPerson[row]("low.held.row", sqlRows)
		set, err := s.Read(ctx, db, held.Asked{Person: "me", Most: 10})
		if err != nil {
			t.Fatal(err)
		}
		want := []any{"a", held.Text{FA: "عنوان", EN: "Title"}, "open", int64(5), true, time.Unix(1, 0).UTC(), civil.Day(3), json.RawMessage(`{"a":1}`), "no JSON"}
		if len(set.Rows) != 1 || !reflect.DeepEqual(set.Rows[0], want) {
			t.Errorf("got %#v", set.Rows)
		}
		if set.More || set.Columns[1].Name != "title" || set.Columns[2].Say != "low.state." || set.Columns[3].Kind != held.Money {
			t.Errorf("got %+v", set)
		}
		for who, most := range map[string]int{"me": 0, "other": 5, "": 5} {
			set, err := s.Read(ctx, db, held.Asked{Person: who, Most: most})
			if err != nil || len(set.Rows) != 0 || set.More != (who == "me") {
				t.Errorf("%q: %+v, %v", who, set, err)
			}
		}
	})
}
