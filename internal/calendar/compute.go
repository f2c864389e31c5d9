// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"fmt"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Why a day of a computation is counted or not. Each code has words under
// calendar.why in the locale files.
const (
	WhyService    = "service"     // the day of service is not counted (CPC 445)
	WhyTerm       = "term"        // counted
	WhyTermClosed = "term_closed" // closed, but inside the term, so counted
	WhyAction     = "action"      // the day of the act is not counted (CPC 445)
	WhyMoved      = "moved"       // the next open day takes the place of a closed last day (CPC 444)
	WhyFriday     = "friday"      // closed last day
	WhyThursday   = "thursday"    // closed last day, where Thursdays are closed
	WhyHoliday    = "holiday"     // closed last day: an official holiday
	WhyClosure    = "closure"     // closed last day: an extraordinary closure
	WhyOutage     = "outage"      // last day on which the electronic services could not be used (CPC 444)
	WhyOwnLast    = "own_last"    // the term would end here, but for what follows
	WhyShared     = "shared"      // the longer term of another defendant runs on (CPC 447)
	WhySharedLast = "shared_last" // and ends here
	WhyHearing    = "hearing"     // the hearing was blocked; the term runs on to the new one (CPC 448)
	WhyHearingNow = "hearing_now" // and ends here
)

// maxCourtDays is the longest term a court may set here, two years of 360 days;
// more is taken for a slip of the hand.
const maxCourtDays = 720

// maxClosedRun is how many closed days in a row are believed.
const maxClosedRun = 366

// Input is what a computation depends on besides the calendar.
type Input struct {
	Rule     string    // code of the rule, "cpc-336"
	Served   civil.Day // the day of service, or of actual service where the rule says so
	Abroad   bool      // the addressee resides abroad
	Province string    // of the court that set the term; empty: countrywide closures only
	Days     int       // the term a court set (CPC 442); 0 for every other rule

	// Blocked are days on which the electronic services could not be used.
	Blocked []Blocked
	// Others are the other defendants of the same paper, whose term may be longer.
	Others []Other
	// Hearings are hearings of the case that could not be held.
	Hearings []Postponed
}

// Blocked is a day that an outage touched.
type Blocked struct {
	Day    civil.Day `json:"day"`
	Outage string    `json:"outage"` // its id
}

// Other is a defendant besides the one whose term is computed.
type Other struct {
	Notice string    `json:"notice"` // by which the same paper was served on him
	Served civil.Day `json:"served"`
	Abroad bool      `json:"abroad"`
}

// Postponed is a hearing that could not be held, and the day set instead.
type Postponed struct {
	Hearing string    `json:"hearing"` // its id
	Was     civil.Day `json:"was"`
	Now     civil.Day `json:"now"`
}

// DayMark is one day on the way to the deadline.
type DayMark struct {
	Date    civil.Day `json:"date"`
	Counted bool      `json:"counted"`
	Why     string    `json:"why"`
	// Name is the holiday or closure of a day that is closed by one.
	Name *Text `json:"name,omitempty"`
	// Closed says why a counted day was closed nevertheless.
	Closed string `json:"closed,omitempty"`
}

// Computation is a deadline and everything it was computed from, so that it
// can be explained, kept, and compared with a later one.
type Computation struct {
	// Safe is the last day that no reading of the law can call late: the last
	// open day within the counted days.
	Safe civil.Day `json:"safe"`
	// Last is the last day on which the act is in time.
	Last civil.Day `json:"last"`
	// Days are all days from service to Last.
	Days []DayMark `json:"days"`

	Served   civil.Day `json:"served"`
	Abroad   bool      `json:"abroad"`
	Province string    `json:"province"` // key, or empty
	Term     int       `json:"term"`     // counted days
	// Provisional says that a holiday on or beside the days that decide is an
	// estimate, so that the result may move by a day.
	Provisional bool `json:"provisional"`
	// Uncertain says that the days that decide lie in a year whose holidays are
	// not published: only Fridays and fixed solar holidays were looked at.
	Uncertain bool `json:"uncertain"`
	// AbroadDefault says that the term abroad is the general one of CPC 446.
	AbroadDefault bool `json:"abroad_default"`
	// ActualService says that the term runs from actual service only.
	ActualService bool   `json:"actual_service"`
	Rule          Rule   `json:"rule"`
	Calendar      string `json:"calendar"` // Calendar.Version

	// Own is the last day of this person's term alone, where another's is longer
	// or a hearing moved it.
	Own *civil.Day `json:"own,omitempty"`
	// What moved the last day: days of outages, the longest term of another
	// defendant, blocked hearings in the order in which they did.
	Outages  []Blocked   `json:"outages,omitempty"`
	Longest  *Other      `json:"longest,omitempty"`
	Hearings []Postponed `json:"hearings,omitempty"`
}

// Compute counts a term. It is a pure function: the same rule, calendar and
// input give the same days by every route.
//
// The day of service D is not counted. The n days D+1 to D+n are, closed ones
// too. The day of the act is not counted either, so the last day is D+n+1 (D+n
// if the rule does not exclude it), and if courts are closed then, the next
// day they are open (CPC 443 to 445). Safe is D+n, or the last open day before
// it within the term, or, if the whole term was closed, the first open day.
//
// Errors are errs.Invalid with the fields days and province. Input.Rule may be
// empty here; if it names another rule than r, that is our mistake.
func Compute(r Rule, c *Calendar, in Input) (Computation, error) {
	if in.Rule != "" && in.Rule != r.Code {
		return Computation{}, fmt.Errorf("calendar: input for %s computed by %s", in.Rule, r.Code)
	}
	out := Computation{
		Rule: r, Calendar: c.Version(), Served: in.Served, Abroad: in.Abroad,
		ActualService: r.Starts == StartsAtActualService,
	}
	if in.Province != "" {
		p, ok := FindProvince(in.Province)
		if !ok {
			return Computation{}, wrong("province", "calendar.province.unknown")
		}
		out.Province = p.Key
	}
	var err error
	if out.Term, err = term(r, in); err != nil {
		return Computation{}, err
	}
	out.AbroadDefault = in.Abroad && r.AbroadDefault
	blocked := blockedDays(r, in)
	if err := out.count(c, blocked); err != nil {
		return Computation{}, err
	}
	out.doubt(c, out.Safe, out.Last)
	if err := out.share(c, r, in); err != nil {
		return Computation{}, err
	}
	return out, out.postpone(c, in, blocked)
}

// Law is the rules and the calendar together: all that a deadline is computed
// from.
type Law struct {
	Rules    Rules
	Calendar *Calendar
}

// DefaultLaw is the embedded rules and holidays, without a database.
func DefaultLaw(o Options) (Law, error) {
	rules, err := DefaultRules()
	if err != nil {
		return Law{}, err
	}
	cal, err := DefaultCalendar(o)
	return Law{Rules: rules, Calendar: cal}, err
}

// Compute finds the version of the rule that stands on the day of service and
// counts. Errors are errs.Invalid with the fields rule, days and province.
func (l Law) Compute(in Input) (Computation, error) {
	r, err := l.Rules.At(in.Rule, in.Served)
	if err != nil {
		return Computation{}, err
	}
	return Compute(r, l.Calendar, in)
}

// term is the number of counted days.
func term(r Rule, in Input) (int, error) {
	switch {
	case !r.SetByCourt() && in.Days != 0:
		return 0, wrong("days", "calendar.days.not_allowed", "rule", r.Code)
	case !r.SetByCourt() && in.Abroad:
		return r.DaysAbroad, nil
	case !r.SetByCourt():
		return r.Days, nil
	case in.Days == 0:
		return 0, wrong("days", "calendar.days.missing", "rule", r.Code)
	case in.Days < 0 || in.Days > maxCourtDays:
		return 0, wrong("days", "calendar.days.range", "max", maxCourtDays)
	}
	return in.Days, nil
}

// count fills in the days, Last and Safe.
func (out *Computation) count(c *Calendar, blocked map[civil.Day]Blocked) error {
	out.Days = append(out.Days, DayMark{Date: out.Served, Why: WhyService})
	end := out.Served.Add(out.Term)
	anyOpen := false
	for d := out.Served.Add(1); d <= end; d++ {
		m := DayMark{Date: d, Counted: true, Why: WhyTerm}
		if s := c.On(d, out.Province); s.Open {
			out.Safe, anyOpen = d, true
		} else {
			m.Why, m.Closed, m.Name = WhyTermClosed, s.Why, nameOf(s)
		}
		out.Days = append(out.Days, m)
	}
	out.Last = end
	if out.Rule.ActionDayExcluded {
		out.Last = end.Add(1)
	}
	if err := out.move(c, end, blocked); err != nil {
		return err
	}
	if !anyOpen {
		// D+n is closed, so the first open day after the term is also Last.
		out.Safe = out.Last
	}
	return nil
}

// move puts Last on the first open day on which the electronic services were not
// blocked, and marks the days after the term.
func (out *Computation) move(c *Calendar, end civil.Day, blocked map[civil.Day]Blocked) error {
	first := out.Last
	for {
		s := c.On(out.Last, out.Province)
		b, shut := blocked[out.Last]
		if s.Open && !shut {
			break
		}
		why, name := s.Why, nameOf(s)
		if s.Open {
			why = WhyOutage
			out.Outages = append(out.Outages, b)
		}
		if out.Last > end {
			out.Days = append(out.Days, DayMark{Date: out.Last, Why: why, Name: name})
		} else if why == WhyOutage {
			out.Days[len(out.Days)-1].Closed = WhyOutage
		}
		if out.Last++; out.Last-first > maxClosedRun {
			return errs.New(errs.Conflict, "calendar.no_open_day")
		}
	}
	switch {
	case out.Last == end: // counted already, and open
	case out.Last == first:
		out.Days = append(out.Days, DayMark{Date: out.Last, Why: WhyAction})
	default:
		out.Days = append(out.Days, DayMark{Date: out.Last, Why: WhyMoved})
	}
	return nil
}

// doubt looks at the days that decide, and one more on either side, because an
// estimated holiday may come a day earlier or later.
func (out *Computation) doubt(c *Calendar, from, to civil.Day) {
	for d := from.Add(-1); d <= to.Add(1); d++ {
		s := c.On(d, out.Province)
		out.Provisional = out.Provisional || s.Provisional
		if d >= from && d <= to {
			out.Uncertain = out.Uncertain || !s.Known
		}
	}
}

func nameOf(s Status) *Text {
	if s.Name == (Text{}) {
		return nil
	}
	return &s.Name
}
