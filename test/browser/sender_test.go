// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

var (
	reKey      = regexp.MustCompile(`tarazu_send_live_[A-Za-z0-9_-]+`)
	reTemplate = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
)

// sending: a body applies, the centre approves it and its text, its program sends over
// the API, and whoever gets the letter sees at once that it is no court's.
func sending(t *testing.T, w *world, c context.Context, l look) {
	head, citizen := w.resident("فرزانه", "فرستنده", "فرخ", l.lang), w.resident("کیومرث", "مشترک", "نادر", l.lang)
	code := fmt.Sprintf("S%d", w.next.Add(1))
	body := someone{first: "شهرداری", last: "آزمون " + []string{"یکم", "دوم", "سوم", "چهارم", "پنجم", "ششم", "هفتم", "هشتم"}[w.next.Add(1)%8]}
	w.app.Doubles.Companies.Add(companies.Entity{
		Code: code, Kind: companies.Body, Name: body.name(), State: companies.Active, Province: "tehran", Founded: 1,
		Officers: []companies.Officer{{NationalCode: head.code, FirstName: head.first, LastName: head.last, Office: companies.Director, From: 1, Until: w.today().Add(700)}},
	})
	b, z := w.plain(t, c, l), w.plain(t, c, l)
	b.signIn(head)
	b.visit("/capacity/entity")
	b.choose("kind", "body")
	b.fill("code", code)
	b.press(b.p.T("identity.entity.go"))
	b.at("/home")
	b.visit("/sender")
	b.press(b.p.T("sender.apply_go"))
	b.refused("number", "basis", "why", "kinds", "volume", "contact", "phone")
	b.examine("sender-refused")
	b.fill("number", "1405/77")
	b.choose("basis", "municipal-77")
	b.fill("why", "مادهٔ ۷۷ قانون شهرداری")
	b.choose("kinds", notice.KindBodyDemand)
	b.fill("volume", b.typed("200"))
	b.fill("contact", "ادارهٔ درآمد")
	b.fill("phone", b.typed("02112345678"))
	b.press(b.p.T("sender.apply_go"))
	b.sees(b.p.T("sender.applied"), b.p.T("sender.state.applied"))
	b.examine("sender-applied")

	z.takeOffice(w.officer(t, "فرهاد", "مرکزی", policy.Centre, l.lang))
	z.visit("/senders")
	z.press(body.name())
	z.examine("senders-contract")
	z.press(z.p.T("sender.centre.go"))
	if z.status() != 422 {
		t.Errorf("%s: a decision without anything is answered with %d", l, z.status())
	}
	z.choose("state", "approved")
	z.fill("reason", "مدارک کامل است.")
	for name, day := range map[string]int{"from": 0, "until": 300} {
		y, m, d := w.today().Add(day).Jalali()
		z.fill(name+".day", z.typed(strconv.Itoa(d)))
		z.choose(name+".month", strconv.Itoa(m))
		z.fill(name+".year", z.typed(strconv.Itoa(y)))
	}
	z.press(z.p.T("sender.centre.go"))
	z.sees(z.p.T("sender.centre.decided"), z.p.T("sender.state.approved"))
	z.examine("senders-decided")

	b.visit("/sender")
	b.sees(b.p.T("sender.state.approved"))
	b.examine("sender")
	b.press(b.p.T("sender.templates.title"))
	b.choose("kind", notice.KindBodyDemand)
	b.fill("subject_fa", "عوارض نوسازی")
	b.fill("text_fa", "به دستور دادگاه {{amount}} بپردازید.")
	b.fill("fields", "amount rial")
	b.press(b.p.T("sender.templates.go"))
	b.refused("text_fa") // like a court's
	b.keeps("subject_fa", "عوارض نوسازی", "fields", "amount rial")
	b.examine("sender-like-a-court")
	b.fill("text_fa", "عوارض نوسازی {{amount}} است. آن را تا پایان ماه بپردازید.")
	b.press(b.p.T("sender.templates.go"))
	b.sees(b.p.T("sender.templates.submitted"))
	b.examine("sender-templates")
	z.visit("/senders")
	z.press("عوارض نوسازی")
	z.examine("senders-template")
	z.choose("state", "approved")
	z.fill("reason", "روشن است.")
	z.press(z.p.T("sender.centre.go"))
	z.sees(z.p.T("sender.centre.decided"))
	z.visit("/senders")
	z.examine("senders")

	b.visit("/sender/templates")
	b.press("عوارض نوسازی")
	b.sees(b.p.T("sender.template.approved"))
	template := reTemplate.FindString(b.text())
	b.examine("sender-template")
	b.visit("/sender/keys")
	b.fill("label", "سامانهٔ درآمد")
	b.choose("mode", "live")
	b.press(b.p.T("sender.keys.go"))
	b.sees(b.p.T("program.once"))
	key := reKey.FindString(b.text())
	b.examine("sender-key")
	b.visit("/sender/keys")
	if reKey.FindString(b.text()) == key {
		t.Errorf("%s: the key is shown again", l)
	}
	b.examine("sender-keys")
	b.visit("/sender/hook")
	b.fill("url", "http://localhost/hook")
	b.examine("sender-hook")

	asked, err := json.Marshal(map[string]any{"reference": "1405/1", "template": template, "national_code": citizen.code, "fields": map[string]string{"amount": "18450000"}})
	must(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.base+"/api/v1/sender/notices", bytes.NewReader(asked))
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", "journey-of-a-sender-"+code)
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	var said bytes.Buffer
	_, err = said.ReadFrom(res.Body)
	must(t, err)
	must(t, res.Body.Close())
	if res.StatusCode != http.StatusOK || !strings.Contains(said.String(), `"arrived"`) || strings.Contains(said.String(), citizen.code) {
		t.Fatalf("%s: the program is answered %d: %s", l, res.StatusCode, said.String())
	}

	sendMany(b, template, w.resident("کیومرث", "گیرنده", "نادر", l.lang))

	r := w.plain(t, c, l)
	r.signIn(citizen)
	r.visit("/inbox")
	r.sees(body.name(), r.p.T("notice.body.mark"))
	r.examine("inbox-other")
	r.press("عوارض نوسازی")
	r.sees(r.p.T("notice.body.words"))
	r.examine("notice-other-closed")
	r.press(r.p.T("notice.open"))
	r.sees(r.p.T("notice.evidence.title"))
	r.examine("notice-other")
	b.visit("/sender")
	b.sees(b.p.Int(3))
	b.examine("sender-sent")
}

// sendMany: a file is taken in and checked, started, and its page shows how far it is.
func sendMany(b *tab, template string, to someone) {
	b.Helper()
	b.visit("/sender")
	b.press(b.p.T("sender.batches.title"))
	b.examine("sender-batches-none")
	b.press(b.p.T("sender.batch.go"))
	b.refused("title", "template", "file")
	b.examine("sender-batches-refused")
	b.fill("title", "عوارض بهار")
	b.choose("template", template)
	b.attach("file", put(b.T, b.TempDir(), "بهار.csv", fmt.Appendf(nil, "شماره,کد ملی,amount\nB-1,%s,18450000\nB-2,%s,940000\nB-3,123,7\n", to.code, to.code)))
	b.press(b.p.T("sender.batch.go"))
	b.sees(b.p.T("sender.batch.taken"), b.p.N("sender.batch.start_words", 2), b.p.T("sender.batch.final"), "B-3", b.p.T("sender.wrong.code"))
	b.examine("sender-batch-checked")
	b.press(b.p.T("sender.batch.start"))
	b.reloads(b.p.T("notice.bulk.state.done"))
	b.lacks(to.code, to.last)
	b.examine("sender-batch-done")
	b.press(b.p.T("sender.rows.refused"))
	b.lacks("B-1")
	b.sees("B-3")
	b.visit("/sender/batches")
	b.sees("عوارض بهار")
	b.examine("sender-batches")
}
