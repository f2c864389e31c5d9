// SPDX-License-Identifier: Apache-2.0

package program

import (
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/platform/web"
)

// KeyList is the keys of an organisation on a page.
type KeyList struct {
	web.View
	Keys []Key
	Now  time.Time
	Path string                     // of the page of keys; below it they are revoked
	May  bool                       // whoever looks may revoke
	Rows func(Key) []web.SummaryRow // what the module says of a key
}

func (l KeyList) rows(k Key) []web.SummaryRow {
	state := l.T("program.key.lives", "until", k.Expires)
	switch {
	case !k.Revoked.IsZero():
		state = l.T("program.key.revoked_at", "at", k.Revoked)
	case !k.Lives(l.Now):
		state = l.T("program.key.over", "at", k.Expires)
	}
	used := l.T("program.key.never")
	if !k.Used.IsZero() {
		used = l.P.Time(k.Used)
	}
	return append(l.Rows(k), web.SummaryRow{Key: l.T("program.key.begins"), Value: k.Prefix + "…", LTR: true},
		web.SummaryRow{Key: l.T("program.state"), Value: state}, web.SummaryRow{Key: l.T("program.key.used"), Value: used})
}

// HookPage is where an organisation is told, on a page.
type HookPage struct {
	web.View
	Hook   Hook
	Found  bool
	List   []Delivery
	May    bool   // whoever looks may change it
	Path   string // where the address is posted; the other acts are below it
	Hint   string
	Called func(string) string // what the module calls an event
}

// Failure says in words what was answered last.
func Failure(v web.View, status int64) string {
	number := v.P.Digits(strconv.FormatInt(status, 10))
	switch {
	case status == 0:
		return v.T("program.failure.none")
	case status == 410:
		return v.T("program.failure.gone")
	case status >= 300 && status < 400:
		return v.T("program.failure.moved", "status", number)
	case status == 401 || status == 403:
		return v.T("program.failure.refused", "status", number)
	case status == 404 || status == 405:
		return v.T("program.failure.missing", "status", number)
	case status >= 500:
		return v.T("program.failure.fault", "status", number)
	}
	return v.T("program.failure.other", "status", number)
}

func (p HookPage) table() web.TableOptions {
	o := web.TableOptions{
		Caption: p.T("program.deliveries"), HiddenCaption: true, Empty: p.T("program.deliveries_none"),
		Columns: []web.Column{
			{Label: p.T("program.event")}, {Label: p.T("program.at")}, {Label: p.T("program.state")}, {Label: p.T("program.tries"), Numeric: true}, {Label: p.T("program.answer")},
		},
	}
	if p.May {
		o.Columns = append(o.Columns, web.Column{Label: p.T("program.act")})
	}
	for _, d := range p.List {
		state := p.T("program.delivery." + d.State)
		if d.State == Waiting && d.Tries > 0 {
			state = p.T("program.delivery.next", "at", d.Next)
		}
		answer := web.Cell{Text: p.T("program.no_answer")}
		if d.Status > 0 {
			answer = web.Cell{Text: strconv.FormatInt(d.Status, 10), LTR: true}
		} else if d.Tries == 0 {
			answer = web.Cell{Text: "—"}
		}
		row := []web.Cell{{Text: p.Called(d.Event)}, {Body: web.TimeText(p.P, d.Made)}, {Text: state}, {Text: p.P.Int(d.Tries)}, answer}
		if p.May {
			act := web.Cell{Text: "—"}
			if d.State != Waiting {
				act = web.Cell{Body: onceMore(p, d)}
			}
			row = append(row, act)
		}
		o.Rows = append(o.Rows, row)
	}
	return o
}
