// SPDX-License-Identifier: Apache-2.0

// Package world prepares people and filings for the benchmark and the crash
// test: through the services, as everybody does, except that fees are said to
// be paid without a visit to the payment page. It owns nothing that lasts.
package world

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// System acts where no person does.
var System = policy.Actor{Role: policy.System, Name: "Tarazu"}

// Outside are doubles of the outside systems, on the loopback interface, for
// as many programs as are started with their addresses.
type Outside struct {
	Population *population.Double
	server     *sandbox.Server
	token      string
}

// NewOutside starts the doubles.
func NewOutside() (*Outside, error) {
	token := id.Secret(24)
	o := &Outside{Population: population.NewDouble(token), token: token}
	var err error
	o.server, err = sandbox.Serve("127.0.0.1:0", slog.New(slog.DiscardHandler), o.Population, simowner.NewDouble(token),
		sms.NewDouble(token, clock.System{}))
	return o, err
}

// Close ends the doubles.
func (o *Outside) Close(ctx context.Context) error { return o.server.Close(ctx) }

// Vars are the settings of a program on dsn, with its keys in dir, that speaks
// with the doubles, and whose limits on how often something may be tried are
// raised out of reach.
func (o *Outside) Vars(dir, dsn string) []string {
	vars := []string{
		"TARAZU_DATA_DIR=" + dir, "TARAZU_BASE_URL=http://localhost:8080", "TARAZU_DATABASE=" + dsn, "TARAZU_LEDGER_ORIGIN=bench.example/tarazu",
		"TARAZU_LEDGER_KEY_FILE=" + filepath.Join(dir, "ledger.key"), "TARAZU_SECURITY_CODE_KEY_FILE=" + filepath.Join(dir, "code.key"),
	}
	for _, name := range []string{"LOGIN_ACCOUNT", "LOGIN_ADDRESS", "CODE_MOBILE", "CODE_ADDRESS", "REGISTER_ADDRESS", "LOOKUP_ADDRESS", "API_TOKEN", "API_ADDRESS", "SUBMIT_PERSON"} {
		vars = append(vars, "TARAZU_LIMITS_"+name+"=1000000/1h")
	}
	for name, double := range map[string]string{"POPULATION": population.Name, "SIMOWNER": simowner.Name, "SMS": sms.Name} {
		vars = append(vars, "TARAZU_GATEWAYS_"+name+"_URL="+o.server.URL(double), "TARAZU_GATEWAYS_"+name+"_TOKEN="+o.token)
	}
	return vars
}

// Code is the one-time code with an id: what the text message says. It is
// computed as identity computes it, RFC 4226 5.3 over HMAC-SHA-256.
func Code(key []byte, codeID string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("tarazu one-time code\x00" + codeID))
	sum := h.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&0xf:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", identity.CodeDigits, n%1_000_000)
}

// CodeKey reads the key of one-time codes.
func CodeKey(cfg config.Config) ([]byte, error) {
	return config.LoadOrCreateKey(cfg.Security.CodeKeyFile)
}

// Country loads the courts.
func Country(ctx context.Context, a *app.App) error {
	country, err := authority.DefaultCountry()
	if err != nil {
		return err
	}
	if err := a.Authority.Load(ctx, System, country); err != nil {
		return err
	}
	return a.Docket.SyncCourts(ctx) // else the first filings would do it
}

// People enrols n people, from number first on; without a password they cannot
// sign in, and cost nothing to make.
func (o *Outside) People(ctx context.Context, a *app.App, first, n int, password string) ([]identity.Person, error) {
	birth, err := civil.FromJalali(1365, 2, 9)
	if err != nil {
		return nil, err
	}
	out := make([]identity.Person, n)
	err = parallel(ctx, n, func(ctx context.Context, i int) error {
		p := identity.NewPerson{
			NationalCode: NationalCode(first + i), FirstName: "مریم", LastName: fmt.Sprintf("احمدی%d", first+i), FatherName: "رضا", Birth: birth,
			Mobile: fmt.Sprintf("+98912%07d", first+i), Lang: i18n.FA, Assurance: identity.RegistryChecked, Password: password,
		}
		o.Population.Add(population.Entry{NationalCode: p.NationalCode, Birth: birth, Person: population.Person{
			FirstName: p.FirstName, LastName: p.LastName, FatherName: p.FatherName, Alive: true}})
		var err error
		out[i], err = a.Identity.Enrol(ctx, System, p)
		return err
	})
	return out, err
}

// NationalCode is one with a right check digit and an issuing place, 000, that
// does not exist.
func NationalCode(n int) string {
	body := fmt.Sprintf("%09d", n)
	sum := 0
	for i, r := range body {
		sum += int(r-'0') * (10 - i)
	}
	check := sum % 11
	if check >= 2 {
		check = 11 - check
	}
	return body + fmt.Sprint(check)
}

// Filing is a petition that waits for its owner's signature.
type Filing struct {
	Owner policy.Actor
	ID    string
}

// perOwner is how many of them one person keeps; the program allows 50 drafts.
const perOwner = 40

// Signable makes n petitions of the people, each against the next one and to
// the courts of many places, up to the signature.
func Signable(ctx context.Context, a *app.App, people []identity.Person, n int) ([]Filing, error) {
	if need := (n + perOwner - 1) / perOwner; len(people) < max(need, 2) {
		return nil, fmt.Errorf("%d filings need %d people", n, max(need, 2))
	}
	counties, err := counties()
	if err != nil {
		return nil, err
	}
	out := make([]Filing, n)
	err = parallel(ctx, n, func(ctx context.Context, i int) error {
		from, to := people[i%len(people)], people[(i+1)%len(people)]
		me, err := a.Identity.Actor(ctx, from.ID, "")
		if err != nil {
			return err
		}
		f, err := frozen(ctx, a, me, answers(to, counties[i%len(counties)], i))
		if err != nil {
			return err
		}
		out[i] = Filing{Owner: me, ID: f.ID}
		return a.DB.WriteBlind(ctx, func(tx *store.Tx) error { // what the payment provider's word leads to
			return a.Jobs.PublishTx(ctx, tx, payment.Paid{Payment: payment.ID(f.Payment), Owner: f.Owner, Subject: f.ID, Purpose: "filing", At: tx.Now()})
		})
	})
	if err != nil {
		return nil, err
	}
	_, err = a.Jobs.Drain(ctx)
	return out, err
}

// frozen fills every page of a petition for a debt and has it frozen.
func frozen(ctx context.Context, a *app.App, me policy.Actor, all catalogue.Answers) (filing.Filing, error) {
	f, err := a.Filing.Start(ctx, me, filing.NewFiling{Service: "petition-debt", Act: id.New(), Lang: i18n.FA})
	if err != nil {
		return f, err
	}
	_, def, err := a.Filing.Get(ctx, me, f.ID)
	if err != nil {
		return f, err
	}
	for _, pg := range def.Pages {
		wrong, err := a.Filing.Save(ctx, me, f.ID, pg.Key, all)
		if err == nil {
			err = errs.InvalidFields(wrong)
		}
		if err != nil {
			return f, fmt.Errorf("page %s: %w", pg.Key, err)
		}
	}
	return a.Filing.Freeze(ctx, me, f.ID)
}

func counties() ([]authority.County, error) {
	country, err := authority.DefaultCountry()
	return country.Counties, err
}

// answers are those of a petition for a debt, below or above the conciliation
// courts' limit.
func answers(against identity.Person, where authority.County, i int) catalogue.Answers {
	return catalogue.Answers{
		"plaintiff_province": "tehran", "plaintiff_county": "tehran", "plaintiff_address": "تهران، خیابان آزادی، کوچهٔ نسترن، پلاک ۱۲",
		"defendant_national_code": against.NationalCode, "defendant_first_name": against.FirstName, "defendant_last_name": against.LastName,
		"defendant_province": where.Province, "defendant_county": where.Key, "defendant_address": "خیابان امام، کوچهٔ بهار، پلاک ۷", "defendant_abroad": false,
		"defendant_kind": "person", "defendant_address_unknown": false, "defendant_more": false, // asked from version 2 on
		"amount": int64(650_000_000 + i%2*1_000_000_000), "evidence_kind": "contract", "debt_date": "2025-01-05", "late_damages": true,
		"narrative":     "در تاریخ دهم مهر ماه این مبلغ را به خوانده قرض دادم و رسید دستی دارم. با گذشت سررسید و چند بار مراجعه، خوانده بدهی خود را نپرداخته است.",
		"evidence_list": "رسید دستی مورخ ۱۶ دی ۱۴۰۳ و پیام‌های رد و بدل شده",
	}
}

// Sign has the signature code of each filing made.
func Sign(ctx context.Context, a *app.App, list []Filing) error {
	return parallel(ctx, len(list), func(ctx context.Context, i int) error {
		return a.Filing.SendSignatureCode(ctx, list[i].Owner, list[i].ID)
	})
}

// parallel runs n acts, a few at once.
func parallel(ctx context.Context, n int, act func(ctx context.Context, i int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range 16 {
		g.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return nil
				}
				if err := act(ctx, i); err != nil {
					return err
				}
			}
		})
	}
	return g.Wait()
}
