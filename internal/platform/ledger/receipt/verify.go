// SPDX-License-Identifier: Apache-2.0

// Package receipt is the offline half of the ledger: it reads, checks and
// writes receipts (C2SP tlog-proof files) and the evidence records in them. It
// needs no network, no database and no trust in whoever hands it a file; the
// format is told in docs/receipt-format.md so that anybody can write a second
// verifier. It owns the canonical JSON of everything that Tarazu hashes or
// signs.
package receipt

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Options says whom the verifier trusts.
type Options struct {
	Keys []string // vkeys of logs; none: the issuer is not checked, and the report says so
	// Paper is the SHA-256, in lower-case hexadecimal, of the document that the
	// receipt is said to speak of; "": none is compared. PaperHash makes it.
	Paper string
	// Content is the same for a file that is said to hold the content the
	// receipt speaks of: SHA-256 of its canonical JSON. ContentHash makes it.
	Content string
	// Witnesses are the vkeys of witnesses that are trusted, and Quorum is how
	// many of them must have signed. With none the report says which witnesses
	// the file names, and that they were not checked.
	Witnesses []string
	Quorum    int
	// Ends are the logs that have ended, with their sizes: a receipt under a
	// larger tree of one is refused. Follow fills it.
	Ends map[string]int64
}

// What a report proves and does not prove, as codes; their words stand under
// receipt.proved.* and receipt.not_proved.*.
const (
	ProvedWhole   = "whole"    // the parts of the file fit together; no byte was changed by accident
	ProvedContent = "content"  // the content shown is what the record names
	ProvedInLog   = "in_log"   // the record stands in the log the key belongs to
	ProvedIssuer  = "issuer"   // the log's owner signed for it
	ProvedPaper   = "paper"    // the document given is, byte for byte, the one the record names
	ProvedGiven   = "given"    // the content given is what the record names
	ProvedOneView = "one_view" // enough trusted witnesses saw the log with the record in it

	NotProvedIssuer  = "issuer"   // no key given: anybody could have made the file
	NotProvedContent = "content"  // the file does not show the content
	NotProvedTime    = "time"     // the time is by the issuer's clock
	NotProvedTimeBy  = "time_by"  // witnesses tell only by when the record was there
	NotProvedOneView = "one_view" // no witness confirms that everybody sees the same log
	NotProvedWitness = "witness"  // witnesses signed, but none whose key was given
	NotProvedTruth   = "truth"    // that what the record says is true
	NotProvedLater   = "later"    // what happened afterwards
)

// Report is what a receipt says and how much of that is proved.
type Report struct {
	ID            string            `json:"id"`
	Event         string            `json:"event"`
	Time          time.Time         `json:"time"`
	Subject       string            `json:"subject,omitempty"`
	Actor         string            `json:"actor,omitempty"`
	Role          string            `json:"role,omitempty"`
	Previous      string            `json:"previous,omitempty"`
	Rule          string            `json:"rule,omitempty"`
	Reasons       []string          `json:"reasons,omitempty"`
	Members       map[string]string `json:"members,omitempty"`
	ContentHash   string            `json:"content_hash,omitempty"`
	Content       json.RawMessage   `json:"content,omitempty"` // canonical JSON; nil if not shown
	Origin        string            `json:"origin"`
	TreeSize      int64             `json:"tree_size"`
	Index         int64             `json:"index"`
	Root          string            `json:"root"` // base64
	IssuerChecked bool              `json:"issuer_checked"`
	KeyName       string            `json:"key_name"`
	KeyHash       string            `json:"key_hash"` // eight hexadecimal digits
	Key           string            `json:"key"`      // the vkey in the file, to compare with the published one
	Witnesses     []Witnessed       `json:"witnesses,omitempty"`
	Proved        []string          `json:"proved"`
	NotProved     []string          `json:"not_proved"`
}

// extra is what the receipt's extra line carries.
type extra struct {
	Content   json.RawMessage
	Key       string
	Record    json.RawMessage
	Witnesses []string // vkeys, in the order of their lines
}

// Verify checks a receipt. Every refusal is an errs.Invalid error whose code
// is receipt.refused.*; a key in o that cannot be read is receipt.key_malformed.
func Verify(file []byte, o Options) (Report, error) {
	trusted := make([]Key, 0, len(o.Keys))
	for _, vkey := range o.Keys {
		k, err := ParseKey(vkey)
		if err != nil {
			return Report{}, err
		}
		trusted = append(trusted, k)
	}
	var witnesses []WitnessKey
	for _, vkey := range o.Witnesses {
		k, err := ParseWitnessKey(vkey)
		if err != nil {
			return Report{}, err
		}
		witnesses = append(witnesses, k)
	}
	p, err := ParseProof(file)
	if err != nil {
		return Report{}, err
	}
	x, err := parseExtra(p.Extra)
	if err != nil {
		return Report{}, err
	}
	rec, err := DecodeRecord(x.Record)
	if err != nil {
		return Report{}, err
	}
	if rec.Issuer != p.Origin {
		return Report{}, refuse("origin")
	}
	if err := checkContent(x.Content, rec.ContentHash); err != nil {
		return Report{}, err
	}
	if err := checkGiven(o, x.Content, rec.ContentHash); err != nil {
		return Report{}, err
	}
	if p.Index >= p.Size {
		return Report{}, refuse("index")
	}
	if tlog.CheckRecord(p.Path, p.Size, p.Root, p.Index, LeafHash(x.Record)) != nil {
		return Report{}, refuse("path")
	}
	key, err := checkSignature(p, x.Key, trusted)
	if err != nil {
		return Report{}, err
	}
	if end, ended := o.Ends[p.Origin]; ended && p.Size > end {
		return Report{}, refuse("after_end")
	}
	signed, err := checkWitnesses(p, x.Witnesses, witnesses, o.Quorum)
	if err != nil {
		return Report{}, err
	}
	r := report(p, x, rec, key, o)
	r.witnessed(signed, o.Quorum)
	return r, nil
}

// PaperHash is the SHA-256 of a document as Options.Paper takes it. It reads
// the document to its end and keeps nothing of it.
func PaperHash(document io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, document); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// ContentHash is the SHA-256 of the canonical form of a JSON text, as
// Options.Content takes it. It fails like CanonicalJSON.
func ContentHash(text []byte) (string, error) {
	c, err := CanonicalJSON(text)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(c)
	return hex.EncodeToString(sum[:]), nil
}

// checkGiven compares what the caller holds with what the record names. A
// record that carries content speaks of that, and of no document.
func checkGiven(o Options, content json.RawMessage, hash string) error {
	switch {
	case o.Paper != "" && (content != nil || hash == ""):
		return refuse("paper_none")
	case o.Paper != "" && o.Paper != hash:
		return refuse("paper")
	case o.Content != "" && o.Content != hash:
		return refuse("given")
	}
	return nil
}

// parseExtra takes the extra line's JSON apart without changing a byte of its
// parts.
func parseExtra(text []byte) (x extra, err error) {
	if !IsCanonical(text) {
		return x, refuse("json")
	}
	v, err := decodeJSON(text)
	if err != nil {
		return x, refuse("json").Because(err)
	}
	m, _ := v.(map[string]any)
	content, hasContent := m["content"]
	record, hasRecord := m["record"].(map[string]any)
	key, hasKey := m["key"].(string)
	witnesses, hasWitnesses := m["witnesses"]
	known := 2
	for _, there := range []bool{hasContent, hasWitnesses} {
		if there {
			known++
		}
	}
	if !hasRecord || !hasKey || len(m) != known {
		return x, refuse("extra")
	}
	if hasWitnesses {
		if x.Witnesses = texts(witnesses); x.Witnesses == nil {
			return x, refuse("extra")
		}
	}
	if hasContent {
		if _, ok := content.(map[string]any); !ok {
			return x, refuse("extra")
		}
		x.Content = appendJSON(nil, content)
	}
	x.Key, x.Record = key, appendJSON(nil, record)
	return x, nil
}

// texts is a list of at least one string, or nil.
func texts(v any) (out []string) {
	list, _ := v.([]any)
	for _, e := range list {
		s, ok := e.(string)
		if !ok {
			return nil
		}
		out = append(out, s)
	}
	return out
}

// FormatExtra writes the canonical JSON of an extra line. Content (nil if not
// shown) and record must be canonical JSON objects; witnesses are the vkeys of
// those whose cosignatures follow, in their order.
func FormatExtra(content json.RawMessage, vkey string, record []byte, witnesses ...string) ([]byte, error) {
	m := map[string]any{"key": vkey, "record": json.RawMessage(record)}
	if content != nil {
		m["content"] = content
	}
	if len(witnesses) > 0 {
		m["witnesses"] = witnesses
	}
	text, err := Canonical(m)
	if err != nil {
		return nil, err
	}
	_, err = parseExtra(text)
	return text, err
}

func checkContent(content json.RawMessage, hash string) error {
	if content == nil {
		return nil
	}
	sum := sha256.Sum256(content)
	if hex.EncodeToString(sum[:]) != hash {
		return refuse("content_hash")
	}
	return nil
}

// checkSignature checks the checkpoint's signature with the key the file
// carries, after making sure, if any key is trusted, that it is one of them.
func checkSignature(p *Proof, vkey string, trusted []Key) (Key, error) {
	key, err := ParseKey(vkey)
	if err != nil {
		return Key{}, refuse("key").Because(err)
	}
	if key.Name != p.Origin {
		return Key{}, refuse("origin")
	}
	if key.Hash != p.KeyHash {
		return Key{}, refuse("key")
	}
	known := len(trusted) == 0
	for _, t := range trusted {
		known = known || t.VKey == key.VKey
	}
	if !known {
		return Key{}, refuse("key_unknown")
	}
	if !key.verifier.Verify(p.Body(), p.Signature[:]) {
		return Key{}, refuse("signature")
	}
	return key, nil
}

func report(p *Proof, x extra, rec Record, key Key, o Options) Report {
	issuer := len(o.Keys) > 0
	r := Report{
		ID: rec.ID, Event: rec.Event, Time: rec.Time, Subject: rec.Subject, Actor: rec.Actor, Role: rec.Role,
		Previous: rec.Previous, Rule: rec.Rule, Reasons: rec.Reasons, Members: rec.Members,
		ContentHash: rec.ContentHash, Content: x.Content,
		Origin: p.Origin, TreeSize: p.Size, Index: p.Index, Root: p.Root.String(),
		IssuerChecked: issuer, KeyName: key.Name, KeyHash: hashText(key.Hash), Key: key.VKey,
		Proved: []string{ProvedWhole},
	}
	switch {
	case x.Content != nil:
		r.Proved = append(r.Proved, ProvedContent)
	case o.Paper != "":
		r.Proved = append(r.Proved, ProvedPaper)
	case o.Content != "":
	case rec.ContentHash != "":
		r.NotProved = append(r.NotProved, NotProvedContent)
	}
	if o.Content != "" {
		r.Proved = append(r.Proved, ProvedGiven)
	}
	if issuer {
		r.Proved = append(r.Proved, ProvedInLog, ProvedIssuer)
	} else {
		r.NotProved = append(r.NotProved, NotProvedIssuer)
	}
	return r
}

// witnessed adds what the witnesses' signatures prove.
func (r *Report) witnessed(signed []Witnessed, quorum int) {
	r.Witnesses = signed
	trusted := 0
	for _, w := range signed {
		if w.Trusted {
			trusted++
		}
	}
	switch {
	case trusted >= max(quorum, 1):
		r.Proved = append(r.Proved, ProvedOneView)
		r.NotProved = append(r.NotProved, NotProvedTimeBy)
	case len(signed) > 0:
		r.NotProved = append(r.NotProved, NotProvedTime, NotProvedWitness)
	default:
		r.NotProved = append(r.NotProved, NotProvedTime, NotProvedOneView)
	}
	r.NotProved = append(r.NotProved, NotProvedTruth, NotProvedLater)
}

// refuse is a refusal with its reason.
func refuse(reason string, args ...any) *errs.Error {
	return errs.New(errs.Invalid, "receipt.refused."+reason, args...)
}

// badMember refuses a record because of one of its members.
func badMember(name string) *errs.Error {
	if len(name) > 40 || !validName(name) {
		name = "?"
	}
	return refuse("member", "member", name)
}
