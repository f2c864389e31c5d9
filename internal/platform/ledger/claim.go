// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// KeyError says that a log cannot go on with the key file that is there, or is
// not there. A new key would be a second history under the same name, so none
// is made. Its text tells the operator what to do.
type KeyError struct {
	Origin  string // the log
	File    string // where its key should be
	Missing bool   // there is no file
	Of      string // the log that the key in the file belongs to, if that is another one
}

// Error is a sentence for the operator.
func (e *KeyError) Error() string {
	const mend = "put the copy of its key file back (mode 0600); if there is no copy, set a new ledger.origin and another ledger.key_file (docs/runbooks/keys.md)"
	switch {
	case e.Missing:
		return fmt.Sprintf("the key of the evidence log %q is not at %s: %s", e.Origin, e.File, mend)
	case e.Of != "":
		return fmt.Sprintf("the key at %s is that of the evidence log %q, and ledger.origin is %q: set ledger.origin back, or name another ledger.key_file", e.File, e.Of, e.Origin)
	}
	return fmt.Sprintf("the key at %s is not the one that signs the evidence log %q of this database: %s", e.File, e.Origin, mend)
}

// OpenKey is the key with which a process may write to the log called origin in
// db. The first process that asks for it makes the key and claims the name for
// it in the database. From then on only that key will do: a missing or another
// one is a *KeyError, and no file is made or left behind.
func OpenKey(ctx context.Context, db *store.DB, path, origin string) (_ Key, err error) {
	defer errs.Wrap(&err, "ledger.OpenKey")
	h, found, err := store.Find[head](ctx, db, sqlHead, origin)
	if err != nil {
		return Key{}, err
	}
	if found {
		k, err := LoadKey(path, origin)
		return k.of(h, path, err)
	}
	fresh := missing(path)
	k, err := LoadOrCreateKey(path, origin)
	if err != nil {
		return Key{}, err
	}
	h, err = claimName(ctx, db, origin, k.vkey)
	if err != nil {
		return Key{}, err // the key stays: nobody knows whether the claim went through
	}
	k, err = k.of(h, path, nil)
	if err != nil && fresh { // another machine claimed the name first
		if rerr := os.Remove(path); !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}
	return k, err
}

// of is the key if it is that of the head.
func (k Key) of(h head, path string, err error) (Key, error) {
	if err == nil && k.vkey != h.VKey {
		err = &KeyError{Origin: h.Origin, File: path}
	}
	if err != nil {
		return Key{}, err
	}
	return k, nil
}

// claimName writes the head of an empty log unless there is one, and returns
// what is there then.
func claimName(ctx context.Context, db *store.DB, origin, vkey string) (head, error) {
	empty, err := tlog.TreeHash(0, nil)
	if err != nil {
		return head{}, err
	}
	err = db.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlHeadNew, origin, vkey, empty[:], []byte{})
	})
	if err != nil {
		return head{}, err
	}
	return store.One[head](ctx, db, sqlHead, origin)
}
