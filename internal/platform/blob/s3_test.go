// SPDX-License-Identifier: Apache-2.0

package blob_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/blob/blobtest"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// s3 opens a store as the program does it: with the address that the
// configuration has.
func s3(t *testing.T, srv *blobtest.Server) *blob.Store {
	t.Helper()
	cfg, err := config.Load("", []string{"TARAZU_BLOBS_URL=" + srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	s, err := blob.Open(t.Context(), cfg.Blobs.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// TestDamagedS3: bytes that were changed or lost in the store are noticed, and
// the log has the key.
func TestDamagedS3(t *testing.T) {
	t.Parallel()
	srv := blobtest.S3(t)
	s, b := s3(t, srv), []byte("a signed paper")
	sum := blob.Sum(b)
	key := blob.Key("filing", "owner", sum)
	if err := s.Put(t.Context(), key, b); err != nil {
		t.Fatal(err)
	}
	noticed := func(what string, done error) {
		t.Helper()
		if done != nil {
			t.Fatal(done)
		}
		if _, err := s.Get(t.Context(), key, sum); !errs.Is(err, errs.Internal) || !strings.Contains(err.Error(), key+what) {
			t.Errorf("a blob that%s: %v", what, err)
		}
	}
	noticed(" was changed", srv.Damage(key, []byte("a signed paper!")))
	noticed(" is gone", srv.Lose(key))
}

// TestFailingS3: whatever is wrong with the store, every act says that it does
// not answer and the log why; what was kept is there when it answers again, and
// what was refused is not.
func TestFailingS3(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		fault blobtest.Fault
		why   string
	}{
		"denied": {blobtest.Denied, "403"},
		"busy":   {blobtest.Busy, "503"},
		"silent": {blobtest.Silent, "the store took too long"},
		"torn":   {blobtest.Torn, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := blobtest.S3(t)
			s, ctx := s3(t, srv), t.Context()
			b := []byte("what was attached before")
			sum := blob.Sum(b)
			key := blob.Key("filing", "owner", sum)
			if err := s.Put(ctx, key, b); err != nil {
				t.Fatal(err)
			}
			if x.fault == blobtest.Silent {
				s.SetPatience(200 * time.Millisecond)
			}
			srv.Fail(x.fault)
			failed := func(act string, err error) {
				t.Helper()
				if !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), x.why) || strings.Contains(err.Error(), "of-no-use-elsewhere") {
					t.Errorf("%s: %v", act, err)
				}
			}
			_, err := s.Get(ctx, key, sum)
			failed("get", err)
			failed("put", s.Put(ctx, blob.Key("filing", "owner", sum), b))
			if x.fault == blobtest.Denied || x.fault == blobtest.Silent { // the others are tried again, with pauses
				_, err := s.Sweep(ctx, "filing", -time.Hour, func(context.Context, []string) (map[string]bool, error) { return nil, nil })
				failed("sweep", err)
				short, cancel := context.WithTimeout(ctx, 200*time.Millisecond) // as /readyz asks
				defer cancel()
				if s.Ping(short) == nil {
					t.Error("it is said to be ready")
				}
			}

			srv.Fail(blobtest.None)
			s.SetPatience(time.Minute)
			if err := s.Ping(ctx); err != nil {
				t.Error(err)
			}
			if got, err := s.Get(ctx, key, sum); err != nil || string(got) != string(b) {
				t.Errorf("what was kept: %q, %v", got, err)
			}
			if keys, err := srv.Keys(); x.fault != blobtest.Torn && (err != nil || !slices.Equal(keys, []string{key})) {
				t.Errorf("the store has %v, %v", keys, err)
			}
		})
	}
}

// TestStoppedS3: a store at whose address nobody is.
func TestStoppedS3(t *testing.T) {
	t.Parallel()
	srv := blobtest.S3(t)
	s := s3(t, srv)
	srv.Stop()
	for act, err := range map[string]error{"put": s.Put(t.Context(), "filing/o/k", nil), "ping": s.Ping(t.Context())} {
		if err == nil || !strings.Contains(err.Error(), "refused") {
			t.Errorf("%s: %v", act, err)
		}
	}
}

// TestMisunderstoodS3: a store that keeps the client's framing as if it were the
// file is found out while the file is still in somebody's hands.
func TestMisunderstoodS3(t *testing.T) {
	t.Parallel()
	srv := blobtest.S3(t)
	srv.URL += "&request_checksum_calculation=when_supported" // gofakes3 is such a store
	b := []byte("a file")
	err := s3(t, srv).Put(t.Context(), blob.Key("filing", "owner", blob.Sum(b)), b)
	if !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), "other bytes") {
		t.Errorf("put: %v", err)
	}
}

// TestWrongS3: a bucket that is not there, and settings that the client does
// not know, are told before anything is kept.
func TestWrongS3(t *testing.T) {
	t.Parallel()
	srv := blobtest.S3(t)
	s, err := blob.Open(t.Context(), strings.Replace(srv.URL, "tarazu-blobs", "other", 1))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Ping(t.Context()); err == nil {
		t.Error("a bucket that is not there answers")
	}
	if err := s.Put(t.Context(), "filing/o/k", nil); !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), "NoSuchBucket") {
		t.Errorf("put into no bucket: %v", err)
	}
	if _, err := blob.Open(t.Context(), srv.URL+"&pathstyle=true"); err == nil || !strings.Contains(err.Error(), "pathstyle") {
		t.Errorf("an unknown setting: %v", err)
	}
}
