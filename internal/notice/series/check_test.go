// SPDX-License-Identifier: Apache-2.0

package series

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// export writes a person's file as Export does, with the receipts of the lines
// whose numbers are in opened.
func (r *rig) export(t *testing.T, person string, opened ...int64) File {
	t.Helper()
	ctx := context.Background()
	h, err := r.begin(ctx, person)
	if err != nil {
		t.Fatal(err)
	}
	r.sequence(t)
	text, err := r.d.Ledger.Receipt(ctx, person, h.Evidence)
	if err != nil {
		t.Fatal(err)
	}
	f := File{Format: Format, Person: person, Salt: h.Salt, Opened: string(text), Lines: []FileLine{}, Days: []FileDay{}}
	rows := r.kept(t, person)
	for _, l := range rows {
		line := FileLine{Log: l.Origin, Index: l.Index, Leaf: Hash(l.Leaf).String(), Day: l.Day}
		if slices.Contains(opened, l.Serial) {
			text, err := r.d.Ledger.Receipt(ctx, person, l.Evidence)
			if err != nil {
				t.Fatal(err)
			}
			line.Receipt = string(text)
		}
		f.Lines = append(f.Lines, line)
	}
	if err := r.exportDays(ctx, h, testDepth, rows, true, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f File) bytes(t *testing.T) []byte {
	t.Helper()
	b, err := f.encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// country is three days of notices to a few people; to nobody comes nothing,
// and on the third day nothing comes to a.
func (r *rig) country(t *testing.T) {
	t.Helper()
	for _, people := range []string{"aabcd", "abbefgh", "cd"} {
		for _, p := range strings.Split(people, "") {
			r.arrive(t, p)
		}
		r.sequence(t)
		r.number(t)
		r.sequence(t)
		r.clk.Advance(24 * time.Hour)
		r.number(t)
		r.sequence(t)
	}
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ""
}

// A person's file passes here and in the checker that was written from the
// document alone, and says day by day what came; so does that of somebody to
// whom nothing ever came.
func TestCheck(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.country(t)
		o := receipt.Options{Keys: []string{r.key.VKey()}}
		file := r.export(t, "a", 1, 3).bytes(t)
		got, err := Check(file, o)
		if err != nil {
			t.Fatal(err)
		}
		if got.Lines != 3 || got.Shown != 2 || got.Newer != 0 || len(got.Days) != 3 || got.Days[0].New != 2 || got.Days[1].New != 1 || got.Days[2].New != 0 {
			t.Errorf("%+v", got)
		}
		if err := independent(file, r.key.VKey()); err != nil {
			t.Error(err)
		}
		if c, err := Check(file, receipt.Options{}); err != nil || c.IssuerChecked || !slices.Contains(c.NotProved, NotProvedIssuer) {
			t.Errorf("without a key: %+v, %v", c, err)
		}
		if _, err := Check(file, receipt.Options{Keys: []string{otherKey(t)}}); codeOf(err) != "receipt.refused.key_unknown" {
			t.Errorf("with another key: %v", err)
		}
		file = r.export(t, "nobody").bytes(t)
		got, err = Check(file, o)
		if err != nil || got.Lines != 0 || !slices.Contains(got.Proved, ProvedNone) {
			t.Fatalf("nobody: %+v, %v", got, err)
		}
		if err := independent(file, r.key.VKey()); err != nil {
			t.Error(err)
		}
		for _, lang := range []i18n.Lang{i18n.FA, i18n.EN} {
			c, err := i18n.NewCatalog(i18n.Locale, receipt.Locale, Locale)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			Kind().Print(&b, c.Printer(lang), "x", got)
			if strings.Contains(b.String(), "⟦") || strings.Contains(b.String(), "{") {
				t.Error(b.String())
			}
		}
	})
}

// Whatever is taken out, slipped in, put into another order, or taken from
// somebody else is found, here and by the other checker.
func TestCheckRefuses(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.country(t)
		o := receipt.Options{Keys: []string{r.key.VKey()}}
		mine, theirs := r.export(t, "a", 1, 2, 3), r.export(t, "b", 1, 2, 3)
		for _, c := range []struct {
			name, code string
			change     func(f *File)
		}{
			{"nothing", "", func(*File) {}},
			{"the last line is hidden", "way", func(f *File) { f.Lines = f.Lines[:2] }},
			{"a line in the middle is hidden", "way", func(f *File) { f.Lines = slices.Delete(f.Lines, 1, 2) }},
			{"a line is slipped in", "way", func(f *File) {
				x := f.Lines[0]
				x.Index, x.Receipt, x.Leaf = x.Index-1, "", theirs.Lines[0].Leaf
				f.Lines = slices.Insert(f.Lines, 0, x)
			}},
			{"a line is slipped in at the end of its day", "way", func(f *File) {
				x := f.Lines[1]
				x.Index, x.Receipt = x.Index+1, ""
				f.Lines = slices.Insert(f.Lines, 2, x)
			}},
			{"two lines change places", "order", func(f *File) { f.Lines[0], f.Lines[1] = f.Lines[1], f.Lines[0] }},
			{"a line bears another day", "cut", func(f *File) { f.Lines[1].Day = f.Lines[2].Day }},
			{"somebody else's receipt", "recipient", func(f *File) { f.Lines[0].Receipt = theirs.Lines[0].Receipt }},
			{"somebody else's line", "recipient", func(f *File) {
				f.Lines[0] = theirs.Lines[0]
				f.Lines = f.Lines[:1]
			}},
			{"the receipt of another line", "receipt", func(f *File) { f.Lines[0].Receipt = f.Lines[1].Receipt }},
			{"a receipt of another event", "event", func(f *File) { f.Lines[0].Receipt = f.Opened }},
			{"somebody else's salt", "opened", func(f *File) { f.Salt = theirs.Salt }},
			{"somebody else's opening", "opened", func(f *File) { f.Opened = theirs.Opened }},
			{"somebody else's name", "opened", func(f *File) { f.Person = "b" }},
			{"another's way", "way", func(f *File) { f.Days[1].Way = theirs.Days[1].Way }},
			{"the root of another day", "days", func(f *File) { f.Days[1] = f.Days[0] }},
			{"days in another order", "days", func(f *File) { slices.Reverse(f.Days) }},
			{"no receipt of a root", "root", func(f *File) { f.Days[0].Receipt = withoutContent(t, f.Days[0].Receipt) }},
			{"a way of zeros", "way", func(f *File) { f.Days[0].Way[0] = strings.Repeat("0", 64) }},
			{"a short way", "way", func(f *File) { f.Days[0].Way = f.Days[0].Way[1:] }},
			{"a leaf of somebody else beside one's own", "way", func(f *File) {
				f.Days[0].Other = &FileLeaf{Tag: theirs.Lines[0].Leaf, Count: 1, Link: theirs.Lines[0].Leaf}
			}},
			{"all is denied", "way", func(f *File) { f.Lines = []FileLine{} }},
			{"a leaf that is none", "line", func(f *File) { f.Lines[0].Leaf = "00" }},
			{"another version", "version", func(f *File) { f.Format = "tarazu-series@v2" }},
		} {
			f := clone(t, mine)
			c.change(&f)
			file := f.bytes(t)
			_, err := Check(file, o)
			want := ""
			if c.code != "" {
				want = "notice.series.refused." + c.code
			}
			if codeOf(err) != want || (err == nil) != (c.code == "") {
				t.Errorf("%s: %v, want %s", c.name, err, want)
			}
			if ierr := independent(file, r.key.VKey()); (ierr == nil) != (c.code == "") {
				t.Errorf("%s, the other checker: %v", c.name, ierr)
			}
		}
		file := mine.bytes(t)
		for name, b := range map[string][]byte{
			"no end": file[:len(file)-1], "an end more": append(slices.Clone(file), '\n'), "spaces": bytes.Replace(file, []byte(`,"`), []byte(`, "`), 1),
			"a member more": bytes.Replace(file, []byte(`"person":`), []byte(`"owner":"x","person":`), 1), "nothing": nil,
		} {
			if _, err := Check(b, o); err == nil {
				t.Errorf("%s: accepted", name)
			}
		}
		// What came after midnight is in no root yet, and that is said.
		r.arrive(t, "a")
		r.sequence(t)
		r.number(t)
		got, err := Check(r.export(t, "a").bytes(t), o)
		if err != nil || got.Newer != 1 || !slices.Contains(got.NotProved, NotProvedNewer) {
			t.Errorf("%+v, %v", got, err)
		}
		// A row is changed behind the program's back: no file is made of it.
		f := r.export(t, "b")
		exec(t, r, `DELETE FROM notice_series_line WHERE owner = 'b' AND serial = 2`)
		if _, err := Check(r.export(t, "b").bytes(t), o); err == nil || len(f.Lines) != 3 {
			t.Error("a line was taken out of the rows, and the file passes")
		}
	})
}

// A day on which the root was another one than people were shown cannot be
// shown again: the way does not lead there.
func TestWrongRoot(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.arrive(t, "a")
		r.sequence(t)
		r.number(t)
		day := civil.Of(r.clk.Now())
		r.step = func(name string) error {
			if name == "sign" {
				exec(t, r, `UPDATE notice_series_line SET leaf = link WHERE owner = 'a'`)
			}
			return nil
		}
		r.sequence(t)
		r.clk.Advance(24 * time.Hour)
		r.number(t)
		r.step = nil
		r.sequence(t)
		f := r.export(t, "a")
		if _, err := Check(f.bytes(t), receipt.Options{}); codeOf(err) != "notice.series.refused.way" {
			t.Errorf("day %s: %v", day, err)
		}
	})
}

func clone(t *testing.T, f File) (out File) {
	t.Helper()
	b, err := json.Marshal(f)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func withoutContent(t *testing.T, text string) string {
	t.Helper()
	b, err := without([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func exec(t *testing.T, r *rig, query string) {
	t.Helper()
	err := r.db.Write(t.Context(), func(tx *store.Tx) error { return tx.Exec(t.Context(), query) })
	if err != nil {
		t.Fatal(err)
	}
}

func otherKey(t *testing.T) string {
	t.Helper()
	k, _, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	return k.VKey()
}

// FuzzCheck: no file makes the checker panic, and what passes has one spelling.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"a_format":"tarazu-series@v1","days":[],"lines":[],"opened":"","person":"a","salt":"` + strings.Repeat("0", 64) + "\"}\n"))
	f.Add([]byte(`{"a_format":"tarazu-series@v1","days":[{"receipt":"c2sp.org/tlog-proof@v1\n","way":["",""]}],"lines":[{"day":"2025-05-10","index":1,"leaf":"","log":"x"}],"opened":"","person":"a","salt":""}` + "\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := parse(file)
		if err == nil {
			again, err := got.encode()
			if err != nil || !bytes.Equal(again, file) {
				t.Errorf("another spelling: %v", err)
			}
		}
		if _, err := Check(file, receipt.Options{}); err == nil && len(got.Opened) == 0 {
			t.Error("a file without a receipt passes")
		}
	})
}
