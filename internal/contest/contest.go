// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// State is how far a contest has come.
type State string

// The states.
const (
	Draft     State = "draft"
	Open      State = "open"
	Withdrawn State = "withdrawn"
	Moot      State = "moot" // the notice is not to be heeded any more, whatever a judge says
	Upheld    State = "upheld"
	Moved     State = "moved"
	SetAside  State = "set_aside"
)

// decisions are the states into which a judge brings a contest, with the fact of
// the notice that each is.
var decisions = map[State]string{Upheld: notice.FactUpheld, Moved: notice.FactMoved, SetAside: notice.FactSetAside}

// Decided tells whether a judge has decided.
func (s State) Decided() bool { return decisions[s] != "" }

// Limits of what is written, in runes.
const (
	leastWords = 20
	mostWords  = 4000
	mostFiles  = 10
)

// Text is one text in both languages.
type Text struct {
	FA string `json:"fa"`
	EN string `json:"en"`
}

// In is the text in a language.
func (t Text) In(l i18n.Lang) string {
	if l == i18n.EN && t.EN != "" {
		return t.EN
	}
	return t.FA
}

// Contest is what somebody says against the service of one notice.
type Contest struct {
	Case, ID   string
	Notice     string // id
	Party      string // of the case, whom the notice is for
	Owner      string // whose contest it is
	Person     string // who made it, for himself or for the owner
	Name       string // of the owner
	Role       string // of the person
	Unit       string
	Branch     string // at the signing; "" if none was confirmed
	CaseNumber string
	Number     string // of the notice
	Title      Text   // of the notice
	Way        string // in which it was served, one of Ways

	Reason  string // code; "" while nothing is chosen
	Rules   string // the version of the table
	Words   string
	Learned civil.Day // when the person learned of the notice; 0: not said
	State   State
	Late    bool // after the term that stood for the reason
	Version int64
	Hash    string // of the record that is signed
	Made    time.Time
	Changed time.Time
	Signed  time.Time

	DecidedBy   string
	DecidedName string
	Decided     time.Time
	Why         string    // the judge's reasons
	Served      time.Time // Moved: since when
	Anew        string    // SetAside: the notice that takes its place
	Order       string    // the notice with the order
	OnPaper     bool      // SetAside: on paper although there is an account
	PaperWhy    string    // the judge's reason for that
	Files       []File

	TermDays   int // that stood when it was signed; 0: none
	TermSource string

	code       string // id of the one that was sent
	codePerson string // to whom
	record     []byte // canonical JSON that is signed
	Evidence   string
	evidence2  string // of the decision
}

// Path is where a contest is.
func (c Contest) Path() string { return "/cases/" + c.Case + "/contests/" + c.ID }

// codeSubject binds a code to one contest and one record.
func (c Contest) codeSubject() string { return "contest:" + c.ID + ":" + c.Hash }
