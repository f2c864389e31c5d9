// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"encoding/json"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Filing is one filing of one person.
type Filing struct {
	Owner   string // the person who files
	ID      string
	Service string // code of the title in the catalogue
	Version int    // version of the title that this filing keeps
	Status  Status
	Lang    i18n.Lang
	Answers catalogue.Answers

	// A brief answers on a case, perhaps because of a notice.
	Case   string
	Notice string
	Party  string // id of the party for whom it is filed; "" in rows from before it was kept

	Standing policy.Role // as what the owner files: a citizen, a lawyer …

	Round     int      // how often it was halted
	sheltered bool     // the filer hides where they live; see withShelter
	mend      *mending // what may be changed while it is halted; see withMending

	Names Names // what the civil registry says of the names in it

	Files []Attached // what is attached; filled where the title is known

	Record  []byte // the canonical record, from Freeze on
	Hash    string // hex SHA-256 of Record
	Payment string // the payment, if there is a fee
	Code    string // the signature code last sent

	desk       string // of the court that looks at it, if it is on its desk
	Tracking   string // tracking code, with check digits
	CaseNumber string
	Unit       string // court unit that received it
	Evidence   string // evidence of the submission

	evidenceOwner string // under whose account it stands; "": the owner's
	before        int    // of what was taken over from the reader: he sees the versions before this round; 0: all

	Created   time.Time
	Updated   time.Time
	Submitted time.Time
}

// Limits on what one person may keep.
const (
	// maxDrafts bounds how many unfinished filings one person keeps at once.
	maxDrafts = 50
	// maxAnswers bounds a draft's answers, in bytes of JSON: the ledger's
	// evidence must hold them.
	maxAnswers = 48 << 10
)

// row is a Filing as the table has it.
type row struct {
	Owner      string     `db:"owner"`
	ID         string     `db:"id"`
	Service    string     `db:"service"`
	Version    int64      `db:"version"`
	Status     Status     `db:"status"`
	Lang       string     `db:"lang"`
	Answers    string     `db:"answers"`
	Case       string     `db:"case_id"`
	Notice     string     `db:"notice_id"`
	Party      string     `db:"party"`
	Standing   string     `db:"standing"`
	Round      int64      `db:"round"`
	Names      string     `db:"names"`
	Record     []byte     `db:"record"`
	Hash       string     `db:"hash"`
	Payment    string     `db:"payment_id"`
	Code       string     `db:"code_id"`
	Tracking   string     `db:"tracking"`
	CaseNumber string     `db:"case_number"`
	Unit       string     `db:"unit"`
	Evidence   string     `db:"evidence_id"`
	ByOwner    string     `db:"evidence_owner"`
	Created    store.Time `db:"created_us"`
	Updated    store.Time `db:"updated_us"`
	Submitted  store.Time `db:"submitted_us"`
}

func (r row) filing() (Filing, error) {
	f := Filing{
		Owner: r.Owner, ID: r.ID, Service: r.Service, Version: int(r.Version), Status: r.Status,
		Lang: i18n.Lang(r.Lang), Case: r.Case, Notice: r.Notice, Party: r.Party, Standing: policy.Role(r.Standing), Names: Names{}, Round: int(r.Round),
		Record: r.Record, Hash: r.Hash, Payment: r.Payment, Code: r.Code, Tracking: r.Tracking,
		CaseNumber: r.CaseNumber, Unit: r.Unit, Evidence: r.Evidence, evidenceOwner: r.ByOwner,
		Created: r.Created.Time, Updated: r.Updated.Time, Submitted: r.Submitted.Time,
	}
	answers, err := catalogue.ParseAnswers([]byte(r.Answers))
	f.Answers = answers
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal([]byte(r.Names), &f.Names)
}

// received tells whether the court has it.
func (f Filing) received() bool { return f.Tracking != "" }
