// SPDX-License-Identifier: Apache-2.0

package outward

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// TestStaysOutside: no name and no address leads into a network of ours.
func TestStaysOutside(t *testing.T) {
	t.Parallel()
	for _, ip := range []string{
		"127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "0.1.2.3", "224.0.0.1",
		"255.255.255.255", "240.0.0.1", "192.0.0.8", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
		"64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "fe80::1%eth0",
	} {
		if reachable(netip.MustParseAddr(ip), false) {
			t.Errorf("%s can be reached", ip)
		}
	}
	for _, ip := range []string{"8.8.8.8", "185.143.233.1", "172.32.0.1", "2a00:1450::1", "::ffff:8.8.8.8"} {
		if !reachable(netip.MustParseAddr(ip), false) {
			t.Errorf("%s cannot be reached", ip)
		}
	}
	if !reachable(netip.MustParseAddr("127.0.0.1"), true) || reachable(netip.MustParseAddr("10.0.0.1"), true) {
		t.Error("only loopback is allowed besides, and only where that is said")
	}
	hit := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hit++
		http.Redirect(w, r, "/again", http.StatusFound)
	}))
	defer server.Close()
	if res, err := Client(false).Get(server.URL); err == nil {
		_ = res.Body.Close()
		t.Error("the client went inside")
	}
	res, err := Client(true).Get(server.URL)
	if err != nil || res.StatusCode != http.StatusFound || hit != 1 {
		t.Fatalf("%v, %d calls: a redirect is not followed", err, hit)
	}
	_ = res.Body.Close()
}
