// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// Key is a log's key pair: an Ed25519 key in the form of C2SP signed-note.
type Key struct {
	signer note.Signer
	vkey   string
	skey   string // the secret text
}

// Signer signs checkpoints.
func (k Key) Signer() note.Signer { return k.signer }

// VKey is the public key to publish: name+hash+base64.
func (k Key) VKey() string { return k.vkey }

// NewKey makes a key pair for the log called origin and returns it with its
// secret text, which LoadOrCreateKey keeps.
func NewKey(origin string) (_ Key, skey string, err error) {
	defer errs.Wrap(&err, "ledger.NewKey")
	skey, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return Key{}, "", err
	}
	k, err := readKey(skey + "\n" + vkey + "\n")
	return k, skey, err
}

// LoadKey reads the key at path. The file has two lines, the secret key and the
// public one, and may be read by its owner only (0600): a file that others may
// read is refused. A key that is not there, or is that of another log, is a
// *KeyError.
func LoadKey(path, origin string) (k Key, err error) {
	defer errs.Wrap(&err, "ledger.LoadKey")
	k, err = loadKey(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = &KeyError{Origin: origin, File: path, Missing: true}
	case err == nil && k.signer.Name() != origin:
		err = &KeyError{Origin: origin, File: path, Of: k.signer.Name()}
	}
	if err != nil {
		return Key{}, err
	}
	return k, nil
}

// LoadOrCreateKey is LoadKey for a log that may be new: where no file is, it
// makes a key. Two processes that start at once end up with the same key. On a
// database that may hold the log already, use OpenKey.
func LoadOrCreateKey(path, origin string) (k Key, err error) {
	defer errs.Wrap(&err, "ledger.LoadOrCreateKey")
	if missing(path) {
		if err := createKey(path, origin); err != nil {
			return Key{}, err
		}
	}
	return LoadKey(path, origin)
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

func loadKey(path string) (Key, error) {
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
	return readKey(string(text))
}

// readKey reads both lines and makes sure that they belong together.
func readKey(text string) (Key, error) {
	skey, rest, _ := strings.Cut(text, "\n")
	vkey := strings.TrimSuffix(rest, "\n")
	s, err := note.NewSigner(skey)
	if err != nil {
		return Key{}, errors.New("the key file is not a log's key") // the cause could show the secret
	}
	return Key{signer: s, vkey: vkey, skey: skey}, pairFits(s, vkey)
}

// createKey writes a new key whole or not at all, and never over another.
func createKey(path, origin string) error {
	k, skey, err := NewKey(origin)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(skey + "\n" + k.vkey + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
			err = nil // another process was faster
		}
	}
	return errors.Join(err, os.Remove(f.Name()))
}

// pairFits makes sure that what s signs, vkey accepts.
func pairFits(s note.Signer, vkey string) error {
	k, err := receipt.ParseKey(vkey)
	if err != nil {
		return err
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	probe := []byte("tarazu ledger key probe\n")
	sig, err := s.Sign(probe)
	if err != nil {
		return err
	}
	if k.Name != s.Name() || k.Hash != s.KeyHash() || !v.Verify(probe, sig) {
		return errors.New("the public key is not that of the secret key")
	}
	return nil
}
