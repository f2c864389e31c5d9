// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// Key is a witness's key pair.
type Key struct {
	public  receipt.WitnessKey
	private ed25519.PrivateKey
}

// VKey is the public key to give to the logs and to everybody who checks
// receipts.
func (k Key) VKey() string { return k.public.VKey }

// Cosign signs the body of a checkpoint for a time in POSIX seconds.
func (k Key) Cosign(body []byte, at int64) receipt.Cosignature {
	c := receipt.Cosignature{Name: k.public.Name, KeyHash: k.public.Hash, Time: at}
	copy(c.Signature[:], ed25519.Sign(k.private, receipt.CosignedText(body, at)))
	return c
}

// NewKey makes a key pair for the witness called name.
func NewKey(name string) (Key, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Key{}, err
	}
	return keyOf(name, private)
}

func keyOf(name string, private ed25519.PrivateKey) (Key, error) {
	public, err := receipt.NewWitnessKey(name, private.Public().(ed25519.PublicKey))
	return Key{public: public, private: private}, err
}

// keyWord begins the secret line of a key file.
const keyWord = "TARAZU-WITNESS-KEY"

// OpenKey reads the key of the witness called name at path, or makes it where
// no file is. Only its owner may be able to read it (mode 0600).
func OpenKey(path, name string) (k Key, err error) {
	defer errs.Wrap(&err, "witness.OpenKey")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := createKey(path, name); err != nil {
			return Key{}, err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return Key{}, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return Key{}, errors.New("the key file may be read by others; its mode must be 0600")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Key{}, err
	}
	bad := errors.New("the key file is not a witness's key") // the cause could show the secret
	f := strings.Fields(string(text))
	if len(f) != 4 || f[0] != keyWord {
		return Key{}, bad
	}
	seed, err := base64.StdEncoding.Strict().DecodeString(f[2])
	if err != nil || len(seed) != ed25519.SeedSize {
		return Key{}, bad
	}
	if k, err = keyOf(f[1], ed25519.NewKeyFromSeed(seed)); err != nil || k.VKey() != f[3] {
		return Key{}, bad
	}
	if f[1] != name {
		return Key{}, errors.New("the key file is that of the witness " + f[1])
	}
	return k, nil
}

// createKey writes a new key whole or not at all, and never over another.
func createKey(path, name string) error {
	k, err := NewKey(name)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(keyWord + " " + name + " " + base64.StdEncoding.EncodeToString(k.private.Seed()) + "\n" + k.VKey() + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
			err = nil // another process was faster
		}
	}
	return errors.Join(err, os.Remove(f.Name()))
}
