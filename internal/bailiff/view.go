// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

func outcomeOptions(v visitForm) []web.Option {
	out := make([]web.Option, len(v.outcomes))
	for i, o := range v.outcomes {
		out[i] = web.Option{Value: o.Code, Label: v.T("bailiff.outcome." + o.Code), Hint: v.T("bailiff.class." + o.Class)}
	}
	return out
}

// relationOptions are those of all outcomes of the form; the script leaves those of
// the one that was chosen.
func relationOptions(v visitForm) []web.Option {
	var out []web.Option
	for _, o := range v.outcomes {
		for _, r := range o.Relations {
			if !slices.ContainsFunc(out, func(have web.Option) bool { return have.Value == r }) {
				out = append(out, web.Option{Value: r, Label: v.T("bailiff.relation." + r)})
			}
		}
	}
	return out
}

// attemptEvents are the attempts as a timeline. base is where their pictures are; ""
// shows none.
func attemptEvents(p *i18n.Printer, list []Attempt, base string) []web.Event {
	out := make([]web.Event, 0, len(list))
	for _, a := range list {
		e := web.Event{At: a.At, Title: p.T("bailiff.outcome." + a.Code), By: a.Label, Tone: toneOfClass(a), Text: attemptText(p, a)}
		if base != "" && a.Photo != "" {
			e.Href, e.Link = base+"/attempts/"+a.ID+"/photo", p.T("bailiff.picture.photo")
		} else if base != "" && a.Signature != "" {
			e.Href, e.Link = base+"/attempts/"+a.ID+"/signature", p.T("bailiff.picture.signature")
		}
		out = append(out, e)
		if base != "" && a.Photo != "" && a.Signature != "" {
			out = append(out, web.Event{At: a.At, Title: p.T("bailiff.field.signature"), Href: base + "/attempts/" + a.ID + "/signature", Link: p.T("bailiff.picture.signature")})
		}
	}
	return out
}

func toneOfClass(a Attempt) web.Tone {
	switch {
	case !a.Counted:
		return web.Neutral
	case a.Class == Actual || a.Class == Legal:
		return web.Good
	case a.Class == Failed:
		return web.Bad
	}
	return web.Warn
}

// attemptText is what is known of an attempt in sentences.
func attemptText(p *i18n.Printer, a Attempt) string {
	text := ""
	add := func(words string) {
		if text != "" {
			text += " "
		}
		text += words
	}
	if !a.Counted {
		add(p.T("bailiff.recorded." + a.Why))
	}
	if a.TakenBy != "" && a.Relation != "" {
		add(p.T("bailiff.told.taken_by_as", "name", a.TakenBy, "as", p.T("bailiff.relation."+a.Relation)))
	} else if a.TakenBy != "" {
		add(p.T("bailiff.told.taken_by", "name", a.TakenBy))
	}
	if a.Note != "" {
		add(p.T("bailiff.told.note", "note", strings.TrimRight(a.Note, ". ")))
	}
	if a.Place.Known() {
		add(p.T("bailiff.told.place", "lat", p.Digits(degrees(a.Place.LatE6)), "lon", p.Digits(degrees(a.Place.LonE6)), "metres", int(a.Place.Accuracy)))
	} else {
		add(p.T("bailiff.no_place." + a.Place.Missing))
	}
	if a.Offline {
		add(p.T("bailiff.told.offline", "at", a.Received))
	}
	if skew, ok := a.Skew(); ok && (skew.Seconds() > 60 || skew.Seconds() < -60) {
		add(p.N("bailiff.told.skew", int(skew.Abs().Minutes())))
	}
	return text
}

func degrees(e6 int64) string { return strconv.FormatFloat(float64(e6)/1e6, 'f', 5, 64) }
