// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// TestWitnesses: what a receipt with witnesses proves depends on the keys that
// the reader brings.
func TestWitnesses(t *testing.T) {
	t.Parallel()
	k := newKey(t, origin, 1)
	rec, content := sample(t)
	w := someWitnesses(t, 4)
	file := makeReceipt(t, k, rec, content, 2, 5, w[:3]...)
	vkeys := func(list ...witness) (out []string) {
		for _, x := range list {
			out = append(out, x.key.VKey)
		}
		return out
	}
	for name, c := range map[string]struct {
		witnesses []string
		quorum    int
		refused   string
		proved    bool
		not       string // in NotProved
		trusted   int
	}{
		"no key of a witness":          {nil, 0, "", false, receipt.NotProvedWitness, 0},
		"two of two":                   {vkeys(w[0], w[2]), 2, "", true, receipt.NotProvedTimeBy, 2},
		"two of three, one a stranger": {vkeys(w[0], w[1], w[3]), 2, "", true, receipt.NotProvedTimeBy, 2},
		"too few":                      {vkeys(w[0], w[3]), 2, "receipt.refused.quorum", false, "", 0},
		"only strangers":               {vkeys(w[3]), 1, "receipt.refused.quorum", false, "", 0},
		"strangers, none asked for":    {vkeys(w[3]), 0, "", false, receipt.NotProvedWitness, 0},
		"a log's key":                  {[]string{k.vkey}, 1, "receipt.witness_malformed", false, "", 0},
	} {
		r, err := receipt.Verify(file, receipt.Options{Keys: []string{k.vkey}, Witnesses: c.witnesses, Quorum: c.quorum})
		if codeOf(err) != c.refused {
			t.Errorf("%s: %v, want %q", name, err, c.refused)
		}
		if c.refused != "" {
			continue
		}
		trusted := 0
		for i, got := range r.Witnesses {
			if got.Name != w[i].key.Name || got.Key != w[i].key.VKey || !got.Time.Equal(time.Unix(witnessTime, 0)) {
				t.Errorf("%s: witness %+v", name, got)
			}
			if got.Trusted {
				trusted++
			}
		}
		if len(r.Witnesses) != 3 || trusted != c.trusted || slices.Contains(r.Proved, receipt.ProvedOneView) != c.proved || !slices.Contains(r.NotProved, c.not) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	plain := makeReceipt(t, k, rec, content, 2, 5)
	if _, err := receipt.Verify(plain, receipt.Options{Witnesses: vkeys(w[0]), Quorum: 1}); codeOf(err) != "receipt.refused.quorum" {
		t.Errorf("a receipt without witnesses: %v", err)
	}
}

// TestWitnessKeys: a key has one spelling, and its hash is that of C2SP
// tlog-cosignature.
func TestWitnessKeys(t *testing.T) {
	t.Parallel()
	good := someWitnesses(t, 1)[0].key.VKey
	if k, err := receipt.ParseWitnessKey(good); err != nil || k.VKey != good || k.Name != "witness.example/w1" {
		t.Fatalf("%+v, %v", k, err)
	}
	for _, bad := range []string{
		"", "a+b", strings.Replace(good, "w1", "w2", 1), strings.ToUpper(good), good + "=", strings.TrimSuffix(good, good[len(good)-1:]) + "B", " " + good,
		newKey(t, origin, 1).vkey,
	} {
		if _, err := receipt.ParseWitnessKey(bad); codeOf(err) != "receipt.witness_malformed" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestVerifyCommandWithWitnesses is what somebody sees who runs it.
func TestVerifyCommandWithWitnesses(t *testing.T) {
	t.Parallel()
	k := newKey(t, origin, 1)
	rec, content := sample(t)
	w := someWitnesses(t, 3)
	path := filepath.Join(t.TempDir(), "r.tlog-proof")
	if err := os.WriteFile(path, makeReceipt(t, k, rec, content, 2, 5, w[:2]...), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{nil, receipt.ExitGood, "not checked, you gave no key of it"},
		{[]string{"--witness", w[0].key.VKey}, receipt.ExitGood, "its key is one you gave"},
		{[]string{"--witness", w[0].key.VKey, "--witness", w[1].key.VKey, "--quorum", "2"}, receipt.ExitGood, "Enough of the independent witnesses"},
		{[]string{"--witness", w[0].key.VKey, "--witness", w[2].key.VKey, "--quorum", "2"}, receipt.ExitRefused, "Only 1 of the witnesses"},
		{[]string{"--witness", w[0].key.VKey, "--witness", w[0].key.VKey, "--quorum", "2"}, receipt.ExitUsage, ""},
		{[]string{"--quorum", "1"}, receipt.ExitUsage, ""},
		{[]string{"--witness", "nonsense"}, receipt.ExitUsage, ""},
	} {
		var out, errOut bytes.Buffer
		args := append(append([]string{"--key", k.vkey}, c.args...), path)
		if code := receipt.Command(args, &out, &errOut); code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%v: %d\n%s%s", c.args, code, &out, &errOut)
		}
	}
}

// FuzzParseCosignature: whatever line is accepted is the one that is written.
func FuzzParseCosignature(f *testing.F) {
	w := someWitnesses(f, 1)[0]
	f.Add(strings.TrimSuffix(w.cosign([]byte("a\n1\nb\n")).Line(), "\n"))
	f.Add("— a b")
	f.Add("— witness.example/w1 " + strings.Repeat("A", 102) + "==")
	f.Fuzz(func(t *testing.T, line string) {
		if c, err := receipt.ParseCosignature(line); err == nil && c.Line() != line+"\n" {
			t.Errorf("%q is written %q", line, c.Line())
		}
	})
}
