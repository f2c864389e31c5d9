// SPDX-License-Identifier: Apache-2.0

package web

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Tone is the second voice of a component. Colour never stands alone: the
// words say the same.
type Tone string

// The tones. Bad is for errors and lapsed terms only.
const (
	Neutral Tone = "neutral"
	Info    Tone = "info"
	Good    Tone = "good"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
)

func (t Tone) class() string {
	if t == "" {
		return string(Neutral)
	}
	return string(t)
}

// Width is how long an answer a field looks made for.
type Width string

// The widths: about 6, 14 and 24 signs; the zero Width is the whole column.
const (
	Narrow Width = "narrow"
	Medium Width = "medium"
	Long   Width = "long"
)

// Text is a field of one line.
type Text struct {
	Name, Label, Hint string
	Value             string // shown at first
	Type              string // "text" if empty; "password", "tel", "email", "search"
	Width             Width
	LTR               bool   // codes, numbers, e-mail: written from left to right
	InputMode         string // "numeric", "decimal", "tel", "email"
	Autocomplete      string // "name", "tel", "one-time-code", "current-password" …
	Max               int    // runes; only a hint for the browser
	Suffix            string // a unit behind the field
	Optional          bool   // says so beside the label
	Heading           bool   // the label is the page's h1
	Spellcheck        bool
	Autofocus         bool // the first thing to type on a page for people who type all day
}

// Area is a field of several lines.
type Area struct {
	Name, Label, Hint, Value string
	Rows, Max                int
	Optional                 bool
	Heading                  bool
}

// Option is one of several answers.
type Option struct {
	Value, Label, Hint string
	On                 bool // chosen at first
}

// Choice is a question with several answers (Radios, Checkboxes, Select).
type Choice struct {
	Name, Label, Hint string
	Options           []Option
	Optional          bool
	Heading           bool   // the label is the page's h1
	Inline            bool   // short answers stand side by side
	Prompt            string // of a Select: its first, empty line
}

// Date is a Jalali date in three fields; form.Day reads it.
type Date struct {
	Name, Label, Hint string
	Value             civil.Day // shown at first if Set
	Set               bool
	Optional          bool
	Heading           bool
	Autofocus         bool // see Text
}

// Upload is a field for one file, or for several.
type Upload struct {
	Multiple          bool
	Name, Label, Hint string
	Accept            string // ".pdf,.jpg"
	Capture           string // "user" or "environment": the camera of a telephone or tablet
	Optional          bool
}

// FormOptions is where a form goes. Autosave is a path that takes the same
// fields and answers 204: with script, they are sent there while typing.
type FormOptions struct {
	Action    string
	Multipart bool
	Autosave  string
	Method    string // "post" if empty; "get" for searches
}

// ButtonKind is how much a button weighs.
type ButtonKind string

// The kinds. A page has one Primary button; Danger ends or withdraws something.
const (
	Primary   ButtonKind = "primary"
	Secondary ButtonKind = "secondary"
	Danger    ButtonKind = "danger"
)

// SummaryRow is one answer on a check-your-answers page. Body stands for Value
// if it is set.
type SummaryRow struct {
	Key, Value string
	Body       templ.Component
	LTR        bool   // the value is a code
	Change     string // path of the page where it can be changed; "" for none
}

// Step is one part of a way through several pages.
type Step struct{ Label, Href string }

// Event is something that happened or will happen in a case.
type Event struct {
	At      time.Time
	When    string // instead of At: words such as "expected in Azar"
	Title   string
	Text    string
	By      string // who did it, in which capacity
	Href    string
	Link    string // words of the link to Href
	Tone    Tone
	Pending bool // has not happened yet
}

// fewSteps fit beside each other on a telephone.
const fewSteps = 7

// stepOf says at which of the steps one is.
func stepOf(p *i18n.Printer, steps []Step, current int) string {
	return p.T("web.steps", "current", min(current, len(steps)), "of", len(steps))
}

// Task is one part of a long filing.
type Task struct {
	Label, Hint, Href string
	Status            string
	Tone              Tone
}

// id is that of its status in the place i of a list; one page has several lists.
func (t Task) id(i int) string { return "status-" + strconv.Itoa(i) + "-" + t.Href }

// Item is one entry of a list such as the inbox.
type Item struct {
	Title, Href string
	Meta        []string
	Tag         string
	Tone        Tone
	Side        string // one line beside the tag
	Mark        string // whose it is, above the title, if it is none of the usual senders; it has an edge of its own
	Unread      bool
}

// Column is a column of a Table; Numeric ones are aligned and have digits of
// equal width.
type Column struct {
	Label   string
	Numeric bool
}

// Cell is one cell of a Table. Body stands for Text if it is set.
type Cell struct {
	Text, Href string
	Body       templ.Component
	LTR        bool
}

// TableOptions is a table with its caption. On narrow screens each row becomes
// a block whose cells carry their column's name.
type TableOptions struct {
	Caption       string
	HiddenCaption bool
	Columns       []Column
	Rows          [][]Cell
	Empty         string // words if there are no rows
}

// Paging is the way to the neighbouring pages of a long list; "" for none.
type Paging struct {
	Newer, Older string
	// Words of the two where a list is not by time.
	Back, On string
}

// Figure is one number of a dashboard.
type Figure struct {
	Label, Value, Note string
	Tone               Tone
}
