// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/ledger"
)

// recordFormat names the canonical record's form. A change of its members is a
// new form; old records stay as they are.
const (
	recordFormat       = "tarazu-filing-2"
	recordFormatBehalf = "tarazu-filing-4" // the same, with an agent, for a human being or a legal person; 3 had no title, contract and legal filer
)

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
	Names       map[string]string `json:"names"` // what the registry said of each name, by the prefix of its answers
	Attachments []Attachment      `json:"attachments"`
	Fees        []RecordFee       `json:"fees"`
	Total       int64             `json:"total_rials"`
	Paid        int64             `json:"paid_rials"` // of the total, with the versions before
	Payment     string            `json:"payment"`
	Unit        string            `json:"unit"`
	Court       catalogue.Text    `json:"court"`  // the unit's name on that day
	Case        string            `json:"case"`   // for a brief: the case it is filed on
	Notice      string            `json:"notice"` // that it answers or attacks
	Party       string            `json:"party"`  // for whom it is filed, in what joins a case
	Round       int               `json:"round"`  // 0, or which mending this is
	Amends      string            `json:"amends"` // hash of the version before
	Agent       *RecordAgent      `json:"agent,omitempty"`
}

// RecordAgent is who signs on behalf of the filer.
type RecordAgent struct {
	JudicialID string `json:"judicial_id"`
	FirstName  string `json:"first_name"`
	LastName   string `json:"last_name"`
	Role       string `json:"role"`
	Capacity   string `json:"capacity"` // id
	TitleFA    string `json:"title_fa"` // the capacity as its source words it
	TitleEN    string `json:"title_en"`
	Contract   string `json:"contract"` // number of the mandate; "" of who acts by law or register
}

// Name is the agent's name.
func (a RecordAgent) Name() string { return strings.TrimSpace(a.FirstName + " " + a.LastName) }

// RecordParty is who files.
type RecordParty struct {
	JudicialID   string `json:"judicial_id"`
	NationalCode string `json:"national_code"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	FatherName   string `json:"father_name"`
	Birth        string `json:"birth"` // Gregorian
	Capacity     string `json:"capacity"`

	// Of a legal person, whose name stands in LastName.
	Kind         string `json:"kind,omitempty"` // "entity"
	EntityID     string `json:"entity_id,omitempty"`
	Registration string `json:"registration_number,omitempty"`
	BodyCode     string `json:"body_code,omitempty"`
}

// Attachment is a file that belongs to the filing, by its hash.
type Attachment struct {
	Field  string `json:"field"` // the question that it answers
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
func build(f Filing, filer RecordParty, q Quote) (record []byte, hash string, err error) {
	r := Record{
		Format: recordFormat, Filing: f.ID, Service: f.Service, Version: f.Version, Lang: string(f.Lang), Filer: filer,
		Answers: f.Answers, Names: map[string]string{}, Attachments: []Attachment{}, Fees: []RecordFee{}, Total: q.Total,
		Payment: f.Payment, Unit: f.Unit, Court: catalogue.Text{FA: q.UnitFA, EN: q.UnitEN}, Case: f.Case, Notice: f.Notice, Party: f.Party, Round: f.Round, Paid: q.Paid,
	}
	if f.mend != nil {
		r.Amends = f.mend.signed.Hash
	}
	r.Attachments = append(r.Attachments, attachments(f)...)
	for prefix, n := range f.Names {
		r.Names[prefix] = string(n.Check)
	}
	for _, l := range q.Fees {
		r.Fees = append(r.Fees, RecordFee{Code: l.Code, Amount: l.Amount, Citation: l.Citation.EN})
	}
	record, err = ledger.Canonical(r)
	sum := sha256.Sum256(record)
	return record, hex.EncodeToString(sum[:]), err
}

// attachments are the files of f as its record names them.
func attachments(f Filing) []Attachment {
	out := make([]Attachment, len(f.Files))
	for i, a := range f.Files {
		out[i] = a.Attachment
	}
	return out
}

// filer is who files, as a paper names him: from the record once there is one,
// so that a paper always says what was signed.
func (s *Service) filer(ctx context.Context, f Filing) (catalogue.Party, catalogue.Text, error) {
	if len(f.Record) == 0 {
		p, err := s.d.Identity.Person(ctx, f.Owner)
		if err != nil || !f.legal() {
			return catalogue.Party{
				FirstName: p.FirstName, LastName: p.LastName, FatherName: p.FatherName, NationalCode: p.NationalCode, Birth: p.Birth,
			}, catalogue.Text{}, err
		}
		r, err := s.filerParty(ctx, f, p, "")
		return r.entity(), catalogue.Text{}, err
	}
	r, err := f.parsed()
	if err != nil {
		return catalogue.Party{}, catalogue.Text{}, err
	}
	if r.Filer.Kind == catalogue.Entity {
		return r.Filer.entity(), r.Court, nil
	}
	birth, err := civil.Parse(r.Filer.Birth)
	return catalogue.Party{
		FirstName: r.Filer.FirstName, LastName: r.Filer.LastName, FatherName: r.Filer.FatherName,
		NationalCode: r.Filer.NationalCode, Birth: birth,
	}, r.Court, err
}

// entity is a legal person as a paper names it.
func (p RecordParty) entity() catalogue.Party {
	return catalogue.Party{
		Kind: catalogue.Entity, EntityName: p.LastName, EntityID: p.EntityID, Registration: p.Registration, BodyCode: p.BodyCode,
	}
}

// served is what the other party receives of a filing beside its paper: enough
// to compare it with the filer's receipt, and no more of the filer's data.
type served struct {
	Format   string `json:"format"`
	Filing   string `json:"filing"`
	Record   string `json:"record_sha256"`
	PaperFA  string `json:"paper_fa_sha256"`
	PaperEN  string `json:"paper_en_sha256"`
	Tracking string `json:"tracking_code"`
}

const servedFormat = "tarazu-served-1"

// servedDocument is the canonical form of what is served.
func servedDocument(f Filing, fa, en string) ([]byte, error) {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	return ledger.Canonical(served{
		Format: servedFormat, Filing: f.ID, Record: f.Hash, PaperFA: hash(fa), PaperEN: hash(en), Tracking: f.Tracking,
	})
}
