// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"net/http"
	"testing"
)

// TestWebhookAddresses: only what can be a program outside is taken; where a name
// leads is looked at when it is dialled (gateway/outward).
func TestWebhookAddresses(t *testing.T) {
	t.Parallel()
	s, err := New(make([]byte, 32), "test", http.DefaultClient, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []string{"http://example.com/", "https://user@example.com/", "ftp://example.com", "https://example.com:22/", "https://", "x", "https://example.com/#x"} {
		if _, ok := s.Address(u); ok {
			t.Errorf("%s was taken", u)
		}
	}
	if _, ok := s.Address("https://example.com/hook?x=1"); !ok {
		t.Error("a good address was refused")
	}
}
