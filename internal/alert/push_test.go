// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/webpush"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

func (r *rig) browser(t *testing.T) (string, webpush.Subscription) {
	t.Helper()
	name, sub, err := r.pushes.Subscribe()
	if err != nil {
		t.Fatal(err)
	}
	return name, sub
}

// A browser shows the neutral words, whatever is wished; each browser of a person
// has its message, and one that has gone is forgotten, with evidence.
func TestPush(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who := r.person(t)
		one, first := r.browser(t)
		two, second := r.browser(t)
		must(0, r.Subscribe(t.Context(), who, first, "Firefox Linux"))(t)
		must(0, r.Subscribe(t.Context(), who, first, "Firefox Linux"))(t) // again
		must(0, r.Subscribe(t.Context(), who, second, ""))(t)
		if l := must(r.Browsers(t.Context(), who))(t); len(l) != 2 {
			t.Fatalf("%+v", l)
		}
		r.request(t, who, "n1")
		r.drain(t)
		for _, name := range []string{one, two} {
			got := r.pushes.List(name)
			if len(got) != 1 {
				t.Fatalf("%+v", got)
			}
			var words map[string]string
			if err := json.Unmarshal(got[0].Text, &words); err != nil || words["title"] != r.words("alert.neutral.subject") || words["body"] != r.words("alert.neutral.text") ||
				words["dir"] != "ltr" || len(words) != 4 {
				t.Errorf("%s: %v", got[0].Text, err)
			}
		}
		if got := r.events(t, who, "n1"); got != "sent:push sent:push sent:sms" {
			t.Errorf("evidence %q", got)
		}
		r.pushes.Leave(one)
		r.request(t, who, "n2")
		r.drain(t)
		if l := must(r.Browsers(t.Context(), who))(t); len(l) != 1 || len(r.pushes.List(two)) != 2 {
			t.Errorf("%+v", l)
		}
		if got := r.events(t, who, who.Person); !strings.HasSuffix(got, "unlinked:push:gateway.webpush.gone") {
			t.Errorf("evidence %q", got)
		}
		if got := must(r.Bounces(t.Context(), admin))(t); len(got) != 0 {
			t.Errorf("bounces although the person was reached: %+v", got)
		}
		w := must(r.Wishes(t.Context(), who))(t)
		must(0, r.SetWishes(t.Context(), who, w.with(SMS, false)))(t)
		r.pushes.Leave(two)
		r.request(t, who, "n3")
		r.drain(t)
		if got := must(r.Bounces(t.Context(), admin))(t); len(got) != 1 || got[0].Channel != Push {
			t.Errorf("bounces %+v", got)
		}
		_, third := r.browser(t)
		must(0, r.Subscribe(t.Context(), who, third, ""))(t)
		if got := must(r.Bounces(t.Context(), admin))(t); len(got) != 0 {
			t.Errorf("bounces %+v", got)
		}
		must(0, r.pushes.Faults().Set(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy}))(t)
		r.request(t, who, "n4")
		r.drain(t)
		if got := r.states(t, who, "n4"); got != "temp_failed" || len(must(r.Browsers(t.Context(), who))(t)) != 1 {
			t.Errorf("down: %q", got)
		}
	})
}

// A browser is whoever's signed in there last; nobody forgets another one's, and an
// address inside is none.
func TestBrowserOfTwo(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		who, other := r.person(t), r.person(t)
		name, sub := r.browser(t)
		must(0, r.Subscribe(t.Context(), who, sub, ""))(t)
		id := must(r.Browsers(t.Context(), who))(t)[0].ID
		if err := r.Unsubscribe(t.Context(), other, id); !errs.Is(err, errs.NotFound) {
			t.Errorf("somebody else's: %v", err)
		}
		must(0, r.Subscribe(t.Context(), other, sub, ""))(t)
		r.request(t, who, "n1")
		r.drain(t)
		if len(r.pushes.List(name)) != 0 || len(must(r.Browsers(t.Context(), who))(t)) != 0 {
			t.Error("still the first one's")
		}
		if got := r.events(t, who, who.Person); got != "linked:push unlinked:push:moved" {
			t.Errorf("evidence %q", got)
		}
		must(0, r.Unsubscribe(t.Context(), other, id))(t)
		sub.Endpoint = "ftp://push.example/x"
		if err := r.Subscribe(t.Context(), who, sub, ""); !errs.Is(err, errs.Invalid) {
			t.Errorf("no subscription: %v", err)
		}
		for range mostBrowsers + 1 {
			_, sub := r.browser(t)
			must(0, r.Subscribe(t.Context(), who, sub, ""))(t)
			r.clk.Advance(1)
		}
		if l := must(r.Browsers(t.Context(), who))(t); len(l) != mostBrowsers {
			t.Errorf("%d browsers", len(l))
		}
	})
}
