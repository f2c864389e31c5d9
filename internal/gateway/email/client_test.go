// SPDX-License-Identifier: Apache-2.0

package email

import "testing"

// Only to this machine itself may a password go in the clear.
func TestIsLocal(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.8.8.8": true, "::1": true,
		"": false, "0.0.0.0": false, "10.0.0.1": false, "mail.example": false, "localhost.example": false, "127.0.0.1.example": false,
	} {
		if got := isLocal(host); got != want {
			t.Errorf("%q: got %t, want %t", host, got, want)
		}
	}
}
