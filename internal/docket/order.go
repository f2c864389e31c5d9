// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// NoticeOrder is a paper of the court for parties of a case.
type NoticeOrder struct {
	Case    string
	Act     string   // key against sending twice
	Kind    string   // hearing, judgment, order or other
	Parties []string // ids of the recipients
	Title   Text     // only of kind other; else the words of the kind
	Text    Text     // what the court writes; English may be left out
	Hearing *Hearing // only of kind hearing
	Rule    string   // of the term that it starts; "" for none
	Days    int      // if the court sets the term
}

// Hearing is when and where the court hears a case.
type Hearing struct {
	ID    string // "" before it is kept
	At    time.Time
	Place string
}

// Limits of what the court writes, in runes.
const (
	maxOrderTitle = 100
	maxOrderText  = 20_000
	maxPlace      = 200
)

// How a notice will reach its recipient.
const (
	WayAccount     = "account"
	WayLawyer      = "lawyer"      // the account of the lawyer on record
	WayPaper       = "paper"       // no account
	WayPublication = "publication" // and nobody knows the address
)

// Recipient is a party whom a notice is for.
type Recipient struct {
	Party  Party
	Way    string
	Lawyer string // name, if the way is to the lawyer
}

// MaySend lists the kinds of notices that the actor may send in a case.
func (s *Service) MaySend(a policy.Actor, c Case) []string {
	var out []string
	for _, o := range s.offers.of(c.Kind, civil.Of(s.d.Clock.Now())) {
		if s.d.Policy.Check(a, "docket.send", sendResource(c, o.Kind)) == nil {
			out = append(out, o.Kind)
		}
	}
	return out
}

// orderFor finds what is offered for an order and refuses who may not send it.
func (s *Service) orderFor(a policy.Actor, c Case, kind string, today civil.Day) (offer, error) {
	all := s.offers.of(c.Kind, today)
	i := slices.IndexFunc(all, func(o offer) bool { return o.Kind == kind })
	if i < 0 {
		return offer{}, wrongField("kind", "docket.send.wrong.kind")
	}
	if err := s.d.Policy.Check(a, "docket.send", sendResource(c, kind)); err != nil {
		return offer{}, err
	}
	if kind != notice.KindOther && c.Branch == "" {
		return offer{}, errs.New(errs.Conflict, "docket.send.branch_first")
	}
	return all[i], nil
}

// recipients finds how each party of an order is reached.
func (s *Service) recipients(ctx context.Context, q store.Querier, c Case, ids []string) ([]Recipient, error) {
	var out []Recipient
	for _, p := range c.Parties {
		if !slices.Contains(ids, p.ID) {
			continue
		}
		r := Recipient{Party: p, Way: WayPaper}
		i := slices.IndexFunc(c.Lawyers, func(l Representation) bool { return l.Party == p.ID })
		account := p.Person != ""
		if !account && i < 0 && p.NationalCode != "" {
			var err error
			if _, account, err = s.d.Identity.FindByNationalCode(ctx, q, p.NationalCode); err != nil {
				return nil, err
			}
		}
		switch {
		case i >= 0:
			r.Way, r.Lawyer = WayLawyer, c.Lawyers[i].Name
		case account:
			r.Way = WayAccount
		case p.UnknownAddress:
			r.Way = WayPublication
		}
		out = append(out, r)
	}
	return out, nil
}

// checkOrder finds what is wrong with an order; the fields are those of the
// page.
func (o NoticeOrder) checkOrder(of offer, to []Recipient, cal *calendar.Calendar, province string, today civil.Day) error {
	var f []errs.Field
	bad := func(name, code string, args ...any) { f = append(f, errs.Field{Name: name, Code: code, Args: args}) }
	if !id.Valid(o.Act) {
		bad("act", "docket.send.wrong.act")
	}
	if len(to) == 0 || len(to) != len(o.Parties) {
		bad("party", "docket.send.wrong.party")
	}
	if of.Kind == notice.KindOther && (o.Title.FA == "" || utf8.RuneCountInString(o.Title.FA) > maxOrderTitle) {
		bad("title", "docket.send.wrong.title", "max", maxOrderTitle)
	}
	if !of.hearing() && o.Text.FA == "" || utf8.RuneCountInString(o.Text.FA) > maxOrderText {
		bad("text", "docket.send.wrong.text", "max", maxOrderText)
	}
	if utf8.RuneCountInString(o.Text.EN) > maxOrderText {
		bad("text_en", "docket.send.wrong.text", "max", maxOrderText)
	}
	if r, ok := of.rule(o.Rule); !ok {
		bad("rule", "docket.send.wrong.rule")
	} else if r.Days == 0 && o.Days != 0 || r.Days > 0 && (o.Days < r.Least || o.Days > r.Most) {
		bad("days", "docket.send.wrong.days", "min", r.Least, "max", r.Most)
	}
	if of.hearing() != (o.Hearing != nil) {
		bad("hearing", "docket.send.wrong.hearing")
	} else if o.Hearing != nil {
		f = append(f, o.Hearing.faults(of, to, cal, province, today)...)
	}
	return errs.InvalidFields(f)
}

// faults are what is wrong with a hearing: the law wants so many full days
// between service, which is today at the earliest, and the hearing.
func (h Hearing) faults(of offer, to []Recipient, cal *calendar.Calendar, province string, today civil.Day) (f []errs.Field) {
	day := civil.Of(h.At)
	for _, r := range to {
		n := of.minDays(r.Party, r.Way == WayPublication)
		if first := today.Add(n + 1); day < first {
			f = append(f, errs.Field{Name: "hearing", Code: "docket.send.too_soon", Args: []any{"name", r.Party.Name, "n", n, "day", first}})
			break
		}
	}
	if st := cal.On(day, province); len(f) == 0 && !st.Open {
		f = append(f, errs.Field{Name: "hearing", Code: "docket.send.closed_day"})
	}
	if h.Place == "" || utf8.RuneCountInString(h.Place) > maxPlace {
		f = append(f, errs.Field{Name: "place", Code: "docket.send.wrong.place", Args: []any{"max", maxPlace}})
	}
	return f
}

// same is the key of what is sent: whoever sends it again sends the same. Of a
// hearing it is the time, since a party cannot be called twice at one time.
func (o NoticeOrder) same() string {
	text := fmt.Sprintf("%q %q %q %q %q %q %d", o.Kind, o.Title.FA, o.Title.EN, o.Text.FA, o.Text.EN, o.Rule, o.Days)
	if o.Hearing != nil {
		text = fmt.Sprintf("%q %d", o.Kind, o.Hearing.At.UTC().Unix())
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// inBoth fills the language that was left out with the other.
func (o NoticeOrder) inBoth() NoticeOrder {
	o.Title.EN, o.Text.EN = cmp.Or(o.Title.EN, o.Title.FA), cmp.Or(o.Text.EN, o.Text.FA)
	return o
}
