// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// cosignatureType is the type byte of a key for C2SP tlog-cosignature with
// Ed25519.
const cosignatureType = 0x04

// maxCosignatures is how many witnesses' lines a receipt may have.
const maxCosignatures = 16

// WitnessKey is the public key of a witness. Its text form, the vkey, is that
// of C2SP tlog-cosignature: name+hash+base64(0x04 || 32 bytes of Ed25519 public
// key).
type WitnessKey struct {
	Name string
	Hash uint32 // first four bytes of SHA-256(name || 0x0A || 0x04 || public key)
	VKey string

	public ed25519.PublicKey
}

// NewWitnessKey is the key of the witness called name; errs.Invalid
// (receipt.witness_malformed) if there can be no such name.
func NewWitnessKey(name string, public ed25519.PublicKey) (WitnessKey, error) {
	if !validName(name) || len(public) != ed25519.PublicKeySize {
		return WitnessKey{}, errs.New(errs.Invalid, "receipt.witness_malformed")
	}
	typed := append([]byte{cosignatureType}, public...)
	sum := sha256.Sum256(append([]byte(name+"\n"), typed...))
	k := WitnessKey{Name: name, Hash: binary.BigEndian.Uint32(sum[:]), public: public}
	k.VKey = name + "+" + hashText(k.Hash) + "+" + base64.StdEncoding.EncodeToString(typed)
	return k, nil
}

// ParseWitnessKey reads a vkey in its one spelling and checks its hash. It
// fails with errs.Invalid (receipt.witness_malformed).
func ParseWitnessKey(vkey string) (WitnessKey, error) {
	bad := errs.New(errs.Invalid, "receipt.witness_malformed")
	parts := strings.SplitN(vkey, "+", 3) // base64 may hold more of them
	b, ok := strictBase64(parts[len(parts)-1])
	if len(parts) != 3 || !ok || len(b) != 1+ed25519.PublicKeySize || b[0] != cosignatureType {
		return WitnessKey{}, bad
	}
	k, err := NewWitnessKey(parts[0], ed25519.PublicKey(b[1:]))
	if err != nil || k.VKey != vkey {
		return WitnessKey{}, bad
	}
	return k, nil
}

// Cosignature is one witness's word that, at a time, the tree of a checkpoint
// was the largest it had seen of the log, and held every smaller one it had
// seen.
type Cosignature struct {
	Name      string
	KeyHash   uint32
	Time      int64 // POSIX seconds, by the witness's clock
	Signature [ed25519.SignatureSize]byte
}

// At is the time as such.
func (c Cosignature) At() time.Time { return time.Unix(c.Time, 0).UTC() }

// Line is the note signature line, with its newline.
func (c Cosignature) Line() string {
	b := binary.BigEndian.AppendUint32(nil, c.KeyHash)
	b = binary.BigEndian.AppendUint64(b, uint64(c.Time)) //nolint:gosec // never negative
	return sigPrefix + c.Name + " " + base64.StdEncoding.EncodeToString(append(b, c.Signature[:]...)) + "\n"
}

// ParseCosignature reads a signature line (without its newline) in its one
// spelling. It fails with errs.Invalid, receipt.refused.cosignature.
func ParseCosignature(line string) (c Cosignature, err error) {
	rest, ok := strings.CutPrefix(line, sigPrefix)
	name, text, split := strings.Cut(rest, " ")
	b, decoded := strictBase64(text)
	if !ok || !split || !decoded || !validName(name) || len(b) != 4+8+len(c.Signature) {
		return c, refuse("cosignature")
	}
	c.Name, c.KeyHash = name, binary.BigEndian.Uint32(b)
	at := binary.BigEndian.Uint64(b[4:])
	if c.Time = int64(at); c.Time < 0 { //nolint:gosec // checked
		return c, refuse("cosignature")
	}
	copy(c.Signature[:], b[12:])
	return c, nil
}

// CosignedText is what a witness signs: the header, the time, and the body of
// the checkpoint (three lines).
func CosignedText(body []byte, at int64) []byte {
	var b bytes.Buffer
	b.WriteString("cosignature/v1\ntime " + strconv.FormatInt(at, 10) + "\n")
	b.Write(body)
	return b.Bytes()
}

// Verify tells whether c is this witness's, over the checkpoint's body.
func (k WitnessKey) Verify(body []byte, c Cosignature) bool {
	return c.Name == k.Name && c.KeyHash == k.Hash && c.Time >= 0 &&
		ed25519.Verify(k.public, CosignedText(body, c.Time), c.Signature[:])
}

// Witnessed is a witness's signature in a receipt. That it fits the key in the
// file was checked; that the key is that witness's only if it is trusted.
type Witnessed struct {
	Name    string    `json:"name"`
	Key     string    `json:"key"` // the vkey in the file
	Time    time.Time `json:"time"`
	Trusted bool      `json:"trusted"`
}

// checkWitnesses holds every cosignature to the key that the file names for it,
// and counts those of witnesses that are trusted.
func checkWitnesses(p *Proof, vkeys []string, trusted []WitnessKey, quorum int) ([]Witnessed, error) {
	if len(vkeys) != len(p.Cosignatures) {
		return nil, refuse("cosignature")
	}
	body, known := p.Body(), 0
	var out []Witnessed
	for i, c := range p.Cosignatures {
		k, err := ParseWitnessKey(vkeys[i])
		if err != nil {
			return nil, refuse("cosignature").Because(err)
		}
		if !k.Verify(body, c) {
			return nil, refuse("cosignature")
		}
		w := Witnessed{Name: k.Name, Key: k.VKey, Time: c.At()}
		for _, t := range trusted {
			w.Trusted = w.Trusted || t.VKey == k.VKey
		}
		if w.Trusted {
			known++
		}
		out = append(out, w)
	}
	if known < quorum {
		return nil, refuse("quorum", "have", known, "need", quorum)
	}
	return out, nil
}
