// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/ledger"
)

// recordFormat names the canonical record's form. A change of its members is a
// new form; old records stay as they are.
const recordFormat = "tarazu-filing-1"

// Record is the canonical record of a filing: what is signed, what the receipt
// covers, and what the paper is rendered from (design section 9.1). It is kept
// in the canonical JSON of docs/receipt-format.md.
type Record struct {
	Format      string            `json:"format"`
	Filing      string            `json:"filing"`
	Service     string            `json:"service"`
	Version     int               `json:"version"`
	Lang        string            `json:"lang"`
	Filer       RecordParty       `json:"filer"`
	Answers     catalogue.Answers `json:"answers"`
	Confirmed   bool              `json:"name_confirmed"` // the registry knows the other party by that name
	Attachments []Attachment      `json:"attachments"`
	Fees        []RecordFee       `json:"fees"`
	Total       int64             `json:"total_rials"`
	Payment     string            `json:"payment"`
	Unit        string            `json:"unit"`
	Case        string            `json:"case"` // for a brief: the case it is filed on
}

// RecordParty is who files.
type RecordParty struct {
	JudicialID   string `json:"judicial_id"`
	NationalCode string `json:"national_code"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	FatherName   string `json:"father_name"`
	Capacity     string `json:"capacity"`
}

// Attachment is a file that belongs to the filing, by its hash.
type Attachment struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// RecordFee is one line of the fee as it stood when the filing was checked.
type RecordFee struct {
	Code     string `json:"code"`
	Amount   int64  `json:"amount_rials"`
	Citation string `json:"citation"`
}

// build makes the canonical record of f and its hash.
func build(f Filing, p identity.Person, capacity string, fees []catalogue.FeeLine) (record []byte, hash string, total int64, err error) {
	r := Record{
		Format: recordFormat, Filing: f.ID, Service: f.Service, Version: f.Version, Lang: string(f.Lang),
		Filer: RecordParty{
			JudicialID: p.JudicialID, NationalCode: p.NationalCode, FirstName: p.FirstName,
			LastName: p.LastName, FatherName: p.FatherName, Capacity: capacity,
		},
		Answers: f.Answers, Confirmed: f.NameConfirmed, Attachments: []Attachment{}, Fees: []RecordFee{},
		Payment: f.Payment, Unit: f.Unit, Case: f.Case,
	}
	for _, l := range fees {
		r.Fees = append(r.Fees, RecordFee{Code: l.Code, Amount: l.Amount, Citation: l.Citation.EN})
		r.Total += l.Amount
	}
	record, err = ledger.Canonical(r)
	sum := sha256.Sum256(record)
	return record, hex.EncodeToString(sum[:]), r.Total, err
}
