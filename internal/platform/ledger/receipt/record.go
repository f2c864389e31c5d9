// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"encoding/hex"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"
)

// Version is the version of the evidence record, its member "v".
const Version = 1

// SaltSize is the length of a record's random salt in bytes. The salt keeps
// anybody from guessing a record from its published leaf hash.
const SaltSize = 32

// timeLayout is how a record writes an instant: UTC, always six digits of
// microseconds.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// Record is one evidence record: the leaf of the log is its canonical JSON.
// Its members follow ETSI EN 319 522-3 (identifier, event, time, issuer,
// parties, reasons). Members that are empty are left out of the JSON.
type Record struct {
	ID          string            // evidence identifier (UUID)
	Issuer      string            // origin of the log that the record was written for
	Event       string            // what happened: "filing.submitted"
	Time        time.Time         // when, by the issuer's clock, to the microsecond
	Subject     string            // id of the thing it happened to; may be empty
	Actor       string            // who acted; may be empty
	Role        string            // in which capacity; may be empty
	ContentHash string            // hexadecimal SHA-256 of the content's canonical JSON, or of a document; may be empty
	Previous    string            // id of the record before it about the same subject; may be empty
	Rule        string            // rule that was applied, with its version; may be empty
	Reasons     []string          // why, for every negative event
	Members     map[string]string // further facts of this kind of event
	RowTag      string            // hexadecimal keyed hash that ties the issuer's row to its owner; may be empty
	Salt        [SaltSize]byte
}

// Encode returns the leaf data of r: its canonical JSON.
func (r Record) Encode() []byte {
	m := map[string]any{
		"v":      int64(Version),
		"id":     r.ID,
		"issuer": r.Issuer,
		"event":  r.Event,
		"time":   r.Time.UTC().Format(timeLayout),
		"salt":   hex.EncodeToString(r.Salt[:]),
	}
	for name, p := range r.optional() {
		if *p != "" {
			m[name] = *p
		}
	}
	if len(r.Reasons) > 0 {
		list := make([]any, len(r.Reasons))
		for i, s := range r.Reasons {
			list[i] = s
		}
		m["reasons"] = list
	}
	if len(r.Members) > 0 {
		members := make(map[string]any, len(r.Members))
		for k, v := range r.Members {
			members[k] = v
		}
		m["members"] = members
	}
	return appendJSON(nil, m)
}

// optional names the text members that may be left out.
func (r *Record) optional() map[string]*string {
	return map[string]*string{
		"subject": &r.Subject, "actor": &r.Actor, "role": &r.Role, "content_hash": &r.ContentHash,
		"previous": &r.Previous, "rule": &r.Rule, "row_tag": &r.RowTag,
	}
}

// Validate tells whether r can be written: every text is UTF-8, the required
// members are there, hashes have the right form.
func (r Record) Validate() error {
	texts := []string{r.ID, r.Issuer, r.Event, r.Subject, r.Actor, r.Role, r.ContentHash, r.Previous, r.Rule, r.RowTag}
	texts = append(texts, r.Reasons...)
	for k, v := range r.Members {
		texts = append(texts, k, v)
	}
	for _, t := range texts {
		if !utf8.ValidString(t) {
			return refuse("json")
		}
	}
	return r.finish(r.Time.UTC().Format(timeLayout), hex.EncodeToString(r.Salt[:]))
}

// LeafHash is the RFC 6962 hash of a leaf: SHA-256 of a zero byte and the
// record's canonical JSON.
func LeafHash(record []byte) [32]byte { return tlog.RecordHash(record) }

// DecodeRecord reads a record from its canonical JSON and refuses everything
// that a record of this version does not have.
func DecodeRecord(text []byte) (Record, error) {
	if !IsCanonical(text) {
		return Record{}, refuse("json")
	}
	v, err := decodeJSON(text)
	if err != nil {
		return Record{}, refuse("json").Because(err)
	}
	m, ok := v.(map[string]any)
	if !ok {
		return Record{}, badMember("record")
	}
	if n, ok := m["v"].(int64); !ok || n != Version {
		return Record{}, refuse("version")
	}
	delete(m, "v")
	var r Record
	var salt, at string
	fields := r.optional()
	required := map[string]*string{"id": &r.ID, "issuer": &r.Issuer, "event": &r.Event, "time": &at, "salt": &salt}
	for name, p := range required {
		if m[name] == nil {
			return Record{}, badMember(name)
		}
		fields[name] = p
	}
	for name, value := range m {
		switch name {
		case "reasons":
			ok = r.readReasons(value)
		case "members":
			ok = r.readMembers(value)
		default:
			var p *string
			if p, ok = fields[name]; ok {
				*p, ok = value.(string)
				ok = ok && *p != ""
			}
		}
		if !ok {
			return Record{}, badMember(name)
		}
	}
	return r, r.finish(at, salt)
}

// finish checks the members that have a form of their own.
func (r *Record) finish(at, salt string) error {
	var err error
	if r.Time, err = time.Parse(timeLayout, at); err != nil || r.Time.Format(timeLayout) != at {
		return badMember("time")
	}
	b, ok := hexBytes(salt)
	if !ok || len(b) != SaltSize {
		return badMember("salt")
	}
	copy(r.Salt[:], b)
	if b, ok := hexBytes(r.ContentHash); !ok || len(b) != 0 && len(b) != 32 {
		return badMember("content_hash")
	}
	if b, ok := hexBytes(r.RowTag); !ok || len(b) != 0 && len(b) != 16 {
		return badMember("row_tag")
	}
	for _, s := range []string{r.ID, r.Issuer, r.Event} {
		if !validName(s) {
			return badMember("id, issuer, event")
		}
	}
	return nil
}

func (r *Record) readReasons(v any) bool {
	list, ok := v.([]any)
	for _, e := range list {
		s, isText := e.(string)
		ok = ok && isText
		r.Reasons = append(r.Reasons, s)
	}
	return ok && len(list) > 0
}

func (r *Record) readMembers(v any) bool {
	m, ok := v.(map[string]any)
	r.Members = make(map[string]string, len(m))
	for k, e := range m {
		s, isText := e.(string)
		ok = ok && isText
		r.Members[k] = s
	}
	return ok && len(m) > 0
}

// hexBytes reads lower-case hexadecimal text.
func hexBytes(s string) ([]byte, bool) {
	b, err := hex.DecodeString(s)
	return b, err == nil && hex.EncodeToString(b) == s
}

// validName tells whether s can be the name of a log or of a key: printable,
// no space, no plus (C2SP signed-note).
func validName(s string) bool {
	if s == "" || len(s) > 200 || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r <= ' ' || r == '+' || r == 0x7f || isSpace(r) {
			return false
		}
	}
	return true
}
