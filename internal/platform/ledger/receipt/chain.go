// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"bytes"
	"maps"
	"slices"
	"strconv"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// The records with which one log ends and the next begins, and their members.
const (
	EventClosed = "ledger.closed" // the last record of a log
	EventOpened = "ledger.opened" // the first record of a log that goes on from another

	MemberLog  = "log"  // name of the other log
	MemberKey  = "key"  // vkey of the other log
	MemberSize = "size" // of the other log at its end
	MemberRoot = "root" // of that tree, in base64
	MemberWhy  = "why"  // why the log ended
)

// firstLine begins every receipt; a chain file is receipts one after another.
var firstLine = []byte("c2sp.org/tlog-proof@v1\n")

// Turn is a change from one log to the next as a chain file proves it.
type Turn struct {
	From      string `json:"from"`
	To        string `json:"to"`
	Key       string `json:"key"`       // vkey of the next log
	Size      int64  `json:"size"`      // of the log that ended
	Why       string `json:"why"`       // year, shard, key, key_lost, key_known
	Announced bool   `json:"announced"` // by the log that ended; else only the next one says so
}

// Follow reads a chain file: the receipts of the records with which logs end
// and begin. What it returns trusts, beside the keys of o, the key of each log
// that a trusted one announces with its last record, and holds receipts of a
// log that has ended to the size that it ended with. A change that the old log
// did not announce leads no further: the key of the next log must be among
// those given. Refusals are those of Verify and receipt.refused.chain.
func (o Options) Follow(file []byte) (_ Options, turns []Turn, err error) {
	if len(o.Keys) == 0 {
		return o, nil, errs.New(errs.Invalid, "receipt.chain_key")
	}
	parts, err := receiptsOf(file)
	if err != nil {
		return o, nil, err
	}
	o.Keys, o.Ends = slices.Clone(o.Keys), maps.Clone(o.Ends)
	if o.Ends == nil {
		o.Ends = map[string]int64{}
	}
	for _, part := range parts {
		r, err := Verify(part, Options{Keys: o.Keys})
		if e, ok := err.(*errs.Error); ok && e.Code == "receipt.refused.key_unknown" { //nolint:errorlint // as Verify returns it
			continue // of a log that nobody trusted has announced
		}
		if err != nil {
			return o, nil, err
		}
		t, err := turnOf(r)
		if err != nil {
			return o, nil, err
		}
		if end, known := o.Ends[t.From]; known && end != t.Size {
			return o, nil, refuse("chain")
		}
		o.Ends[t.From] = t.Size
		if r.Event == EventClosed && !slices.Contains(o.Keys, t.Key) {
			o.Keys = append(o.Keys, t.Key)
		}
		if r.Event == EventClosed || !t.Announced {
			turns = append(turns, t)
		}
	}
	return o, turns, nil
}

// receiptsOf takes a chain file apart.
func receiptsOf(file []byte) (out [][]byte, err error) {
	if len(file) > MaxSize {
		return nil, refuse("too_large")
	}
	if !bytes.HasPrefix(file, firstLine) {
		return nil, refuse("chain")
	}
	for len(file) > 0 {
		end := bytes.Index(file[len(firstLine):], append([]byte("\n"), firstLine...))
		if end < 0 {
			return append(out, file), nil
		}
		end += len(firstLine) + 1
		out, file = append(out, file[:end]), file[end:]
	}
	return out, nil
}

// turnOf is what a checked receipt of a chain file says.
func turnOf(r Report) (t Turn, err error) {
	m := r.Members
	t = Turn{From: r.Origin, To: m[MemberLog], Key: m[MemberKey], Size: r.TreeSize, Why: m[MemberWhy], Announced: true}
	switch r.Event {
	case EventClosed:
		if r.Index != r.TreeSize-1 { // something stands behind the end
			return t, refuse("chain")
		}
	case EventOpened:
		t.From, t.To, t.Key, t.Announced = m[MemberLog], r.Origin, r.Key, r.Previous != ""
		if t.Size, err = strconv.ParseInt(m[MemberSize], 10, 64); err != nil || t.Size < 0 || r.Index != 0 {
			return t, refuse("chain")
		}
	default:
		return t, refuse("chain")
	}
	k, err := ParseKey(t.Key)
	if err != nil || k.Name != t.To || t.From == t.To {
		return t, refuse("chain")
	}
	return t, nil
}
