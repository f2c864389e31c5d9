// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// line is a TCP line to PostgreSQL's socket that can be cut so that the server
// hears everything and the client hears nothing of the answer.
type line struct {
	listener net.Listener
	socket   string
	deaf     atomic.Bool
}

func newLine(t *testing.T, socket string) *line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &line{listener: l, socket: socket}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.carry(c)
		}
	}()
	return p
}

func (p *line) carry(client net.Conn) {
	server, err := net.Dial("unix", p.socket)
	if err != nil {
		_ = client.Close()
		return
	}
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if n > 0 && p.deaf.Load() { // the server has answered: the act is done, and nobody hears it
			_ = client.Close()
			_ = server.Close()
			return
		}
		if n > 0 {
			_, werr := client.Write(buf[:n])
			if werr != nil {
				err = werr
			}
		}
		if err != nil {
			_ = client.Close()
			return
		}
	}
}

// TestLostAnswer: when the line is lost after the server has committed, the
// callers hear that we do not answer, not that somebody else was faster, and
// nothing is sent a second time.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	dsn := storetest.DSN(t, "postgres")
	direct := storetest.Open(t, dsn, clock.NewFake(storetest.Start), mods...)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	p := newLine(t, filepath.Join(q.Get("host"), ".s.PGSQL.5432"))
	through := fmt.Sprintf("postgres://%s@%s%s?sslmode=disable&search_path=%s", q.Get("user"), p.listener.Addr(), u.Path, q.Get("search_path"))
	db, err := store.Open(ctx, through, store.Options{Clock: clock.NewFake(storetest.Start)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	insert := func(write func(func(*store.Tx) error) error, id string) error {
		return write(func(tx *store.Tx) error {
			return store.Insert(ctx, tx, "thing", thing{Owner: "o", ID: id, Body: []byte{}})
		})
	}
	blind := func(fn func(*store.Tx) error) error { return db.WriteBlind(ctx, fn) }
	if err := insert(blind, "warm"); err != nil { // connections are open and statements prepared
		t.Fatal(err)
	}
	p.deaf.Store(true)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if err := insert(blind, fmt.Sprint(i)); !errs.Is(err, errs.Unavailable) {
				t.Errorf("act %d: %v, want unavailable", i, err)
			}
		})
	}
	wg.Wait()
	p.deaf.Store(false)
	n, err := store.One[int64](ctx, direct, countAll)
	if err != nil || n < 1 || n > 9 {
		t.Errorf("%d rows, %v", n, err)
	}
	if err := insert(blind, "after"); err != nil {
		t.Errorf("the line is back, and: %v", err)
	}
}
