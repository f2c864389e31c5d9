// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

const origin = "log.tarazu.example/2025"

// logKey is a fixed key pair, so that the tests and the documented example
// have the same bytes on every run. It signs nothing real.
type logKey struct {
	vkey string
	note.Signer
}

func newKey(t testing.TB, name string, seed byte) logKey {
	t.Helper()
	priv := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	vkey, err := note.NewEd25519VerifierKey(name, priv.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	k, err := receipt.ParseKey(vkey)
	if err != nil {
		t.Fatal(err)
	}
	skey := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, k.Hash, base64.StdEncoding.EncodeToString(append([]byte{1}, priv.Seed()...)))
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return logKey{vkey: vkey, Signer: s}
}

// sample is a record with every member and its content.
func sample(t testing.TB) (receipt.Record, []byte) {
	t.Helper()
	content, err := receipt.Canonical(map[string]any{
		"form": "petition-debt/1", "claimant": "مریم رضایی", "amount_rials": 1250000000, "attachments": []string{}, "urgent": false, "agent": nil,
	})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	r := receipt.Record{
		ID: "0196b8a4-6f00-7000-8000-000000000001", Issuer: origin, Event: "filing.submitted",
		Time: time.Date(2025, 5, 10, 6, 30, 0, 123000, time.UTC), Subject: "0196b8a4-6f00-7000-8000-0000000000aa",
		Actor: "0196b8a4-6f00-7000-8000-0000000000bb", Role: "citizen", ContentHash: hex.EncodeToString(sum[:]),
		Previous: "0196b8a4-6f00-7000-8000-000000000000", Rule: "cpc-48/1", Reasons: []string{"signed"},
		Members: map[string]string{"tracking": "1404000042"}, RowTag: "00112233445566778899aabbccddeeff",
	}
	for i := range r.Salt {
		r.Salt[i] = byte(i)
	}
	return r, content
}

// tree is a log in memory.
type tree struct {
	hashes []tlog.Hash
	size   int64
}

func (l *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = l.hashes[x]
	}
	return out, nil
}

func (l *tree) add(t testing.TB, leaf []byte) {
	t.Helper()
	h, err := tlog.StoredHashes(l.size, leaf, l)
	if err != nil {
		t.Fatal(err)
	}
	l.hashes = append(l.hashes, h...)
	l.size++
}

// makeReceipt puts r at index in a log of size leaves and writes its receipt.
// The witnesses given sign it, in their order.
func makeReceipt(t testing.TB, k logKey, r receipt.Record, content []byte, index, size int64, by ...witness) []byte {
	t.Helper()
	leaf := r.Encode()
	l := new(tree)
	for i := range size {
		if i == index {
			l.add(t, leaf)
		} else {
			l.add(t, fmt.Appendf(nil, "other leaf %d", i))
		}
	}
	path, err := tlog.ProveRecord(size, index, l)
	if err != nil {
		t.Fatal(err)
	}
	root, err := tlog.TreeHash(size, l)
	if err != nil {
		t.Fatal(err)
	}
	var vkeys []string
	for _, w := range by {
		vkeys = append(vkeys, w.key.VKey)
	}
	extra, err := receipt.FormatExtra(content, k.vkey, leaf, vkeys...)
	if err != nil {
		t.Fatal(err)
	}
	p := receipt.Proof{Extra: extra, Index: index, Path: path, Origin: r.Issuer, Size: size, Root: root, KeyHash: k.KeyHash()}
	sig, err := k.Sign(p.Body())
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Signature[:], sig)
	for _, w := range by {
		p.Cosignatures = append(p.Cosignatures, w.cosign(p.Body()))
	}
	return p.Format()
}

// witness is a fixed key pair of a witness.
type witness struct {
	key  receipt.WitnessKey
	priv ed25519.PrivateKey
}

// witnessTime is when the witnesses of these tests sign.
const witnessTime = 1746858601

func someWitnesses(t testing.TB, n int) []witness {
	t.Helper()
	var out []witness
	for i := range n {
		w := witness{priv: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(0x41 + i)}, ed25519.SeedSize))}
		var err error
		w.key, err = receipt.NewWitnessKey(fmt.Sprintf("witness.example/w%d", i+1), w.priv.Public().(ed25519.PublicKey))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, w)
	}
	return out
}

func (w witness) cosign(body []byte) receipt.Cosignature {
	c := receipt.Cosignature{Name: w.key.Name, KeyHash: w.key.Hash, Time: witnessTime}
	copy(c.Signature[:], ed25519.Sign(w.priv, receipt.CosignedText(body, c.Time)))
	return c
}
