// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// What the facts mean by the by-law of 1395, row by row of the state table.
func TestEffects(t *testing.T) {
	t.Parallel()
	table, err := DefaultEffects()
	if err != nil {
		t.Fatal(err)
	}
	at := storetest.Start
	h := func(n int) time.Time { return at.Add(time.Duration(n) * time.Hour) }
	never := time.Time{}
	fact := func(kind string, when int) Fact { return Fact{Kind: kind, At: h(when), Made: h(when)} }
	for name, c := range map[string]struct {
		n                    Notice
		served, infact, runs time.Time
		reach, by            string
	}{
		"arrived":              {Notice{Rule: "cpc-336", Arrived: at}, at, never, at, ReachLegal, FactArrived},
		"viewed":               {Notice{Rule: "cpc-336", Arrived: at, Viewed: h(1), Opener: OpenerSelf}, at, h(1), at, ReachActual, FactArrived},
		"viewed, of old":       {Notice{Rule: "cpc-336", Arrived: at, Viewed: h(1)}, at, h(1), at, ReachActual, FactArrived},
		"actual, not yet":      {Notice{Rule: "cpc-306", Arrived: at}, at, never, never, ReachLegal, FactArrived},
		"actual":               {Notice{Rule: "cpc-306", Arrived: at, Viewed: h(1)}, at, h(1), h(1), ReachActual, FactArrived},
		"deemed":               {Notice{Rule: "cpc-306", Arrived: at, Facts: []Fact{fact(FactDeemed, 240)}}, at, never, never, ReachLegal, FactArrived},
		"declaration":          {Notice{Kind: KindDeclaration, Arrived: at, Viewed: h(1)}, at, h(1), at, ReachActual, FactArrived},
		"appeal":               {Notice{Kind: KindAppeal, Rule: "cpc-346", Arrived: at}, at, never, at, ReachLegal, FactArrived},
		"certificate":          {Notice{Kind: KindCertificate, Arrived: at, Viewed: h(1)}, never, never, never, ReachNever, ""},
		"on paper, so far":     {Notice{Rule: "cpc-336"}, never, never, never, ReachNever, ""},
		"tried in vain":        {Notice{Rule: "cpc-336", Facts: []Fact{fact(FactPaperFailed, 1)}}, never, never, never, ReachNever, ""},
		"left with the family": {Notice{Rule: "cpc-336", Facts: []Fact{fact(FactPaperLegal, 2)}}, h(2), never, h(2), ReachLegal, FactPaperLegal},
		"… but must be actual": {Notice{Rule: "cpc-306", Facts: []Fact{fact(FactPaperLegal, 2)}}, h(2), never, never, ReachLegal, FactPaperLegal},
		"handed over":          {Notice{Rule: "cpc-306", Facts: []Fact{fact(FactPaperActual, 2)}}, h(2), h(2), h(2), ReachActual, FactPaperActual},
		"published":            {Notice{Rule: "cpc-336", Facts: []Fact{fact(FactPublished, 3)}}, h(3), never, h(3), ReachLegal, FactPublished},
		"contested only":       {Notice{Rule: "cpc-336", Arrived: at, Facts: []Fact{fact(FactContested, 3)}}, at, never, at, ReachLegal, FactArrived},
		"upheld":               {Notice{Rule: "cpc-336", Arrived: at, Facts: []Fact{fact(FactContested, 3), fact(FactUpheld, 4)}}, at, never, at, ReachLegal, FactArrived},
		"moved": {Notice{Rule: "cpc-336", Arrived: at, Viewed: h(9), Facts: []Fact{{Kind: FactMoved, At: h(10), Made: h(10), Holds: h(9)}}},
			h(9), h(9), h(9), ReachActual, FactMoved},
		"moved, then opened": {Notice{Rule: "cpc-336", Arrived: at, Facts: []Fact{{Kind: FactMoved, At: h(5), Made: h(5), Holds: h(4)}, {Kind: FactViewed, Code: OpenerSelf, At: h(6), Made: h(6)}}},
			h(4), h(6), h(4), ReachActual, FactMoved},
		"set aside": {Notice{Rule: "cpc-336", Arrived: at, Viewed: h(1), Facts: []Fact{fact(FactSetAside, 5)}}, never, never, never, ReachNever, ""},
		"replaced":  {Notice{Rule: "cpc-336", Arrived: at, Facts: []Fact{fact(FactReplaced, 5)}}, never, never, never, ReachNever, ""},
	} {
		c.n.Issued = at
		e := table.Of(c.n)
		if !e.Served.Equal(c.served) || !e.InFact.Equal(c.infact) || !e.RunsFrom().Equal(c.runs) || e.Reach() != c.reach || e.By != c.by {
			t.Errorf("%s: served %v, in fact %v, runs from %v, %s by %q", name, e.Served, e.InFact, e.RunsFrom(), e.Reach(), e.By)
		}
		if e.Void != (name == "set aside" || name == "replaced") || e.Reading.Name() != "bylaw-1395-13@1" {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// The same facts mean the same in whatever order their rows are read.
func TestEffectsIgnoreTheOrderOfRows(t *testing.T) {
	t.Parallel()
	table, err := DefaultEffects()
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{FactDeemed, FactPaperActual, FactPaperLegal, FactPaperFailed, FactPublished, FactContested, FactUpheld, FactMoved, FactViewed}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		n := Notice{Rule: []string{"cpc-336", "cpc-306"}[rnd.IntN(2)], Issued: storetest.Start, Arrived: storetest.Start}
		for i := range rnd.IntN(6) {
			when := storetest.Start.Add(time.Duration(rnd.IntN(1000)) * time.Minute)
			n.Facts = append(n.Facts, Fact{ID: string(rune('a' + i)), Kind: kinds[rnd.IntN(len(kinds))], Code: OpenerSelf, At: when, Made: when, Holds: when})
		}
		want := table.Of(n)
		rnd.Shuffle(len(n.Facts), func(i, j int) { n.Facts[i], n.Facts[j] = n.Facts[j], n.Facts[i] })
		if got := table.Of(n); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v\nand %+v\nof %+v", got, want, n.Facts)
		}
		if !want.InFact.IsZero() && want.Served.IsZero() {
			t.Fatalf("served in fact, but not served: %+v", n.Facts)
		}
	}
}

// A later reading holds for notices issued from its day on; it may ask for more
// of some addressees, or of whoever opens.
func TestLaterReading(t *testing.T) {
	t.Parallel()
	at := storetest.Start
	tomorrow := at.Add(24 * time.Hour)
	if civil.Of(tomorrow) != civil.Of(at)+1 {
		t.Fatal("the test's days are not what it thinks")
	}
	table := changed(t, func(r, row map[string]any) {
		r["from"] = civil.Of(tomorrow).String()
		row["addressees"] = []string{AddresseeEntity}
		row["effects"].(map[string]any)["arrived"] = "none"
		row["openers"].(map[string]any)["helper"] = "none"
		row["must_be_actual"] = true
	})
	if e := table.Of(Notice{Issued: at, Arrived: at, Addressee: AddresseeEntity}); !e.Served.Equal(at) {
		t.Error("the new reading holds for an old notice")
	}
	if e := table.Of(Notice{Issued: tomorrow, Arrived: tomorrow}); !e.Served.Equal(tomorrow) || e.Reading.Version != 2 {
		t.Errorf("the row of companies holds for a person: %+v", e)
	}
	n := Notice{Issued: tomorrow, Arrived: tomorrow, Viewed: tomorrow.Add(1), Opener: OpenerHelper, Addressee: AddresseeEntity}
	if e := table.Of(n); !e.Served.IsZero() || e.Reach() != ReachNever || !e.ByActual {
		t.Errorf("a helper's opening serves a company: %+v", e)
	}
	n.Facts = []Fact{{Kind: FactViewed, Code: OpenerRepresentative, At: tomorrow.Add(2), Made: tomorrow.Add(2)}}
	if e := table.Of(n); !e.InFact.Equal(tomorrow.Add(2)) || !e.RunsFrom().Equal(tomorrow.Add(2)) {
		t.Errorf("the director's opening does not serve the company: %+v", e)
	}
}

// TestOpening: for which kinds opening by a program counts, as the table says.
func TestOpening(t *testing.T) {
	t.Parallel()
	today := civil.Of(storetest.Start)
	table, err := DefaultEffects()
	if err != nil {
		t.Fatal(err)
	}
	if counts, not := table.At(today).Opening(OpenerMachine, AddresseeBody); len(counts) > 0 || !slices.Contains(not, KindWrit) || slices.Contains(not, KindCertificate) {
		t.Errorf("today: %v, %v", counts, not)
	}
	if counts, not := table.At(today).Opening(OpenerRepresentative, AddresseeBody); len(not) > 0 || !slices.Contains(counts, KindWrit) {
		t.Errorf("by a representative: %v, %v", counts, not)
	}
	table = changed(t, func(r, row map[string]any) {
		r["from"] = today.String()
		row["kinds"], row["addressees"] = []string{KindWrit}, []string{AddresseeBody}
		row["openers"].(map[string]any)["machine"] = "actual_service"
	})
	if counts, not := table.At(today).Opening(OpenerMachine, AddresseeBody); len(counts) != 1 || counts[0] != KindWrit || !slices.Contains(not, KindJudgment) {
		t.Errorf("of a later reading: %v, %v", counts, not)
	}
	if counts, _ := table.At(today).Opening(OpenerMachine, AddresseeEntity); len(counts) > 0 {
		t.Errorf("of a company: %v", counts)
	}
}

// changed is the table with one more version whose last row edit has changed.
func changed(t *testing.T, edit func(reading, row map[string]any)) Effects {
	t.Helper()
	var file map[string]any
	var old, next map[string]any
	for _, at := range []any{&file, &old} {
		if err := json.Unmarshal(effectsJSON, at); err != nil {
			t.Fatal(err)
		}
	}
	next = old["versions"].([]any)[0].(map[string]any)
	next["version"] = 2
	rows := next["rows"].([]any)
	var catchAll map[string]any
	b, err := json.Marshal(rows[len(rows)-1])
	if err == nil {
		err = json.Unmarshal(b, &catchAll)
	}
	if err != nil {
		t.Fatal(err)
	}
	edit(next, rows[len(rows)-1].(map[string]any))
	next["rows"] = append(rows, catchAll)
	file["versions"] = append(file["versions"].([]any), next)
	if b, err = json.Marshal(file); err != nil {
		t.Fatal(err)
	}
	table, err := ParseEffects(b)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestWrongTables(t *testing.T) {
	t.Parallel()
	whole := string(effectsJSON)
	bad := func(old, with string) string {
		if !strings.Contains(whole, old) {
			t.Fatalf("the table has no %s", old)
		}
		return strings.Replace(whole, old, with, 1)
	}
	for _, text := range []string{
		bad(`"arrived": "none"`, `"arrived": "maybe"`),
		bad(`"arrived": "none", `, ``),
		bad(`"helper": "none", `, ``),
		bad(`"helper": "none"`, `"neighbour": "none"`),
		bad(`["certificate"]`, `["diploma"]`),
		bad(`"kinds": ["certificate"]`, `"addressees": ["ghost"]`),
		bad(`"deemed_after": 10`, `"deemed_after": -1`),
		bad(`"deemed_source"`, `"deemed_sauce"`),
		bad(`"effects": {"arrived": "service"`, `"kinds": ["hearing"], "effects": {"arrived": "service"`), // nothing says what a judgment means
		`{}`, `{"versions":[]}`, `{"versions":[{"code":"x"}]}`, `{"other":1}`, `[]`,
	} {
		if _, err := ParseEffects([]byte(text)); err == nil {
			t.Errorf("%.200s was accepted", text)
		}
	}
}
