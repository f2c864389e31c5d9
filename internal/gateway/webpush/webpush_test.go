// SPDX-License-Identifier: Apache-2.0

package webpush

import (
	"bytes"
	"crypto/ecdh"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

func raw(t *testing.T, s string) []byte {
	t.Helper()
	b, err := b64.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The example of RFC 8291, Appendix A, to the byte; and the double reads it.
func TestVector(t *testing.T) {
	t.Parallel()
	const (
		text   = "When I grow up, I want to be a watermelon"
		sealed = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_" +
			"yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	)
	own, err := ecdh.P256().NewPrivateKey(raw(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdh.P256().NewPrivateKey(raw(t, "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
	if err != nil {
		t.Fatal(err)
	}
	auth := raw(t, "BTBZMqHH6r4Tts7J_aSIgg")
	got, err := seal(own, key.PublicKey(), auth, raw(t, "DGv6ra1nlYgDCS1FRnbzlw"), []byte(text), 0)
	if err != nil || b64.EncodeToString(got) != sealed {
		t.Errorf("%v\n%s", err, b64.EncodeToString(got))
	}
	b := browser{key: key, auth: auth}
	if plain, err := b.read(raw(t, sealed)); err != nil || string(plain) != text {
		t.Errorf("%q %v", plain, err)
	}
	if _, err := (&browser{key: own, auth: auth}).read(raw(t, sealed)); err == nil {
		t.Error("another browser reads it")
	}
}

func rig(t *testing.T, log *bytes.Buffer) (*Client, *Double, *clock.Fake) {
	t.Helper()
	clk := clock.NewFake(sandboxtest.Start)
	var base string
	d := NewDouble(clk, func() string { return base })
	s := httptest.NewServer(d)
	t.Cleanup(s.Close)
	base = s.URL
	o := Options{Key: bytes.Repeat([]byte{7}, 32), Subject: "https://tarazu.example", Timeout: 30 * time.Second, Local: true, Clock: clk}
	if log != nil {
		o.Log = slog.New(slog.NewTextHandler(log, nil))
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c, d, clk
}

// What is sent is read by the browser and by nobody else; every message is as long.
func TestSend(t *testing.T) {
	t.Parallel()
	c, d, _ := rig(t, nil)
	name, s, err := d.Subscribe()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"پیام تازه", "", strings.Repeat("x", 900)} {
		if err := c.Send(t.Context(), s, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := d.List(name); string(got[0].Text) != text {
			t.Errorf("read %q", got[0].Text)
		}
	}
	if err := c.Send(t.Context(), s, make([]byte, recordSize)); !errs.Is(err, errs.Invalid) {
		t.Errorf("too long: %v", err)
	}
	d.Leave(name)
	if err := c.Send(t.Context(), s, nil); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "gateway.webpush.gone") {
		t.Errorf("gone: %v", err)
	}
	s.Endpoint += "x"
	if err := c.Send(t.Context(), s, nil); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "gateway.webpush.gone") {
		t.Errorf("unknown: %v", err)
	}
}

// A push service that is down, slow, or does not believe us keeps the subscription;
// one that is busy says how long. No error and no log tells where somebody is.
func TestFaults(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c, d, clk := rig(t, &log)
	name, s, err := d.Subscribe()
	if err != nil {
		t.Fatal(err)
	}
	down := func(what string) {
		t.Helper()
		err := c.Send(t.Context(), s, []byte("x"))
		if !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), "gateway.webpush.down") {
			t.Errorf("%s: %v", what, err)
		}
		if strings.Contains(err.Error(), name) {
			t.Errorf("%s: the error tells the address: %v", what, err)
		}
	}
	for _, x := range []sandbox.Fault{{Mode: sandbox.Down, How: sandbox.Closed}, {Mode: sandbox.Down, How: sandbox.Busy}, {Mode: sandbox.Wrong}} {
		if err := d.Faults().Set(x); err != nil {
			t.Fatal(err)
		}
		down(string(x.Mode) + x.How)
	}
	c.o.Timeout = 20 * time.Millisecond
	if err := d.Faults().Set(sandbox.SlowBy(time.Hour)); err != nil {
		t.Fatal(err)
	}
	down("slow")
	c.o.Timeout = 30 * time.Second
	if err := d.Faults().Set(sandbox.Fault{Mode: sandbox.OK}); err != nil {
		t.Fatal(err)
	}
	d.Busy(90 * time.Second)
	if err := c.Send(t.Context(), s, nil); WaitOf(err) != 90*time.Second {
		t.Errorf("busy: %v", err)
	}
	clk.Advance(2 * time.Minute)
	for what, wrong := range map[string]Options{"subject": {Subject: "nobody"}, "old": {Subject: "https://x", Clock: clock.NewFake(sandboxtest.Start.Add(-48 * time.Hour))}} {
		o := c.o
		o.Subject = wrong.Subject
		if wrong.Clock != nil {
			o.Clock = wrong.Clock
		}
		other, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Send(t.Context(), s, nil); !errs.Is(err, errs.Unavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if len(d.List(name)) != 0 {
		t.Error("something was shown")
	}
	if log.Len() == 0 || strings.Contains(log.String(), name) {
		t.Errorf("log: %s", log.String())
	}
}

// Only what can be a subscription outside is taken.
func TestCheck(t *testing.T) {
	t.Parallel()
	c, d, _ := rig(t, nil)
	_, good, err := d.Subscribe()
	if err != nil {
		t.Fatal(err)
	}
	c.o.Local = false
	good.Endpoint = "https://push.example/x?y"
	if err := c.Check(good); err != nil {
		t.Error(err)
	}
	for _, e := range []string{"", "http://push.example/", "https://", "https://u@push.example/", "https://push.example:8080/", "https://push.example/#x", "ftp://push.example/", "https://push.example/" + strings.Repeat("x", 1000)} {
		bad := good
		bad.Endpoint = e
		if err := c.Check(bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q was taken: %v", e, err)
		}
	}
	for _, bad := range []Subscription{{good.Endpoint, "", good.Auth}, {good.Endpoint, "AAAA", good.Auth}, {good.Endpoint, good.P256dh, ""}, {good.Endpoint, good.P256dh, "AAAA"}} {
		if err := c.Check(bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v was taken: %v", bad, err)
		}
	}
	own, _, _ := rig(t, nil)
	own.http = nil
	if _, err := New(Options{Key: make([]byte, 32)}); err == nil {
		t.Error("a key of zeros was taken")
	}
}
