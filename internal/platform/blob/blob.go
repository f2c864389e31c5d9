// SPDX-License-Identifier: Apache-2.0

package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/blob/memblob"
	_ "gocloud.dev/blob/s3blob" // s3://
	"gocloud.dev/gcerrors"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// patience is how long one act on one blob may take, with all that the client
// tries again: somebody is waiting for it.
const patience = 30 * time.Second

// errSilent is the cause in the log when it was not enough.
var errSilent = errors.New("the store took too long")

// Store is an open store of blobs, safe for concurrent use.
type Store struct {
	bucket   *blob.Bucket
	dir      string // of a store in a folder; else ""
	patience time.Duration
}

// Open opens the store at address: "file:FOLDER", which is made if it is not
// there, "s3://BUCKET?region=…", or "mem:" for tests.
func Open(ctx context.Context, address string) (_ *Store, err error) {
	defer errs.Wrap(&err, "blob.Open")
	dir, isFile := strings.CutPrefix(address, "file:")
	switch {
	case address == "mem:":
		return &Store{bucket: memblob.OpenBucket(nil), patience: patience}, nil
	case isFile:
		if dir, err = filepath.Abs(dir); err != nil {
			return nil, err
		}
		b, err := fileblob.OpenBucket(dir, &fileblob.Options{
			CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite,
		})
		if err != nil {
			return nil, err
		}
		return &Store{bucket: b, dir: dir, patience: patience}, nil
	case strings.HasPrefix(address, "s3://"):
		if address, err = plainly(address); err != nil {
			return nil, err
		}
		b, err := blob.OpenBucket(ctx, address)
		if err != nil {
			return nil, err
		}
		return &Store{bucket: b, patience: patience}, nil
	}
	return nil, errors.New(`the address must start with "file:" or "s3://"`)
}

// plainly has the client of an S3 store send bytes as they are. By itself it
// would frame them with a checksum behind, which stores older than 2024 keep as
// if it were the file; ours is compared all the same.
func plainly(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	q := u.Query()
	for _, k := range []string{"request_checksum_calculation", "response_checksum_validation"} {
		if !q.Has(k) {
			q.Set(k, "when_required")
		}
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// Close ends the use of the store.
func (s *Store) Close() error { return s.bucket.Close() }

// Ping asks whether the store answers; of a folder, whether it takes files.
func (s *Store) Ping(ctx context.Context) error {
	if s.dir != "" {
		f, err := os.CreateTemp(s.dir, ".ping-*")
		if err != nil {
			return err
		}
		return errors.Join(f.Close(), os.Remove(f.Name()))
	}
	ok, err := s.bucket.IsAccessible(ctx)
	if err == nil && !ok {
		err = errors.New("the store is not there")
	}
	return err
}

// Sum is the hexadecimal SHA-256 of b, as keys and rows have it.
func Sum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Key makes a new key for bytes with this Sum that belong to an owner of a
// module.
func Key(module, owner, sum string) string {
	return module + "/" + Sum([]byte(owner))[:32] + "/" + sum + "-" + hex.EncodeToString(id.Bytes(4))
}

// Put writes b under key and returns when it is durable: synced in a folder, read
// back from a store elsewhere. Never call it in a transaction.
func (s *Store) Put(ctx context.Context, key string, b []byte) (err error) {
	defer errs.Wrap(&err, "blob.Put")
	ctx, cancel := context.WithTimeoutCause(ctx, s.patience, errSilent)
	defer cancel()
	if err := s.bucket.WriteAll(ctx, key, b, &blob.WriterOptions{ContentType: "application/octet-stream"}); err != nil {
		return away(ctx, err)
	}
	if s.dir != "" {
		return s.sync(key)
	}
	back, err := s.bucket.ReadAll(ctx, key)
	if err == nil && !bytes.Equal(back, b) {
		err = fmt.Errorf("the store gave other bytes back for %s", key)
	}
	if err != nil {
		return away(ctx, err)
	}
	return nil
}

// sync makes the file of a key, and its name in every folder above it, survive
// a power cut; the folder store itself leaves them to the system's cache.
func (s *Store) sync(key string) error {
	path := filepath.Join(s.dir, filepath.FromSlash(key))
	for ; len(path) >= len(s.dir); path = filepath.Dir(path) {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// Get reads the blob of a key and compares it with its Sum. Bytes that are gone
// or changed are an errs.Internal: somebody was promised that they are kept.
func (s *Store) Get(ctx context.Context, key, sum string) (_ []byte, err error) {
	defer errs.Wrap(&err, "blob.Get")
	ctx, cancel := context.WithTimeoutCause(ctx, s.patience, errSilent)
	defer cancel()
	b, err := s.bucket.ReadAll(ctx, key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, errs.New(errs.Internal, "").Because(fmt.Errorf("the blob %s is gone", key))
	}
	if err != nil {
		return nil, away(ctx, err)
	}
	if Sum(b) != sum {
		return nil, errs.New(errs.Internal, "").Because(fmt.Errorf("the blob %s was changed", key))
	}
	return b, nil
}

// away is the error of a store that does not answer, or not in time.
func away(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	return errs.New(errs.Unavailable, "").Because(err)
}

// sweepBatch is how many keys are asked about at once.
const sweepBatch = 200

// Sweep removes the blobs of a module that were written longer than age ago and
// that it does not need. needed answers for a batch of keys.
func (s *Store) Sweep(ctx context.Context, module string, age time.Duration, needed func(ctx context.Context, keys []string) (map[string]bool, error)) (removed int, err error) {
	defer errs.Wrap(&err, "blob.Sweep")
	before := time.Now().Add(-age) // the store has a clock of its own, which is not the program's
	var keys []string
	flush := func() error {
		if len(keys) == 0 {
			return nil
		}
		keep, err := needed(ctx, keys)
		if err != nil {
			return err
		}
		for _, k := range keys {
			if keep[k] {
				continue
			}
			if err := s.remove(ctx, k); err != nil {
				return err
			}
			removed++
		}
		keys = keys[:0]
		return nil
	}
	list := s.bucket.List(&blob.ListOptions{Prefix: module + "/"})
	for {
		o, err := s.next(ctx, list)
		if errors.Is(err, io.EOF) {
			return removed, flush()
		}
		if err != nil {
			return removed, err
		}
		if o.IsDir || !o.ModTime.Before(before) {
			continue
		}
		if keys = append(keys, o.Key); len(keys) == sweepBatch {
			if err := flush(); err != nil {
				return removed, err
			}
		}
	}
}

func (s *Store) remove(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.patience, errSilent)
	defer cancel()
	if err := s.bucket.Delete(ctx, key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return away(ctx, err)
	}
	return nil
}

func (s *Store) next(ctx context.Context, list *blob.ListIterator) (*blob.ListObject, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.patience, errSilent)
	defer cancel()
	o, err := list.Next(ctx)
	if err != nil && !errors.Is(err, io.EOF) {
		err = away(ctx, err)
	}
	return o, err
}
