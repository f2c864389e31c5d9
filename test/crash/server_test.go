// SPDX-License-Identifier: Apache-2.0

package crash_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/bench/world"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/obs"
)

// What is asked for and what is answered.
type (
	submitAct struct{ Owner, Filing string }
	submitted struct {
		Filing     string `db:"filing"`
		Tracking   string `db:"tracking"`
		Case       string `db:"case_id"`
		CaseNumber string `db:"case_number"`
		Evidence   string `db:"evidence"`
		Hash       string `db:"hash"`
	}

	deliverAct struct{ Key, Owner, Name, NationalCode, Case string }
	delivered  struct{ Notice, Number string }

	openAct struct{ Owner, Notice string }
	opened  struct {
		Notice, Evidence, Hash string
		Viewed                 int64
	}
)

// serve is the program: everything that `tarazu serve` runs but the pages, and
// a door on the loopback interface to the services. It ends when its standard
// input does.
func serve() int {
	ctx := context.Background()
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, "crash server:", err)
		return 3
	}
	cfg, err := config.Load("", os.Environ())
	if err != nil {
		return fail(err)
	}
	a, err := app.New(ctx, cfg, app.Options{Log: obs.NewLogger(os.Stderr, cfg.Log.Level, cfg.Log.Format)})
	if err != nil {
		return fail(err)
	}
	key, err := world.CodeKey(cfg)
	if err != nil {
		return fail(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fail(err)
	}
	d := &door{a: a, key: key}
	mux := http.NewServeMux()
	d.routes(mux)
	mux.HandleFunc("POST /submit", answer(d.submit))
	mux.HandleFunc("POST /deliver", answer(d.deliver))
	mux.HandleFunc("POST /batch", answer(d.batch))
	mux.HandleFunc("POST /open", answer(d.open))
	mux.HandleFunc("POST /checkpoint", answer(d.checkpoint))
	mux.HandleFunc("POST /turn", answer(d.turn))
	ended := make(chan error, 2)
	go func() { ended <- errors.Join(errors.New("the workers ended"), a.Work(ctx)) }()
	go func() { ended <- (&http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}).Serve(l) }()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // the test has ended, however
		ended <- nil
	}()
	fmt.Println(l.Addr())
	if err := <-ended; err != nil {
		return fail(err)
	}
	return 0
}

// answer turns an act into a handler: 200 is the acknowledgement.
func answer[Q, A any](do func(ctx context.Context, q Q) (A, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var q Q
		err := json.NewDecoder(r.Body).Decode(&q)
		var a A
		if err == nil {
			a, err = do(r.Context(), q)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(a)
	}
}

// door calls the services.
type door struct {
	a   *app.App
	key []byte
}

func (d *door) submit(ctx context.Context, q submitAct) (submitted, error) {
	f, err := d.sign(ctx, q.Owner, q.Filing, 0)
	if err == nil && f.Round > 0 { // halted since: the other half of the act was faster
		return one[submitted](ctx, d, `SELECT f.id AS filing, f.tracking, f.case_id, f.case_number, v.evidence_id AS evidence, v.hash
			FROM filing_filing f JOIN filing_version v ON v.owner = f.owner AND v.filing_id = f.id AND v.round = 0 WHERE f.owner = $1 AND f.id = $2`, q.Owner, q.Filing)
	}
	return answered(f), err
}

// termDays is the term that every notice starts.
const termDays = 10

func (d *door) deliver(ctx context.Context, q deliverAct) (delivered, error) {
	made, err := d.a.Notice.Deliver(ctx, q.notice())
	return delivered{Notice: made.ID, Number: made.Number}, err
}

// notice is what is delivered.
func (q deliverAct) notice() notice.NewNotice {
	return notice.NewNotice{
		Key: q.Key, Owner: q.Owner, AddresseeName: q.Name, NationalCode: q.NationalCode, Kind: notice.KindOrder, Case: q.Case,
		Unit: "23101", UnitName: "مجتمع قضایی حقوقی تهران", Title: notice.Text{FA: "دستور دادگاه", EN: "Order of the court"},
		Paper: notice.Text{FA: "به دستور دادگاه عمل کنید. " + q.Key, EN: "Do as the court orders. " + q.Key},
		Rule:  "cpc-442", Days: termDays, Province: "tehran", IssuedBy: world.System,
	}
}

func (d *door) open(ctx context.Context, q openAct) (opened, error) {
	me, err := d.a.Identity.Actor(ctx, q.Owner, "")
	if err != nil {
		return opened{}, err
	}
	n, err := d.a.Notice.Open(ctx, me, q.Notice)
	return opened{Notice: n.ID, Evidence: n.EvidenceViewed, Hash: n.ContentHash, Viewed: n.Viewed.UnixMicro()}, err
}

// checkpoint sequences, beside the sequencer that runs by itself, and shows
// the newest checkpoint. Losing the race against that is fine.
func (d *door) checkpoint(ctx context.Context, _ struct{}) (string, error) {
	if _, err := d.a.Ledger.Sequence(ctx); err != nil && !errs.Is(err, errs.Conflict) {
		return "", err
	}
	c, err := d.a.Ledger.Checkpoint(ctx)
	return string(c), err
}

// turn ends the log that is written now and begins the next, as at the end of a year.
// Where somebody else has just done it there is nothing to do.
func (d *door) turn(ctx context.Context, _ struct{}) (string, error) {
	from := d.a.Ledger.Origin()
	err := until(ctx, func() (bool, error) {
		err := d.a.Ledger.TurnSame(ctx, from, ledger.WhyYear)
		return err == nil || d.a.Ledger.Origin() != from, err
	})
	return from, err
}
