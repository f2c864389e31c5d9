// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"testing"

	"github.com/tarazu/tarazu/internal/app"
)

// TestRules: the policies of all modules fit together and are valid against
// the joined schema.
func TestRules(t *testing.T) {
	t.Parallel()
	if _, err := app.Rules(); err != nil {
		t.Fatal(err)
	}
}
