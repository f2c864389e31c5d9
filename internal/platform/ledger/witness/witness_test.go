// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// fakeLog is a log in memory that can sign whatever it likes.
type fakeLog struct {
	vkey   string
	signer note.Signer
	hashes []tlog.Hash
	n      int64
}

func newLog(t testing.TB, origin string) *fakeLog {
	t.Helper()
	skey, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return &fakeLog{vkey: vkey, signer: s}
}

func (l *fakeLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = l.hashes[x]
	}
	return out, nil
}

// grow appends leaves of a kind, so that two logs can differ.
func (l *fakeLog) grow(t testing.TB, n int, kind string) {
	t.Helper()
	for range n {
		h, err := tlog.StoredHashes(l.n, fmt.Appendf(nil, "%s %d", kind, l.n), l)
		if err != nil {
			t.Fatal(err)
		}
		l.hashes = append(l.hashes, h...)
		l.n++
	}
}

// checkpoint signs the tree of a size.
func (l *fakeLog) checkpoint(t testing.TB, size int64) string {
	t.Helper()
	root, err := tlog.TreeHash(size, l)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", l.signer.Name(), size, root)}, l.signer)
	if err != nil {
		t.Fatal(err)
	}
	return string(msg)
}

// request is an honest submission from old to size.
func (l *fakeLog) request(t testing.TB, old, size int64) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "old %d\n", old)
	if 0 < old && old < size {
		p, err := tlog.ProveTree(size, old, l)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range p {
			b.WriteString(h.String() + "\n")
		}
	}
	return b.String() + "\n" + l.checkpoint(t, size)
}

func openDB(t testing.TB, dir string, clk clock.Clock) *store.DB {
	t.Helper()
	dsn := "sqlite:" + filepath.Join(dir, "witness.db")
	if _, err := store.Migrate(t.Context(), dsn, Migrations); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), dsn, store.Options{Clock: clk})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func newWitness(t testing.TB, logs ...string) (*Server, *clock.Fake) {
	t.Helper()
	clk := clock.NewFake(time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC))
	k, err := NewKey("witness.example/w1")
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Deps{DB: openDB(t, t.TempDir(), clk), Clock: clk, Key: k, Logs: logs})
	if err != nil {
		t.Fatal(err)
	}
	return s, clk
}

func post(t testing.TB, s http.Handler, body string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/add-checkpoint", strings.NewReader(body)))
	return w
}

// TestAddCheckpoint walks through every answer of the specification.
func TestAddCheckpoint(t *testing.T) {
	t.Parallel()
	l, liar := newLog(t, "log.example/1"), newLog(t, "log.example/1")
	liar.signer, liar.vkey = l.signer, l.vkey // the same owner, another history
	l.grow(t, 20, "true")
	liar.grow(t, 30, "false")
	unknown := newLog(t, "log.example/2")
	unknown.grow(t, 3, "x")
	forger := newLog(t, "log.example/1")
	forger.grow(t, 20, "true")
	s, clk := newWitness(t, l.vkey)
	key, err := receipt.ParseWitnessKey(s.VKey())
	if err != nil {
		t.Fatal(err)
	}
	seen := func(want int64) {
		t.Helper()
		if got, err := s.Seen(t.Context(), "log.example/1"); err != nil || got != want {
			t.Errorf("it has cosigned %d, %v; want %d", got, err, want)
		}
	}
	good := l.request(t, 5, 12)
	for _, c := range []struct {
		name, body string
		status     int
		size       string // of a conflict
		seen       int64
	}{
		{"nothing", "", 400, "", 0},
		{"no old line", "\n" + l.checkpoint(t, 5), 400, "", 0},
		{"old size with a zero before", strings.Replace(l.request(t, 0, 5), "old 0", "old 00", 1), 400, "", 0},
		{"negative", strings.Replace(l.request(t, 0, 5), "old 0", "old -1", 1), 400, "", 0},
		{"no signature", "old 0\n\nlog.example/1\n5\n" + strings.Split(l.checkpoint(t, 5), "\n")[2] + "\n", 400, "", 0},
		{"an unknown log", unknown.request(t, 0, 3), 404, "", 0},
		{"another key of that name", forger.request(t, 0, 5), 403, "", 0},
		{"a changed checkpoint", strings.Replace(l.request(t, 0, 5), "\n5\n", "\n6\n", 1), 403, "", 0},
		{"an old size that it has never seen", l.request(t, 3, 5), 409, "0", 0},
		{"a proof from nothing", strings.Replace(l.request(t, 0, 5), "old 0\n", "old 0\n"+strings.Repeat("A", 43)+"=\n", 1), 422, "", 0},
		{"the first", l.request(t, 0, 5), 200, "", 5},
		{"the same again", l.request(t, 5, 5), 200, "", 5},
		{"the same size, another tree", liar.request(t, 5, 5), 409, "5", 5},
		{"old beyond new", strings.Replace(l.request(t, 0, 4), "old 0", "old 5", 1), 400, "", 5},
		{"from a size that is over", l.request(t, 0, 12), 409, "5", 5},
		{"a rollback", l.request(t, 3, 4), 409, "5", 5},
		{"another history", liar.request(t, 5, 12), 422, "", 5},
		{"no proof", "old 5\n\n" + l.checkpoint(t, 12), 422, "", 5},
		{"a proof too long", "old 5\n" + strings.Repeat(strings.Repeat("A", 43)+"=\n", 64) + "\n" + l.checkpoint(t, 12), 400, "", 5},
		{"a hash in another spelling", strings.Replace(good, "=\n", "\n", 1), 400, "", 5},
		{"honest growth", good, 200, "", 12},
		{"with a signature of somebody unknown", l.request(t, 12, 20) + strings.Split(forger.checkpoint(t, 20), "\n\n")[1], 200, "", 20},
	} {
		clk.Advance(time.Second)
		w := post(t, s, c.body)
		if w.Code != c.status {
			t.Fatalf("%s: %d %s; want %d", c.name, w.Code, w.Body, c.status)
		}
		seen(c.seen)
		switch c.status {
		case 409:
			if w.Header().Get("Content-Type") != "text/x.tlog.size" || w.Body.String() != c.size+"\n" {
				t.Errorf("%s: %q %q", c.name, w.Header().Get("Content-Type"), w.Body)
			}
		case 200:
			line, ended := strings.CutSuffix(w.Body.String(), "\n")
			sig, err := receipt.ParseCosignature(line)
			_, msg, _ := strings.Cut(c.body, "\n\n")
			text, _, _ := strings.Cut(msg, "\n\n")
			if err != nil || !ended || !sig.At().Equal(clk.Now()) || !key.Verify([]byte(text+"\n"), sig) {
				t.Errorf("%s: the cosignature %q does not hold: %v", c.name, w.Body, err)
			}
		}
	}
	if w := post(t, s, strings.Repeat("x", maxBody+1)); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %d", w.Code)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/add-checkpoint", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", w.Code)
	}
}

// TestTwoAtOnce: of requests that start from the same size only one moves the
// witness on, in one process and in two on the same database, so that what was
// answered last is never smaller than what was answered before.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	l := newLog(t, "log.example/1")
	l.grow(t, 400, "x")
	clk := clock.NewFake(time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC))
	k, err := NewKey("w")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var both []*Server
	for range 2 {
		s, err := New(Deps{DB: openDB(t, dir, clk), Clock: clk, Key: k, Logs: []string{l.vkey}})
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, s)
	}
	for from := int64(0); from < 40; from += 10 {
		var good atomic.Int64
		var wg sync.WaitGroup
		for i := range int64(8) {
			body := l.request(t, from, from+10)
			wg.Go(func() {
				switch w := post(t, both[i%2], body); w.Code {
				case 200:
					good.Add(1)
				case 409:
				default:
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		// Others try to leave it at a smaller size.
		for i := range int64(4) {
			body := l.request(t, from, from+5)
			wg.Go(func() {
				if w := post(t, both[i%2], body); w.Code == 200 {
					if w := post(t, both[0], l.request(t, from+5, from+10)); w.Code == 200 {
						good.Add(1)
					}
				}
			})
		}
		wg.Wait()
		if size, err := both[0].Seen(t.Context(), "log.example/1"); err != nil || size != from+10 || good.Load() == 0 {
			t.Fatalf("it has cosigned %d, %v, after %d answers", size, err, good.Load())
		}
	}
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "witness.key")
	var got [4]Key
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			var err error
			if got[i], err = OpenKey(path, "bar.example/witness"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, k := range got {
		if k.VKey() != got[0].VKey() || !bytes.Equal(k.private, got[0].private) {
			t.Fatal("two keys")
		}
	}
	if _, err := OpenKey(path, "other.example"); err == nil {
		t.Error("the key of another witness was taken")
	}
	if _, err := OpenKey(filepath.Join(t.TempDir(), "x"), "a name"); err == nil {
		t.Error("a name with a space was taken")
	}
}

// FuzzParse: no request makes it fall over, and what it reads of one it has
// read as it stands.
func FuzzParse(f *testing.F) {
	l := newLog(f, "log.example/1")
	l.grow(f, 9, "x")
	f.Add([]byte(l.request(f, 0, 3)))
	f.Add([]byte(l.request(f, 3, 9)))
	f.Add([]byte("old 0\n\n\n\n\n\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := parse(body)
		if err != nil {
			return
		}
		var b bytes.Buffer
		fmt.Fprintf(&b, "old %d\n", c.old)
		for _, h := range c.proof {
			b.WriteString(h.String() + "\n")
		}
		fmt.Fprintf(&b, "\n%s\n%d\n%s\n", c.origin, c.size, c.root)
		if !bytes.HasPrefix(body, b.Bytes()) {
			t.Errorf("%q was read as %q", body, &b)
		}
	})
}

// drain reads an answer whole.
func drain(t testing.TB, r *http.Response) string {
	t.Helper()
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestFollow: an announcement is believed once, from a log that is watched, and
// is remembered over a start.
func TestFollow(t *testing.T) {
	t.Parallel()
	l := newLog(t, "log.example/1")
	s, clk := newWitness(t, l.vkey)
	for name, body := range map[string]string{"nothing": "", "no receipt": "x", "a checkpoint": l.checkpoint(t, 0)} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/add-log", strings.NewReader(body)))
		if w.Code != http.StatusForbidden {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	next, third := newLog(t, "log.example/2"), newLog(t, "log.example/3")
	turn := func(to *fakeLog, size int64) receipt.Turn {
		return receipt.Turn{From: "log.example/1", To: to.signer.Name(), Key: to.vkey, Size: size, Announced: true}
	}
	l.grow(t, 9, "x")
	if w := post(t, s, l.request(t, 0, 5)); w.Code != http.StatusOK {
		t.Fatal(w.Body)
	}
	if _, err := s.end(t.Context(), turn(next, 4)); err == nil {
		t.Error("an end was taken that is smaller than what was cosigned")
	}
	for _, to := range []*fakeLog{next, third} { // the first counts
		if row, err := s.end(t.Context(), turn(to, 7)); err != nil || row.Next != next.vkey {
			t.Errorf("%+v, %v", row, err)
		}
	}
	if w := post(t, s, l.request(t, 5, 8)); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("beyond the end: %d %s", w.Code, w.Body)
	}
	if w := post(t, s, l.request(t, 5, 7)); w.Code != http.StatusOK {
		t.Errorf("up to the end: %d %s", w.Code, w.Body)
	}
	again, err := New(Deps{DB: s.db, Clock: clk, Key: s.key, Logs: []string{l.vkey}})
	if err != nil {
		t.Fatal(err)
	}
	next.grow(t, 3, "y")
	if w := post(t, again, next.request(t, 0, 3)); w.Code != http.StatusOK {
		t.Errorf("the next log after a start: %d %s", w.Code, w.Body)
	}
}
