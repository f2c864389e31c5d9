// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strconv"
	"sync"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func (s *Service) mayPublish(a policy.Actor, what string) error {
	return s.policy.Check(a, "catalogue.publish", policy.Resource{Type: "ServiceTable", ID: what})
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Publish adds a version of a service; it holds from its first day, without a
// restart, in every process. Drafts keep the version they began with. Errors:
// Forbidden; Invalid, with a field "line" for each fault and Problems in the
// chain; Conflict if the number is not higher than the last one.
func (s *Service) Publish(ctx context.Context, by policy.Actor, body []byte) (_ *Definition, err error) {
	defer errs.Wrap(&err, "catalogue.Publish")
	if err := s.mayPublish(by, "services"); err != nil {
		return nil, err
	}
	d, err := s.parse(ctx, "definition", body)
	if err != nil {
		return nil, err
	}
	if err := s.db.Write(ctx, func(tx *store.Tx) error {
		last, err := store.One[int](ctx, tx, selectLast, d.Code)
		if err != nil {
			return err
		}
		if d.Version <= last {
			return versionConflict(last)
		}
		return s.insertService(ctx, tx, d, "published", body, by)
	}); err != nil {
		if errs.Is(err, errs.Conflict) { // two at once: the table refused the second
			err = cmp.Or(asOwn(err), versionConflict(d.Version))
		}
		return nil, err
	}
	s.log.InfoContext(ctx, "service published", slog.String("service", d.Code), slog.Int("version", d.Version))
	return d, nil
}

func versionConflict(last int) error {
	return errs.New(errs.Conflict, "catalogue.version.conflict", "last", last)
}

// asOwn is err if it has words of its own, else nil.
func asOwn(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" {
		return err
	}
	return nil
}

// parse checks a body and gives its problems the form of an error.
func (s *Service) parse(ctx context.Context, file string, body []byte) (*Definition, error) {
	b, err := embeddedBinding(s.clock) // the example names embedded places
	if err != nil {
		return nil, err
	}
	b.fee = s.fee
	d, problems := parse(file, body, b)
	if len(problems) == 0 {
		world, err := s.binding(ctx)
		if err != nil {
			return nil, err
		}
		return d.bind(world), nil
	}
	fields := make([]errs.Field, len(problems))
	for i, p := range problems {
		fields[i] = errs.Field{Name: "line", Code: "catalogue.publish.line", Args: []any{"line", p.Line, "message", p.Message}}
	}
	return nil, &errs.Error{Kind: errs.Invalid, Code: "catalogue.publish.invalid", Args: []any{"count", len(problems)}, Fields: fields, Cause: problems}
}

// insertService writes a version and its evidence. The body is in the table for
// good; the evidence has its hash.
func (s *Service) insertService(ctx context.Context, tx *store.Tx, d *Definition, origin string, body []byte, by policy.Actor) error {
	err := store.Insert(ctx, tx, "catalogue_service", serviceRow{
		Code: d.Code, Version: d.Version, From: d.From, Until: d.Until, Origin: origin,
		Hash: hashOf(body), Body: string(body), PublishedBy: by.Person, PublishedAt: store.At(tx.Now()),
	})
	if err != nil {
		return err
	}
	content := map[string]any{"service": d.Code, "version": d.Version, "from": d.From, "origin": origin, "hash": hashOf(body)}
	if d.Until != 0 {
		content["until"] = d.Until
	}
	return s.stage(ctx, tx, eventPublished, d.Code, by, content)
}

// Install puts the embedded definitions into the database. It is called at
// every start and changes nothing the second time. A version that an
// administrator published under the same number stays. An embedded file that
// changed without a new number is an error: drafts rely on their version.
func (s *Service) Install(ctx context.Context, by policy.Actor) (err error) {
	defer errs.Wrap(&err, "catalogue.Install")
	if err := s.mayPublish(by, "services"); err != nil {
		return err
	}
	all, err := shipped()
	if err != nil {
		return err
	}
	for _, f := range all {
		if err := s.install(ctx, by, f); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) install(ctx context.Context, by policy.Actor, f shippedFile) error {
	there, found, err := store.Find[originRow](ctx, s.db, selectOrigin, f.d.Code, f.d.Version)
	switch {
	case err != nil:
		return err
	case found && there.Origin == "embedded" && there.Hash != hashOf(f.body):
		return fmt.Errorf("%s changed but is still version %d", f.name, f.d.Version)
	case found:
		return nil
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error { return s.insertService(ctx, tx, f.d, "embedded", f.body, by) })
	if errs.Is(err, errs.Conflict) {
		return nil // another process was faster
	}
	return err
}

// namedBody is a definition file.
type namedBody struct {
	name string
	body []byte
}

func embeddedServices() ([]namedBody, error) {
	names, err := fs.Glob(services, "services/*.json")
	if err != nil {
		return nil, err
	}
	out := make([]namedBody, len(names))
	for i, name := range names {
		if out[i].body, err = services.ReadFile(name); err != nil {
			return nil, err
		}
		out[i].name = name
	}
	return out, nil
}

// shippedFile is an embedded definition, checked and compiled.
type shippedFile struct {
	namedBody
	d *Definition
}

// shipped are the embedded definitions. They do not change, so that one
// compilation serves every service of the process; each binds its own copy.
var shipped = sync.OnceValues(func() ([]shippedFile, error) {
	files, err := embeddedServices()
	if err != nil {
		return nil, err
	}
	out := make([]shippedFile, len(files))
	for i, f := range files {
		d, err := Check(f.name, f.body)
		if err != nil {
			return nil, err
		}
		out[i] = shippedFile{f, d}
	}
	return out, nil
})

// FeeTable lists every version of a fee, embedded and published, the one that
// holds last at the end.
func (s *Service) FeeTable(ctx context.Context, code string) (_ []FeeItem, err error) {
	defer errs.Wrap(&err, "catalogue.FeeTable")
	rows, err := store.All[feeRow](ctx, s.db, selectFees, code)
	if err != nil {
		return nil, err
	}
	var out []FeeItem
	for _, it := range s.fees {
		if it.Code == code {
			out = append(out, it)
		}
	}
	for _, r := range rows {
		it, err := ParseFee([]byte(r.Body))
		if err != nil {
			return nil, errs.New(errs.Internal, "").Because(err)
		}
		it.Version = r.Version
		out = append(out, it)
	}
	slices.SortStableFunc(out, compareFees)
	return out, nil
}

func compareFees(a, b FeeItem) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Version, b.Version))
}

// fee is the fee that holds on a day; errs.NotFound if there is none.
func (s *Service) fee(ctx context.Context, code string, at civil.Day) (FeeItem, error) {
	all, err := s.FeeTable(ctx, code)
	if err != nil {
		return FeeItem{}, err
	}
	return feeAt(all, code, at)
}

// feeAt picks from a table that is sorted by compareFees.
func feeAt(all []FeeItem, code string, at civil.Day) (FeeItem, error) {
	for _, it := range slices.Backward(all) {
		if it.Code == code && it.From <= at {
			return it, nil
		}
	}
	return FeeItem{}, errs.New(errs.NotFound, "catalogue.fee.none").Because(fmt.Errorf("no fee %s on %s", strconv.Quote(code), at))
}

// PublishFee adds a fee from a day on, or corrects one for the same day; what
// held before stays in the table. Errors: Forbidden, Invalid, Conflict when
// somebody published for the same day at the same moment.
func (s *Service) PublishFee(ctx context.Context, by policy.Actor, body []byte) (_ FeeItem, err error) {
	defer errs.Wrap(&err, "catalogue.PublishFee")
	if err := s.mayPublish(by, "fees"); err != nil {
		return FeeItem{}, err
	}
	it, err := ParseFee(body)
	if err != nil {
		return FeeItem{}, err
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		last, err := store.One[int](ctx, tx, selectFeeVersion, it.Code, it.From)
		if err != nil {
			return err
		}
		if err := store.Insert(ctx, tx, "catalogue_fee", feeRow{
			Code: it.Code, From: it.From, Version: last + 1, Body: string(body), PublishedBy: by.Person, PublishedAt: store.At(tx.Now()),
		}); err != nil {
			return err
		}
		return s.stage(ctx, tx, eventFee, it.Code, by, map[string]any{"fee": it, "version": last + 1, "hash": hashOf(body)})
	})
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "catalogue.fee.conflict").Because(err)
	}
	return it, err
}
