// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Upload is a picture from the door; a nil Open is none.
type Upload struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// Report is what a bailiff tells of one attempt.
type Report struct {
	Key      string // made where it was recorded; the same key is one attempt
	Task     string
	Code     string
	TakenBy  string
	Relation string
	Note     string
	Device   time.Time     // by the clock of the device; zero: now
	Sent     time.Time     // that clock at the sending; zero on a page
	Elapsed  time.Duration // by the device's steady clock; negative: not known
	Offline  bool
	Place    Place
	Photo    Upload
	Sign     Upload
}

// Why an attempt is kept and does not count.
const (
	WhyReassigned = "reassigned" // another bailiff has the task
	WhyWithdrawn  = "withdrawn"  // it was delivered electronically
	WhyServed     = "served"     // it was served before
	WhyBack       = "back"       // it is with the registry again
)

const (
	mostName = 120
	mostNote = 1000
)

var reKey = regexp.MustCompile(`^[0-9a-zA-Z-]{16,64}$`)

// Record keeps what happened at the door, and moves the task on if it still is the
// bailiff's. The same key again gives the first answer; with other words it is
// errs.Conflict (bailiff.key_reused). Somebody who never had the task gets
// errs.NotFound.
func (s *Service) Record(ctx context.Context, a policy.Actor, r Report) (_ Attempt, err error) {
	defer errs.Wrap(&err, "bailiff.Record")
	t, had, err := s.find(ctx, s.d.DB, a, r.Task)
	if err != nil {
		return Attempt{}, err
	}
	if err := hidden(s.d.Policy.Check(a, "bailiff.record", resource(t, had))); err != nil {
		return Attempt{}, err
	}
	r.clean()
	first, found, err := store.Find[attemptRow](ctx, s.d.DB, sqlAttempt, t.Unit, t.ID, r.Key)
	if err != nil {
		return Attempt{}, err
	}
	if found { // the pictures were kept with it
		return first.attempt(), sameReport(first, r)
	}
	table := s.outcomes.At(civil.Of(cmp.Or(t.Opened, s.d.DB.Now())))
	o, err := r.check(table, t.Addressee)
	if err != nil {
		return Attempt{}, err
	}
	row := attemptRow{
		Unit: t.Unit, Task: t.ID, ID: r.Key, Bailiff: a.Person, Label: a.Name, Code: o.Code, Class: o.Class, TakenBy: r.TakenBy,
		Relation: r.Relation, Note: r.Note, Sent: store.At(r.Sent), Elapsed: r.elapsed(), Offline: r.Offline,
		LatE6: r.Place.LatE6, LonE6: r.Place.LonE6, Accuracy: r.Place.Accuracy, NoPlace: r.Place.Missing, Content: r.content(),
	}
	if row.Photo, err = s.keep(ctx, t, "photo", r.Photo); err != nil {
		return Attempt{}, err
	}
	if row.Signature, err = s.keep(ctx, t, "signature", r.Sign); err != nil {
		return Attempt{}, err
	}
	blank := row
	write := func(taken bool) error {
		return s.d.DB.Write(ctx, func(tx *store.Tx) error {
			row = blank
			if taken { // withdrawn, and the event was not heard yet
				if err := s.withdrawTx(ctx, tx, t.Unit, t.ID); err != nil {
					return err
				}
			}
			before, found, err := store.Find[attemptRow](ctx, tx, sqlAttempt, t.Unit, t.ID, r.Key)
			if err != nil {
				return err
			}
			if found {
				row = before
				return sameReport(before, r)
			}
			return s.recordTx(ctx, tx, a, t, r, table, &row)
		})
	}
	if err = write(false); closed(err) {
		err = write(true)
	}
	if errs.Is(err, errs.Conflict) { // the same attempt at the same moment
		if before, found, ferr := store.Find[attemptRow](ctx, s.d.DB, sqlAttempt, t.Unit, t.ID, r.Key); ferr == nil && found {
			return before.attempt(), sameReport(before, r)
		}
	}
	return row.attempt(), err
}

type givenRow struct {
	At store.Time `db:"at"`
}

// recordTx writes an attempt. One conditional update decides whether it counts.
func (s *Service) recordTx(ctx context.Context, tx *store.Tx, a policy.Actor, t Task, r Report, table OutcomeTable, row *attemptRow) error {
	given, err := store.One[givenRow](ctx, tx, sqlGiven, t.Unit, t.ID, a.Person)
	if err != nil {
		return err
	}
	now := tx.Now()
	device := r.Device
	if device.IsZero() {
		device = now
	}
	row.Device, row.Received = store.At(device), store.At(now)
	row.At = store.At(happened(device, r.Sent, r.Elapsed, now, given.At.Time))
	next := map[string]State{Actual: Served, Legal: Served, Failed: NotServed, Again: Assigned}[row.Class]
	n, err := tx.ExecN(ctx, sqlResult, t.Unit, t.ID, a.Person, next, row.Code, store.At(now))
	if err != nil {
		return err
	}
	held, err := store.One[taskRow](ctx, tx, sqlTask, t.Unit, t.ID)
	if err != nil {
		return err
	}
	row.Round, row.Counted = held.Round, n > 0
	if !row.Counted {
		row.Why = whyNot(held.State)
	}
	event := "RelayToNonERDS"
	reasons := []string{}
	if row.Class == Failed || row.Class == Again || !row.Counted {
		event, reasons = "RelayToNonERDSFailure", append(reasons, row.Code)
	}
	if row.Why != "" {
		reasons = append(reasons, row.Why)
	}
	row.Evidence, err = s.stage(ctx, tx, held.task(), "bailiff.attempted", a, ledger.Record{
		Rule: table.Name(), Reasons: reasons, Members: map[string]string{
			"erds_event": event, "attempt": row.ID, "outcome": row.Code, "class": row.Class, "relation": row.Relation, "counted": strconv.FormatBool(row.Counted),
			"happened": stamp(row.At.Time), "device_time": stamp(row.Device.Time), "received": stamp(row.Received.Time),
			"place": placeWords(r.Place), "photo_sha256": sumOf(row.Photo), "signature_sha256": sumOf(row.Signature), "report_sha256": row.Content,
		},
	})
	if err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, "bailiff_attempt", *row); err != nil {
		return err
	}
	if !row.Counted || row.Class == Again {
		return nil
	}
	return s.tellNotice(ctx, tx, a, held.task(), row.attempt())
}

// whyNot says why an attempt at a task in a state does not count.
func whyNot(now State) string {
	switch now {
	case Assigned:
		return WhyReassigned
	case Withdrawn:
		return WhyWithdrawn
	case Served, Published:
		return WhyServed
	}
	return WhyBack
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

func placeWords(p Place) string {
	if !p.Known() {
		return p.Missing
	}
	return strconv.FormatFloat(float64(p.LatE6)/1e6, 'f', 6, 64) + "," + strconv.FormatFloat(float64(p.LonE6)/1e6, 'f', 6, 64) + ";u=" + strconv.FormatInt(p.Accuracy, 10)
}

func (r *Report) clean() {
	r.TakenBy, r.Note = persian.Store(strings.TrimSpace(r.TakenBy)), persian.Store(strings.TrimSpace(r.Note))
}

func (r Report) elapsed() int64 {
	if r.Elapsed < 0 {
		return -1
	}
	return r.Elapsed.Milliseconds()
}

// check finds the outcome and says what is missing beside it. What an outcome does
// not ask for is not kept.
func (r *Report) check(table OutcomeTable, addressee string) (Outcome, error) {
	var f []errs.Field
	bad := func(name, code string) { f = append(f, errs.Field{Name: name, Code: "bailiff.wrong." + code}) }
	o, ok := table.Find(addressee, r.Code)
	if !ok {
		bad("code", "code")
	}
	if !reKey.MatchString(r.Key) {
		bad("key", "key")
	}
	if utf8.RuneCountInString(r.TakenBy) > mostName || o.Needing(NeedName) && r.TakenBy == "" {
		bad("taken_by", "taken_by")
	}
	if o.Needing(NeedRelation) != slices.Contains(o.Relations, r.Relation) {
		if o.Needing(NeedRelation) {
			bad("relation", "relation")
		}
		r.Relation = ""
	}
	if !o.Needing(NeedName) {
		r.TakenBy = ""
	}
	if utf8.RuneCountInString(r.Note) > mostNote || o.Needing(NeedNote) && r.Note == "" {
		bad("note", "note")
	}
	if o.Needing(NeedPhoto) && r.Photo.Open == nil {
		bad("photo", "photo")
	}
	if o.Needing(NeedProof) && r.Photo.Open == nil && r.Sign.Open == nil {
		bad("signature", "proof")
	}
	if p := r.Place; p.Missing == "" && (p.LatE6 < -90e6 || p.LatE6 > 90e6 || p.LonE6 < -180e6 || p.LonE6 > 180e6 || p.Accuracy < 0) ||
		!slices.Contains([]string{"", PlaceDenied, PlaceNone, PlacePage}, p.Missing) {
		bad("place", "place")
	}
	return o, errs.InvalidFields(f)
}

// content is the hash of what was told, without the pictures and without what the
// sending adds: a second sending of the same attempt has another time of its own.
func (r Report) content() string {
	h := sha256.New()
	for _, part := range []string{r.Task, r.Code, r.TakenBy, r.Relation, r.Note, strconv.FormatInt(store.Micros(r.Device), 10), placeWords(r.Place)} {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// sameReport compares a report with what was kept under its key.
func sameReport(kept attemptRow, r Report) error {
	r.TakenBy, r.Relation = cmpKept(kept.TakenBy, r.TakenBy), cmpKept(kept.Relation, r.Relation)
	if kept.Content != r.content() {
		return errs.New(errs.Conflict, "bailiff.key_reused")
	}
	return nil
}

// cmpKept is what was said as it was kept: what an outcome does not ask for was
// left out.
func cmpKept(kept, said string) string {
	if kept == "" {
		return ""
	}
	return said
}

// keep takes a picture in, without the place where it was taken; its bytes are
// durable before a row names them.
func (s *Service) keep(ctx context.Context, t Task, field string, up Upload) (key string, err error) {
	if up.Open == nil {
		return "", nil
	}
	r, err := up.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	f, err := s.intake.Take(ctx, up.Name, r)
	if errs.Is(err, errs.Invalid) || err == nil && f.Type == intake.PDF {
		return "", wrong(field, "bailiff.wrong.picture")
	}
	if err != nil {
		return "", err
	}
	key = blob.Key(blobs, t.Case, blob.Sum(f.Bytes))
	return key, s.d.Blobs.Put(ctx, key, f.Bytes)
}

// sumOf is the SHA-256 in the key of a blob.
func sumOf(key string) string {
	sum, _, _ := strings.Cut(path.Base(key), "-")
	return strings.TrimPrefix(sum, ".")
}

// Picture is the photo or the signature of an attempt ("photo", "signature").
func (s *Service) Picture(ctx context.Context, a policy.Actor, task, attempt, which string) (_ []byte, contentType string, err error) {
	defer errs.Wrap(&err, "bailiff.Picture")
	t, had, err := s.find(ctx, s.d.DB, a, task)
	if err != nil {
		return nil, "", err
	}
	if err := hidden(s.d.Policy.Check(a, "bailiff.see", resource(t, had))); err != nil {
		return nil, "", err
	}
	r, err := store.One[attemptRow](ctx, s.d.DB, sqlAttempt, t.Unit, t.ID, attempt)
	if err != nil {
		return nil, "", err
	}
	key := r.Photo
	if which == "signature" {
		key = r.Signature
	}
	if key == "" {
		return nil, "", errs.New(errs.NotFound, "")
	}
	b, err := s.d.Blobs.Get(ctx, key, sumOf(key))
	if err != nil {
		return nil, "", err
	}
	if err := s.recordLooks(ctx, a, []Task{t}); err != nil {
		return nil, "", err
	}
	if len(b) > 1 && b[0] == 0xff {
		return b, intake.JPEG, nil
	}
	return b, intake.PNG, nil
}
