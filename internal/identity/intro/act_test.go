// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// send checks and applies a file and works it through.
func (w *world) send(by policy.Actor, kind, source, text string) Batch {
	w.Helper()
	b, err := w.s.Check(w.Context(), by, kind, source, "x.csv", []byte(text))
	w.must(err)
	if b.Wrong != 0 {
		lines, _ := w.s.Lines(w.Context(), by, b.ID, 0, 10)
		w.Fatalf("%d rows are wrong: %+v", b.Wrong, lines)
	}
	w.must(w.s.Apply(w.Context(), by, b.ID))
	w.drain()
	return b
}

const licences = "کد ملی;نام خانوادگی;شماره پروانه;پایه;اعتبار تا;وضعیت;علت\n"

func (w *world) only(person string) identity.Capacity {
	w.Helper()
	list, err := w.id.Capacities(w.Context(), person)
	w.must(err)
	if len(list) != 1 {
		w.Fatalf("%d capacities: %+v", len(list), list)
	}
	return list[0]
}

// A file suspends, lifts, renews and revokes; another association's does not
// touch it; undoing gives back what was, unless somebody changed it since.
func TestStatesByFile(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		p := w.enrol(maryam, "کریمی")
		row := func(grade, until, state, why string) string {
			return licences + strings.Join([]string{maryam, "کریمی", "100", grade, until, state, why}, ";") + "\n"
		}
		acts := func() bool {
			_, err := w.id.Actor(t.Context(), p.ID, w.only(p.ID).ID)
			if err != nil && !errs.Is(err, errs.Forbidden) {
				t.Fatal(err)
			}
			return err == nil
		}
		first := w.send(bar, "lawyers", "bar-tehran", row("2", "1410/01/01", "", ""))
		if c := w.only(p.ID); c.Issuer != "bar-tehran" || c.Grade != "2" || !acts() {
			t.Fatalf("%+v", c)
		}
		// Another bar has no such licence to suspend.
		other := policy.Actor{Role: policy.Association, Unit: "bar-fars"}
		b := w.send(other, "lawyers", "bar-fars", row("2", "1410/01/01", "تعلیق", ""))
		if n := w.state(b.ID, Applied); n[Refused] != 1 || !acts() {
			t.Errorf("another bar: %v", n)
		}
		suspended := w.send(bar, "lawyers", "bar-tehran", row("2", "1410/01/01", "تعلیق", "رأی دادگاه انتظامی"))
		if c := w.only(p.ID); c.Suspended.IsZero() || c.SuspendedWhy != "رأی دادگاه انتظامی" || acts() {
			t.Errorf("not suspended: %+v", c)
		}
		if n := w.state(w.send(bar, "lawyers", "bar-tehran", row("2", "1410/01/01", "suspended", "")).ID, Applied); n[KnownAs] != 1 {
			t.Errorf("suspended twice: %v", n)
		}
		w.must(w.s.Undo(t.Context(), bar, suspended.ID))
		w.drain()
		if n := w.state(suspended.ID, Undone); n[TakenBack] != 1 || !acts() {
			t.Errorf("the suspension was not taken back: %v", n)
		}
		again := w.send(bar, "lawyers", "bar-tehran", row("2", "1410/01/01", "تعلیق", ""))
		lifted := w.send(bar, "lawyers", "bar-tehran", row("1", "1412/01/01", "معتبر", ""))
		if n := w.state(lifted.ID, Applied); n[Resumed] != 1 || !acts() || w.only(p.ID).Grade != "1" {
			t.Errorf("not lifted: %v, %+v", n, w.only(p.ID))
		}
		// What was lifted since is not suspended again by taking back the suspension.
		w.must(w.s.Undo(t.Context(), bar, again.ID))
		w.drain()
		if n := w.state(again.ID, Undone); n[Suspended] != 1 || !acts() {
			t.Errorf("taken back after it was lifted: %v", n)
		}
		renewed := w.send(bar, "lawyers", "bar-tehran", row("1", "1415/01/01", "", ""))
		until, err := civil.FromJalali(1415, 1, 1)
		w.must(err)
		if n := w.state(renewed.ID, Applied); n[Renewed] != 1 || w.only(p.ID).Until != until {
			t.Errorf("not renewed: %v", n)
		}
		revoked := w.send(bar, "lawyers", "bar-tehran", row("1", "1400/01/01", "ابطال", ""))
		if n := w.state(revoked.ID, Applied); n[Revoked] != 1 || acts() {
			t.Errorf("not revoked: %v", n)
		}
		w.must(w.s.Undo(t.Context(), bar, revoked.ID))
		w.drain()
		if !acts() || w.only(p.ID).Until != until {
			t.Errorf("not restored: %+v", w.only(p.ID))
		}
		w.must(w.s.Undo(t.Context(), bar, first.ID))
		w.drain()
		if acts() {
			t.Error("undoing the first file leaves it")
		}
	})
}

// Somebody introduced and suspended before having an account comes suspended.
func TestSuspendedBeforeAccount(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		row := maryam + ";کریمی;100;1;1410/01/01;"
		w.send(bar, "lawyers", "bar-tehran", licences+row+";\n")
		w.send(bar, "lawyers", "bar-tehran", licences+row+"تعلیق;\n")
		p := w.enrol(maryam, "کریمی")
		w.drain()
		if c := w.only(p.ID); c.Suspended.IsZero() || len(w.roles(p.ID)) != 0 {
			t.Errorf("%+v", c)
		}
	})
}

// A ministry introduces its graduates and its own representatives, through who
// may sign for it; nobody for another body; who was introduced introduces nobody.
func TestBodies(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		body := func(code, name string) identity.Person {
			p, err := w.id.Enrol(t.Context(), system, identity.NewPerson{
				Class: identity.Body, LastName: name, Mobile: "+989121110000", Country: identity.Home,
				Identifiers: []identity.Identifier{{Kind: identity.BodyCode, Value: code, Source: "test"}},
			})
			w.must(err)
			return p
		}
		science, health := body("MSRT", "وزارت علوم"), body("MOH", "وزارت بهداشت")
		minister := policy.Actor{Person: w.enrol("0000000108", "وزیر").ID, Role: policy.Representative, For: science.ID, Rights: policy.Rights()}
		p, q := w.enrol(maryam, "کریمی"), w.enrol(hasan, "یزدی")

		list, err := w.s.SourcesOf(t.Context(), minister)
		w.must(err)
		if len(list) != 2 || list[0].Source != "science" || list[1].Source != ofBody+science.ID {
			t.Fatalf("%+v", list)
		}
		w.send(minister, "graduates", "science", "کد ملی,نام خانوادگی,مقطع,رشته,دانشگاه\n"+maryam+",کریمی,ارشد,حقوق,تهران\n")
		w.send(minister, "professors", "science", "کد ملی,نام خانوادگی,دانشگاه\n"+hasan+",یزدی,شیراز\n")
		if a, b := w.only(p.ID), w.only(q.ID); a.Role != policy.Graduate || b.Grade != "professor" || b.TitleEN != "Professor of law, شیراز" {
			t.Errorf("%+v\n%+v", a, b)
		}
		const head = "کد ملی,نام خانوادگی,شماره نامه,اختیار,تا تاریخ\n"
		w.send(minister, "representatives", ofBody+science.ID, head+maryam+",کریمی,220/1,آماده‌سازی,1410/01/01\n")
		held, err := w.id.Capacities(t.Context(), p.ID)
		w.must(err)
		var rep identity.Capacity
		for _, c := range held {
			if c.Role == policy.Representative {
				rep = c
			}
		}
		a, err := w.id.Actor(t.Context(), p.ID, rep.ID)
		w.must(err)
		if a.For != science.ID || a.Has(policy.Sign) || !a.Has(policy.Prepare) || !a.Delegated || !strings.Contains(rep.TitleFA, "وزارت علوم") {
			t.Errorf("%+v %+v", a, rep)
		}
		for name, c := range map[string]struct {
			by           policy.Actor
			kind, source string
		}{
			"for another body":         {minister, "representatives", ofBody + health.ID},
			"who may not sign":         {policy.Actor{Person: p.ID, Role: policy.Representative, For: science.ID, Rights: []policy.Right{policy.See}}, "graduates", "science"},
			"who was introduced":       {policy.Actor{Person: p.ID, Role: policy.Representative, For: science.ID, Rights: policy.Rights(), Delegated: true}, "representatives", ofBody + science.ID},
			"another ministry":         {policy.Actor{Person: q.ID, Role: policy.Representative, For: health.ID, Rights: policy.Rights()}, "graduates", "science"},
			"lawyers by the ministry":  {minister, "lawyers", "science"},
			"an administrator, astray": {policy.Actor{Role: policy.Administrator}, "graduates", "bar-tehran"},
			"of nobody":                {policy.Actor{Role: policy.Administrator}, "representatives", ""},
		} {
			if _, err := w.s.Check(t.Context(), c.by, c.kind, c.source, "x.csv", []byte(head+maryam+",کریمی,220/1,همه,1410/01/01\n")); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got, err := w.s.SourceOfBody(t.Context(), "moh"); err != nil || got != ofBody+health.ID {
			t.Errorf("%s, %v", got, err)
		}
		if _, err := w.s.SourceOfBody(t.Context(), "none"); !errs.Is(err, errs.Invalid) {
			t.Error(err)
		}
	})
}
