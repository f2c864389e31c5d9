// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// As is the same secret as the key of another log: the name is part of what is
// signed and of the public key, so neither can be taken for the other.
func (k Key) As(origin string) (_ Key, err error) {
	defer errs.Wrap(&err, "ledger.Key.As")
	bad := errors.New("this key has no secret text") // the cause could show the secret
	parts := strings.SplitN(k.skey, "+", 5)
	b, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(parts) != 5 || len(b) != 1+ed25519.SeedSize {
		return Key{}, bad
	}
	public, ok := ed25519.NewKeyFromSeed(b[1:]).Public().(ed25519.PublicKey)
	if !ok {
		return Key{}, bad
	}
	vkey, err := note.NewEd25519VerifierKey(origin, public)
	if err != nil {
		return Key{}, err
	}
	hash := strings.SplitN(vkey, "+", 3)[1]
	return readKey(strings.Join([]string{parts[0], parts[1], origin, hash, parts[4]}, "+") + "\n" + vkey + "\n")
}

// publicOf is the part of a vkey that does not depend on the log's name.
func publicOf(vkey string) string {
	parts := strings.SplitN(vkey, "+", 3)
	return parts[len(parts)-1]
}

// Ring is the key files of a chain of logs: that of the first log, and beside
// it, with a number in their names, those that a change of the key has made.
type Ring struct {
	path string // of the first log's
}

// NewRing names the key file of the first log.
func NewRing(path string) Ring { return Ring{path: path} }

// Prepare is a key for the log called origin that none of the logs has: the
// one that an earlier call has left, or a new one in a file of its own.
func (r Ring) Prepare(logs []Log, origin string) (_ Key, file string, err error) {
	defer errs.Wrap(&err, "ledger.Ring.Prepare")
	for _, file := range r.files() {
		k, err := loadKey(file)
		if err != nil || slices.ContainsFunc(logs, func(g Log) bool { return publicOf(g.VKey) == publicOf(k.vkey) }) {
			continue
		}
		k, err = k.As(origin)
		return k, file, err
	}
	ext := filepath.Ext(r.path)
	for n := len(logs) + 1; ; n++ {
		file = strings.TrimSuffix(r.path, ext) + "-" + strconv.Itoa(n) + ext
		if missing(file) {
			break
		}
	}
	k, err := LoadOrCreateKey(file, origin)
	return k, file, err
}

// files are those that are there, the first log's first.
func (r Ring) files() []string {
	ext := filepath.Ext(r.path)
	more, err := filepath.Glob(strings.TrimSuffix(r.path, ext) + "-*" + ext)
	if err != nil {
		more = nil // the folder's name has a bracket in it
	}
	return append([]string{r.path}, more...)
}

// Key finds the key of a log by its public key, whatever log it was made for.
func (r Ring) Key(vkey string) (_ Key, err error) {
	defer errs.Wrap(&err, "ledger.Ring.Key")
	name, _, _ := strings.Cut(vkey, "+")
	for _, file := range r.files() {
		k, err := loadKey(file)
		if err != nil || publicOf(k.vkey) != publicOf(vkey) {
			continue // a file that cannot be read is no reason not to look into the others
		}
		if k, err = k.As(name); err == nil && k.vkey == vkey {
			return k, nil
		}
	}
	return Key{}, &KeyError{Origin: name, File: filepath.Dir(r.path), Missing: true}
}

// Opened is what a process needs to write to a chain of logs.
type Opened struct {
	First  Key // of the first log; without a signer if its key is not there
	Newest Key // of the newest one
	Ring   Ring
}

// OpenChain is OpenKey for a chain of logs: the first process makes the first
// key. From then on the key of the newest log must be there, and only that.
func OpenChain(ctx context.Context, db *store.DB, path, origin string) (o Opened, err error) {
	defer errs.Wrap(&err, "ledger.OpenChain")
	return openChain(ctx, db, path, origin, func() (Key, error) { return OpenKey(ctx, db, path, origin) })
}

// ReadChain is OpenChain for whoever only reads, or writes what needs no old
// key: nothing is made. Beside a *KeyError it returns what is there.
func ReadChain(ctx context.Context, db *store.DB, path, origin string) (o Opened, err error) {
	defer errs.Wrap(&err, "ledger.ReadChain")
	return openChain(ctx, db, path, origin, func() (Key, error) {
		h, found, err := store.Find[head](ctx, db, sqlHead, origin)
		if err != nil {
			return Key{}, err
		}
		k, err := LoadKey(path, origin)
		if found {
			if k, err = k.of(h, path, err); err != nil {
				k = Key{vkey: h.VKey}
			}
		}
		return k, err
	})
}

func openChain(ctx context.Context, db *store.DB, path, origin string, only func() (Key, error)) (o Opened, err error) {
	o.Ring = NewRing(path)
	all, err := store.All[Log](ctx, db, sqlShards)
	if err != nil {
		return o, err
	}
	list := chainOf(all, origin)
	if len(list) == 0 {
		if i := slices.IndexFunc(all, func(g Log) bool { return g.Next == origin }); i >= 0 {
			return o, fmt.Errorf("ledger.origin is %q, which goes on from %q: set ledger.origin to the first log of the chain", origin, all[i].Origin)
		}
	}
	if len(list) <= 1 {
		o.First, err = only()
		o.Newest = o.First
		return o, err
	}
	first, newest := list[0], list[len(list)-1]
	if o.First, err = o.Ring.Key(first.VKey); err != nil {
		o.First = Key{vkey: first.VKey} // kept for nothing
	}
	if o.Newest, err = o.Ring.Key(newest.VKey); err != nil {
		o.Newest = Key{vkey: newest.VKey}
	}
	return o, err
}
