// SPDX-License-Identifier: Apache-2.0

package sender_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/sender"
)

// must stops the test at an error.
func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func code(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return ""
	}
	if len(e.Fields) > 0 {
		return e.Fields[0].Name + " " + e.Fields[0].Code
	}
	return e.Code
}

func application() sender.Application {
	return sender.Application{
		Number: "1404/12", Basis: "municipal-77", Why: "مادهٔ ۷۷ قانون شهرداری", Contact: "ادارهٔ درآمد", Phone: "021 1234", Volume: 100,
		Kinds: []string{notice.KindBodyDemand, notice.KindBodyNews},
	}
}

func demand() sender.NewTemplate {
	return sender.NewTemplate{
		Kind: notice.KindBodyDemand, Fields: "amount rial\nuntil date\nplate text 20\n",
		Subject: notice.Text{FA: "عوارض نوسازی", EN: "Renovation dues"},
		Text:    notice.Text{FA: "مبلغ {{amount}} را تا {{until}} برای {{plate}} بپردازید.", EN: "Pay {{amount}} by {{until}} for {{plate}}."},
	}
}

func letter(ref, template, to string) sender.Message {
	return sender.Message{Reference: ref, Template: template, NationalCode: to, Fields: map[string]string{"amount": "1250000", "until": "2025-09-01", "plate": "پلاک ۱۲"}}
}

// body is a sender with a contract and an approved template.
type body struct {
	*Env
	head     policy.Actor
	template string
	live     string // keys
	test     string
}

func bodyOn(t *testing.T, e *Env, who Who, code string, quota sender.Quota) body {
	t.Helper()
	b, s := body{Env: e, head: e.Head(who, code)}, e.App.Sender
	c := must[sender.Contract](t)(s.Apply(t.Context(), b.head, application()))
	today := civil.Of(e.Clock.Now())
	must[sender.Contract](t)(s.Decide(t.Context(), e.Actor(Centre), c.Body, c.ID, sender.Decision{
		State: sender.Approved, Reason: "مدارک کامل است", From: today, Until: today.Add(300), Quota: quota, Version: c.Version,
	}))
	tpl := must[sender.Template](t)(s.Submit(t.Context(), b.head, demand()))
	if err := s.Judge(t.Context(), e.Actor(Centre), tpl.Body, tpl.ID, 1, sender.Approved, "روشن است"); err != nil {
		t.Fatal(err)
	}
	b.template = tpl.ID
	var err error
	if b.live, _, err = s.MakeKey(t.Context(), b.head, "واقعی", false); err != nil {
		t.Fatal(err)
	}
	if b.test, _, err = s.MakeKey(t.Context(), b.head, "آزمایشی", true); err != nil {
		t.Fatal(err)
	}
	return b
}

var plenty = sender.Quota{Day: 1000, Month: 10_000, Second: 1000}

func (b body) with(key string) policy.Actor {
	b.T.Helper()
	w, err := b.App.Sender.Bearer(b.T.Context(), key)
	if err != nil {
		b.T.Fatal(err)
	}
	return w.Actor
}

// TestLifeOfASender: a body applies, the centre approves, a program sends over the
// API, the addressee sees plainly that it is no court's, and the body gets its receipt.
func TestLifeOfASender(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		b := bodyOn(t, e, Plaintiff, "S1", plenty)
		to := e.Person(Defendant)
		program := &APIClient{Env: e, Who: "program", Token: b.live, Lang: "en"}
		ask := map[string]any{"reference": "1404/1", "template": b.template, "national_code": to.NationalCode, "fields": letter("", "", "").Fields}
		a := program.Post("/sender/notices", ask).Want(http.StatusOK)
		if a.Text("state") != "arrived" || len(a.Text("number")) != 18 || strings.Contains(string(a.Body), to.NationalCode) || strings.Contains(string(a.Body), to.LastName) {
			t.Errorf("sent: %s", a.Body)
		}
		// The same reference under another Idempotency-Key: the first answer; with other content: a conflict.
		if again := program.Post("/sender/notices", ask).Want(http.StatusOK); again.Text("id") != a.Text("id") {
			t.Errorf("again: %s", again.Body)
		}
		ask["fields"] = map[string]string{"amount": "7", "until": "2025-09-01", "plate": "x"}
		program.Post("/sender/notices", ask).Want(http.StatusConflict)

		inbox := e.As(Defendant).In("fa").Get("/inbox").Want(http.StatusOK)
		if !strings.Contains(inbox.Body, "data-other") || !strings.Contains(inbox.Text(), "از سازمان دیگر، نه از دادگاه") {
			t.Errorf("inbox: %s", inbox.Text())
		}
		e.As(Defendant).Get("/inbox?show=bodies").Want(http.StatusOK)
		id := strings.TrimPrefix(inbox.Link("/inbox/"), "/inbox/")
		closed := e.As(Defendant).Get("/inbox/" + id).Want(http.StatusOK)
		if !strings.Contains(closed.Text(), "این ابلاغیه از دادگاه نیست") {
			t.Errorf("before opening: %s", closed.Text())
		}
		paper := e.Open(Defendant, id)
		if !strings.Contains(paper.Text(), "این ابلاغیه از دادگاه نیست") || !strings.Contains(paper.Text(), "پلاک ۱۲") {
			t.Errorf("opened: %s", paper.Text())
		}
		e.Drain()
		if one := program.Get("/sender/notices/" + a.Text("id")).Want(http.StatusOK); one.Text("viewed") == "" {
			t.Errorf("after opening: %s", one.Body)
		}
		e.Sequence()
		if file := program.Get("/sender/notices/" + a.Text("id") + "/receipt").Want(http.StatusOK); len(file.Body) == 0 {
			t.Error("the receipt is empty")
		}
		// A key opens nothing else.
		for _, path := range []string{"/account", "/notices", "/cases", "/filings"} {
			program.Get(path).Want(http.StatusForbidden)
		}
		program.Post("/sender/notices", map[string]any{"reference": strings.Repeat("x", 200), "template": "none"}).Want(http.StatusUnprocessableEntity)
		program.Send(http.MethodPost, "/sender/notices", []byte("{"), "Content-Type", "application/json").Want(http.StatusBadRequest)
		out := program.Post("/sender/batches", map[string]any{"notices": []any{
			map[string]any{"reference": "b1", "template": b.template, "national_code": to.NationalCode, "fields": letter("", "", "").Fields},
			map[string]any{"reference": "b2", "template": "none", "national_code": to.NationalCode},
			map[string]any{"reference": "b3", "template": b.template, "national_code": NationalCode(977), "fields": letter("", "", "").Fields},
		}}).Want(http.StatusOK)
		if fmt.Sprint(out.At("sent"), out.At("refused")) != "2 1" || out.Text("notices.2.sent.state") != "not_possible" || out.Text("notices.1.code") == "" {
			t.Errorf("batch: %s", out.Body)
		}
	})
}

// TestOthersThings: no body reaches another one's contract, template, key or notice.
func TestOthersThings(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	s, ctx := e.App.Sender, t.Context()
	one, two := bodyOn(t, e, Plaintiff, "S1", plenty), bodyOn(t, e, Stranger, "S2", plenty)
	to := e.Person(Defendant).NationalCode
	sent := must[sender.Sent](t)(s.Send(ctx, one.with(one.live), letter("1", one.template, to)))
	if _, err := s.Send(ctx, two.with(two.live), letter("1", one.template, to)); code(err) != "template sender.wrong.template" {
		t.Errorf("another's template: %v", err)
	}
	if _, err := s.One(ctx, two.with(two.live), sent.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's notice: %v", err)
	}
	if _, err := s.One(ctx, one.with(one.test), sent.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("a live notice with a test key: %v", err)
	}
	if _, err := s.Receipt(ctx, two.with(two.live), sent.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's receipt: %v", err)
	}
	keys := must[[]sender.Key](t)(s.Keys(ctx, one.head))
	if err := s.RevokeKey(ctx, two.head, keys[0].ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's key: %v", err)
	}
	if _, err := s.Versions(ctx, two.head, "", one.template); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's versions: %v", err)
	}
	n := demand()
	n.ID = one.template
	if _, err := s.Submit(ctx, two.head, n); !errs.Is(err, errs.NotFound) {
		t.Errorf("a version of another's template: %v", err)
	}
	for name, err := range map[string]error{
		"a citizen applies":        func() error { _, err := s.Apply(ctx, e.Actor(Defendant), application()); return err }(),
		"a key applies":            func() error { _, err := s.Apply(ctx, one.with(one.live), application()); return err }(),
		"a head decides":           func() error { _, err := s.Decide(ctx, one.head, one.head.For, "x", sender.Decision{}); return err }(),
		"a head judges":            s.Judge(ctx, one.head, one.head.For, one.template, 1, sender.Approved, "x"),
		"a head sends as a person": func() error { _, err := s.Send(ctx, one.head, letter("2", one.template, to)); return err }(),
	} {
		if !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A key that was revoked while a call was under way, and a contract that was suspended.
	live := one.with(one.live)
	for _, k := range keys {
		if !k.Test {
			if err := s.RevokeKey(ctx, one.head, k.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := s.Send(ctx, live, letter("3", one.template, to)); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("revoked under way: %v", err)
	}
	if _, err := s.Bearer(ctx, one.live); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("revoked: %v", err)
	}
	c, _, err := s.Own(ctx, two.head)
	if err != nil {
		t.Fatal(err)
	}
	hold := sender.Decision{State: sender.Suspended, Reason: "بررسی", Version: c.Version}
	must[sender.Contract](t)(s.Decide(ctx, e.Actor(Centre), c.Body, c.ID, hold))
	if _, err := s.Decide(ctx, e.Actor(Centre), c.Body, c.ID, hold); code(err) != "sender.moved_on" {
		t.Errorf("decided twice: %v", err)
	}
	if _, err := s.Send(ctx, two.with(two.live), letter("4", two.template, to)); code(err) != "sender.contract_rests" {
		t.Errorf("suspended: %v", err)
	}
}

// TestQuotaRace: of many at once exactly as many pass as the quota has, and the
// refused ones left nothing behind.
func TestQuotaRace(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		const quota, calls = 5, 16
		b := bodyOn(t, e, Plaintiff, "S1", sender.Quota{Day: quota, Month: 1000, Second: 1000})
		key, to := b.with(b.live), e.Person(Defendant).NationalCode
		var sent, over atomic.Int64
		var wg sync.WaitGroup
		for i := range calls {
			wg.Go(func() {
				switch _, err := e.App.Sender.Send(t.Context(), key, letter(fmt.Sprint("r", i), b.template, to)); {
				case err == nil:
					sent.Add(1)
				case errs.Is(err, errs.RateLimited) && code(err) == "sender.quota.day":
					over.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		list, _, err := e.App.Sender.List(t.Context(), key, "", 100)
		if err != nil || sent.Load() != quota || over.Load() != calls-quota || len(list) != quota {
			t.Errorf("%d sent, %d refused, %d listed, %v", sent.Load(), over.Load(), len(list), err)
		}
		program := &APIClient{Env: e, Who: "program", Token: b.live, Lang: "en"}
		a := program.Post("/sender/notices", map[string]any{"reference": "late", "template": b.template, "national_code": to, "fields": letter("", "", "").Fields})
		if a.Want(http.StatusTooManyRequests).Header.Get("Retry-After") == "" {
			t.Error("no time is named")
		}
		e.Clock.Advance(24 * time.Hour)
		must[sender.Sent](t)(e.App.Sender.Send(t.Context(), key, letter("late", b.template, to)))
	})
}

// TestTemplatesDoNotImitateTheCourt, nor carry what is not declared.
func TestTemplatesDoNotImitateTheCourt(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	s, ctx := e.App.Sender, t.Context()
	b := bodyOn(t, e, Plaintiff, "S1", plenty)
	for _, c := range []struct {
		name string
		with func(n *sender.NewTemplate)
		want string
	}{
		{"a court's subject", func(n *sender.NewTemplate) { n.Subject.FA = "ابلاغیهٔ دادگاه‌های تهران" }, "subject_fa sender.wrong.court"},
		{"letters written apart", func(n *sender.NewTemplate) { n.Subject.FA = "برگ د ا د گ ا ه" }, "subject_fa sender.wrong.court"},
		{"with a stretched letter", func(n *sender.NewTemplate) { n.Subject.FA = "دادگـــاه" }, "subject_fa sender.wrong.court"},
		{"in English", func(n *sender.NewTemplate) { n.Subject.EN = "C.o.u.r.t order" }, "subject_en sender.wrong.court"},
		{"a claim in the text", func(n *sender.NewTemplate) { n.Text.FA += " به دستور دادگاه" }, "text_fa sender.wrong.court"},
		{"an unknown field", func(n *sender.NewTemplate) { n.Text.FA += "{{name}}" }, "text_fa sender.wrong.hole"},
		{"a field that is not used", func(n *sender.NewTemplate) { n.Fields += "more number" }, "text_fa sender.wrong.unused"},
		{"a field twice", func(n *sender.NewTemplate) { n.Fields += "amount rial" }, "fields sender.wrong.field_line"},
		{"a field in the subject", func(n *sender.NewTemplate) { n.Subject.FA = "{{amount}}" }, "subject_fa sender.wrong.subject"},
		{"a court's kind", func(n *sender.NewTemplate) { n.Kind = notice.KindJudgment }, "kind form.choose"},
		{"a kind outside the contract", func(n *sender.NewTemplate) { n.Kind = notice.KindBodyCall }, "kind sender.wrong.kind_contract"},
	} {
		n := demand()
		c.with(&n)
		if _, err := s.Submit(ctx, b.head, n); code(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	n := demand() // a body may tell where somebody can complain; courtesy is no court
	n.Text.FA += " می‌توانید به دیوان عدالت اداری شکایت کنید."
	n.Subject.EN = "A courtesy call"
	must[sender.Template](t)(s.Submit(ctx, b.head, n))

	key, to := b.with(b.live), e.Person(Defendant).NationalCode
	for _, c := range []struct{ field, value, want string }{
		{"plate", "قاضی", "fields.plate sender.wrong.court"}, {"plate", "{{amount}}", "fields.plate sender.wrong.value_line"},
		{"plate", "a\nb", "fields.plate sender.wrong.value_line"}, {"plate", strings.Repeat("x", 21), "fields.plate sender.wrong.value_long"},
		{"plate", "", "fields.plate form.required"}, {"amount", "-1", "fields.amount sender.wrong.value_number"},
		{"until", "tomorrow", "fields.until sender.wrong.value_date"}, {"other", "x", "fields.other api.field.unknown"},
	} {
		m := letter("f", b.template, to)
		m.Fields[c.field] = c.value
		if _, err := s.Send(ctx, key, m); code(err) != c.want {
			t.Errorf("%s %q: %v", c.field, c.value, err)
		}
	}
	// A version that was approved stands until the next one is.
	next := demand()
	next.ID, next.Text.EN, next.Subject.EN = b.template, "", ""
	next.Text.FA = "نسخهٔ دوم: {{amount}} {{until}} {{plate}}"
	must[sender.Template](t)(s.Submit(ctx, b.head, next))
	if x := must[sender.Sent](t)(s.Send(ctx, key, letter("v1", b.template, to))); x.Version != 1 {
		t.Errorf("version %d was used", x.Version)
	}
	if err := s.Judge(ctx, e.Actor(Centre), b.head.For, b.template, 2, sender.Approved, "روشن است"); err != nil {
		t.Fatal(err)
	}
	if err := s.Judge(ctx, e.Actor(Centre), b.head.For, b.template, 2, sender.Refused, "نه"); code(err) != "sender.moved_on" {
		t.Errorf("judged twice: %v", err)
	}
	if x := must[sender.Sent](t)(s.Send(ctx, key, letter("v2", b.template, to))); x.Version != 2 {
		t.Errorf("version %d was used", x.Version)
	}
}

// ear is a body's program that hears webhooks.
type ear struct {
	mu     sync.Mutex
	status int
	heard  []heard
}

type heard struct {
	header http.Header
	body   string
}

func (r *ear) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	b, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heard = append(r.heard, heard{req.Header, string(b)})
	w.WriteHeader(r.status)
}

func (r *ear) take(status int) (out []heard) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out, r.heard, r.status = r.heard, nil, status
	return out
}

// signed checks a message as the specification says (Standard Webhooks, "Verifying
// webhook authenticity").
func signed(h heard, secret string) bool {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, raw)
	mac.Write([]byte(h.header.Get("webhook-id") + "." + h.header.Get("webhook-timestamp") + "." + h.body))
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for one := range strings.FieldsSeq(h.header.Get("webhook-signature")) {
		if hmac.Equal([]byte(one), []byte(want)) {
			return true
		}
	}
	return false
}

// TestWebhooks: signed as the specification says, tried again after its waits, given
// up after all of them, with both secrets for a day.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		s, ctx := e.App.Sender, t.Context()
		b := bodyOn(t, e, Plaintiff, "S1", plenty)
		r := &ear{status: http.StatusInternalServerError}
		server := httptest.NewServer(r)
		t.Cleanup(server.Close)
		secret := must[string](t)(s.SetHook(ctx, b.head, server.URL))
		must[sender.Sent](t)(s.Send(ctx, b.with(b.test), letter("t1", b.template, "1111111111")))
		e.Drain()
		first := r.take(http.StatusInternalServerError)
		if len(first) != 1 || !signed(first[0], secret) || signed(first[0], "whsec_AAAA") {
			t.Fatalf("heard %+v", first)
		}
		var told struct {
			Type string `json:"type"`
			Data struct {
				Reference string `json:"reference"`
				Test      bool   `json:"test"`
			} `json:"data"`
		}
		if err := json.Unmarshal([]byte(first[0].body), &told); err != nil || told.Type != "notice.arrived" || told.Data.Reference != "t1" || !told.Data.Test {
			t.Errorf("told %s", first[0].body)
		}
		// Not before the wait, then again with the same id.
		e.Clock.Advance(4 * time.Second)
		e.Drain()
		if early := r.take(http.StatusNoContent); len(early) != 0 {
			t.Errorf("%d too early", len(early))
		}
		e.Clock.Advance(time.Second)
		e.Drain()
		second := r.take(http.StatusNoContent)
		if len(second) != 1 || second[0].header.Get("webhook-id") != first[0].header.Get("webhook-id") || !signed(second[0], secret) {
			t.Fatalf("again: %+v", second)
		}
		e.Clock.Advance(72 * time.Hour)
		e.Drain()
		if more := r.take(http.StatusNoContent); len(more) != 0 {
			t.Errorf("%d after it was taken", len(more))
		}
		// Both secrets sign for a day.
		fresh := must[string](t)(s.RotateSecret(ctx, b.head))
		must[sender.Sent](t)(s.Send(ctx, b.with(b.test), letter("t2", b.template, "2222222222")))
		e.Drain()
		if h := r.take(http.StatusNoContent); len(h) != 1 || !signed(h[0], secret) || !signed(h[0], fresh) || !strings.Contains(h[0].body, "not_possible") {
			t.Errorf("with both secrets: %+v", h)
		}
		e.Clock.Advance(25 * time.Hour)
		must[sender.Sent](t)(s.Send(ctx, b.with(b.test), letter("t3", b.template, "4444444444")))
		e.Drain()
		if h := r.take(http.StatusBadGateway); len(h) != 2 || signed(h[0], secret) || !signed(h[0], fresh) {
			t.Errorf("after a day: %+v", h)
		}
		// It fails for days: given up, and the desk says so.
		must[sender.Sent](t)(s.Send(ctx, b.with(b.test), letter("t4", b.template, "1111111111")))
		e.Drain()
		for _, wait := range s.Rules().Waits {
			e.Clock.Advance(time.Duration(wait) * time.Second)
			e.Drain()
		}
		if tries := len(r.take(http.StatusOK)); tries != len(s.Rules().Waits)+1 {
			t.Errorf("%d tries", tries)
		}
		h, _, list, err := s.Hook(ctx, b.head)
		if err != nil || h.Stopped.IsZero() || list[0].State != "failed" {
			t.Fatalf("%+v %+v %v", h, list, err)
		}
		// On again, and the failed one once more.
		must[string](t)(s.SetHook(ctx, b.head, server.URL))
		if err := s.Again(ctx, b.head, list[0].ID); err != nil {
			t.Fatal(err)
		}
		e.Drain()
		if h := r.take(http.StatusOK); len(h) != 1 {
			t.Errorf("sent again %d times", len(h))
		}
	})
}

// TestUntold: what a body's program did not take is on its desk and on the centre's, with
// what was answered; tried again it goes out in order and is off both. Nobody else sees
// it or can do anything about it.
func TestUntold(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		s, ctx := e.App.Sender, t.Context()
		b := bodyOn(t, e, Plaintiff, "S1", plenty)
		other := bodyOn(t, e, Stranger, "S2", plenty)
		r := &ear{status: http.StatusGone}
		server := httptest.NewServer(r)
		t.Cleanup(server.Close)
		must[string](t)(s.SetHook(ctx, b.head, server.URL))
		must[sender.Sent](t)(s.Send(ctx, b.with(b.test), letter("t1", b.template, "1111111111")))
		e.Drain()
		must[sender.Sent](t)(s.Send(ctx, b.with(b.test), letter("t2", b.template, "1111111111")))
		e.Drain()
		if heard := r.take(http.StatusNoContent); len(heard) != 1 {
			t.Fatalf("%d heard", len(heard))
		}
		me, them, centre := e.As(Plaintiff).In("en"), e.As(Stranger).In("en"), e.As(Centre).In("en")
		me.Get("/capacity").Submit("/capacity", "capacity", b.head.Capacity).Want(http.StatusOK)
		them.Get("/capacity").Submit("/capacity", "capacity", other.head.Capacity).Want(http.StatusOK)
		const words, gone = "2 events could not be told", "it wants no more (410)"
		for _, path := range []string{sender.Path, "/sender/hook"} {
			if page := me.Get(path).Want(http.StatusOK); !strings.Contains(page.Text(), words) || !strings.Contains(page.Text(), gone) {
				t.Errorf("%s: %s", path, page.Text())
			}
			if page := them.Get(path).Want(http.StatusOK); strings.Contains(page.Text(), "could not be told") {
				t.Errorf("a stranger at %s: %s", path, page.Text())
			}
		}
		desk := centre.Get(sender.PathCentre).Want(http.StatusOK)
		c, _, err := s.Own(ctx, b.head)
		if err != nil {
			t.Fatal(err)
		}
		contract := sender.PathCentre + "/" + c.Body + "/" + c.ID
		if !strings.Contains(desk.Text(), "does not hear us") || !strings.Contains(desk.Text(), gone) || desk.Link(contract) == "" {
			t.Errorf("the centre: %s", desk.Text())
		}
		if page := centre.Get(contract).Want(http.StatusOK); !strings.Contains(page.Text(), "its program: 2") {
			t.Errorf("the centre: %s", page.Text())
		}
		for name, err := range map[string]error{
			"a citizen tries": s.TryAgain(ctx, e.Actor(Defendant)), "a key tries": s.TryAgain(ctx, b.with(b.live)), "the centre tries": s.TryAgain(ctx, e.Actor(Centre)),
			"a citizen leaves": s.LeaveUntold(ctx, e.Actor(Defendant)),
			"a head lists":     func() error { _, err := s.AllUntold(ctx, b.head); return err }(),
			"a head looks":     func() error { _, err := s.UntoldOf(ctx, b.head, b.head.For); return err }(),
		} {
			if !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.TryAgain(ctx, other.head); !errs.Is(err, errs.Conflict) {
			t.Errorf("another body: %v", err)
		}
		me.Get("/sender/hook").Submit("/sender/hook/try").Want(http.StatusOK)
		e.Drain()
		heard := r.take(http.StatusNoContent)
		if len(heard) != 2 || !strings.Contains(heard[0].body, `"t1"`) || !strings.Contains(heard[1].body, `"t2"`) {
			t.Errorf("tried again: %+v", heard)
		}
		for name, page := range map[string]*Page{"own": me.Get(sender.Path), "hook": me.Get("/sender/hook"), "centre": centre.Get(sender.PathCentre), "contract": centre.Get(contract)} {
			if text := page.Want(http.StatusOK).Text(); strings.Contains(text, "could not be told") || strings.Contains(text, "does not hear us") {
				t.Errorf("afterwards %s: %s", name, text)
			}
		}
		// Left by hand it is off too, and nothing is told.
		r.take(http.StatusGone)
		must[sender.Sent](t)(s.Send(ctx, b.with(b.test), letter("t3", b.template, "1111111111")))
		e.Drain()
		r.take(http.StatusNoContent)
		me.Get("/sender/hook").Submit("/sender/hook/leave").Want(http.StatusOK)
		e.Drain()
		if page := me.Get("/sender/hook").Want(http.StatusOK); strings.Contains(page.Text(), "could not be told") || !strings.Contains(page.Text(), "left so") || len(r.take(http.StatusOK)) != 0 {
			t.Errorf("left: %s", page.Text())
		}
	})
}

// TestTestKeysReachNobody: the codes simulate, and no other code works.
func TestTestKeysReachNobody(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	s, ctx := e.App.Sender, t.Context()
	b := bodyOn(t, e, Plaintiff, "S1", plenty)
	key := b.with(b.test)
	for to, want := range map[string]sender.State{"1111111111": sender.Arrived, "2222222222": sender.NotPossible, "3333333333": sender.NotPossible, "۴۴۴۴۴۴۴۴۴۴": sender.Arrived} {
		x := must[sender.Sent](t)(s.Send(ctx, key, letter(fmt.Sprintf("t-%x", to)[:12], b.template, to)))
		if x.State != want || !x.Test || x.Number != "" {
			t.Errorf("%s: %+v", to, x)
		}
	}
	for _, to := range []string{"6666666666", e.Person(Defendant).NationalCode, "", "x"} {
		if _, err := s.Send(ctx, key, letter("w", b.template, to)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", to, err)
		}
	}
	counts, err := e.App.Notice.Counts(ctx, e.Actor(Defendant))
	if err != nil || counts.All != 0 {
		t.Errorf("%+v %v", counts, err)
	}
}
