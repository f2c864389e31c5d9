// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Key is a log's public key. Its text form, the vkey, is that of C2SP
// signed-note: name+hash+base64(0x01 || 32 bytes of Ed25519 public key).
type Key struct {
	Name string
	Hash uint32 // first four bytes of SHA-256(name || 0x0A || 0x01 || public key)
	VKey string

	verifier note.Verifier
}

// ParseKey reads a vkey and checks its hash. It fails with errs.Invalid (code
// receipt.key_malformed); only Ed25519 keys of the plain note type are known.
func ParseKey(vkey string) (Key, error) {
	bad := errs.New(errs.Invalid, "receipt.key_malformed")
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return Key{}, bad.Because(err)
	}
	parts := strings.SplitN(vkey, "+", 3) // base64 may hold more of them
	b, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(b) != 1+ed25519.PublicKeySize || !validName(v.Name()) {
		return Key{}, bad
	}
	again, err := note.NewEd25519VerifierKey(v.Name(), ed25519.PublicKey(b[1:]))
	if err != nil || again != vkey { // base64 and the hash can be spelt in more than one way
		return Key{}, bad
	}
	return Key{Name: v.Name(), Hash: v.KeyHash(), VKey: vkey, verifier: v}, nil
}

// ParseKeys reads a key file: one vkey on each line, empty lines and lines
// that begin with # left out. A file without a key is an error.
func ParseKeys(text string) ([]string, error) {
	var keys []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if _, err := ParseKey(line); err != nil {
			return nil, err
		}
		keys = append(keys, line)
	}
	if len(keys) == 0 {
		return nil, errs.New(errs.Invalid, "receipt.key_none")
	}
	return keys, nil
}

// hashText is the key hash as people compare it: eight hexadecimal digits.
func hashText(h uint32) string { return fmt.Sprintf("%08x", h) }
