// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// wire is a way to the country that can be cut, as on a telephone without a signal.
type wire struct {
	to   string
	mu   sync.Mutex
	cut  bool       // guarded by mu
	live []net.Conn // guarded by mu
}

// wired is the country seen over a wire.
func (w *world) wired(t *testing.T) (*world, *wire) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	x := &wire{to: w.base[len("http://"):]}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { x.carry(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		x.set(true)
		all.Wait()
	})
	return &world{t: w.t, app: w.app, base: "http://" + l.Addr().String(), clock: w.clock, vkey: w.vkey}, x
}

// set cuts the wire, with everything that goes over it, or joins it again.
func (x *wire) set(cut bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.cut = cut
	if cut {
		for _, c := range x.live {
			_ = c.Close()
		}
		x.live = nil
	}
}

func (x *wire) carry(a net.Conn) {
	defer func() { _ = a.Close() }()
	b, err := net.Dial("tcp", x.to)
	if err != nil {
		return
	}
	defer func() { _ = b.Close() }()
	x.mu.Lock()
	if x.cut {
		x.mu.Unlock()
		return
	}
	x.live = append(x.live, a, b)
	x.mu.Unlock()
	var both sync.WaitGroup
	for _, p := range [][2]net.Conn{{a, b}, {b, a}} {
		both.Go(func() {
			_, _ = io.Copy(p[0], p[1])
			_ = p[0].Close()
			_ = p[1].Close()
		})
	}
	both.Wait()
}

// signal is whether the telephone has one: the wire, and what the browser knows of it.
func (b *tab) signal(x *wire, on bool) {
	b.Helper()
	x.set(!on)
	b.call("signal", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1})
		return err
	})
}
