// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// walking is a journey that several of a group make in one country.
type walking struct {
	name string
	walk func(t *testing.T, w *world, c context.Context, l look)
}

// walks makes journeys in one country: each in one look, each look by some of
// them, or all in all looks.
func walks(t *testing.T, w *world, c context.Context, list []walking) {
	t.Helper()
	all := looks()
	for i, j := range list {
		for k, l := range all {
			if os.Getenv("TARAZU_TEST_FULL") == "" && os.Getenv("TARAZU_TEST_SCREENSHOTS") == "" && k != i%len(all) {
				continue
			}
			t.Run(j.name+"-"+strings.ReplaceAll(l.String(), " ", "-"), func(t *testing.T) {
				t.Parallel()
				j.walk(t, w, c, l)
			})
		}
	}
}

// TestAccounts walks what becomes of accounts later: made one, looked through,
// found again, proved better, given posts. What needs the registries to be silent
// or days to pass comes when the others have gone home.
func TestAccounts(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	t.Run("together", func(t *testing.T) {
		walks(t, w, c, []walking{
			{"merging", merging},
			{"data", myData},
			{"recovery-code", byRecoveryCode},
			{"recovery-office", byOffice},
			{"level", levels},
			{"introductions", introductions},
			{"posts", posts},
			{"sites", sites},
		})
	})
	for i, l := range looks() {
		if os.Getenv("TARAZU_TEST_FULL") == "" && os.Getenv("TARAZU_TEST_SCREENSHOTS") == "" && i > 1 {
			break
		}
		t.Run("later-"+strings.ReplaceAll(l.String(), " ", "-"), func(t *testing.T) {
			if i%2 == 0 || os.Getenv("TARAZU_TEST_FULL") != "" || os.Getenv("TARAZU_TEST_SCREENSHOTS") != "" {
				onTheirWord(t, w, c, l)
				onTheirWordAbroad(t, w, c, l)
			}
			if i%2 == 1 || os.Getenv("TARAZU_TEST_FULL") != "" || os.Getenv("TARAZU_TEST_SCREENSHOTS") != "" {
				waiting(t, w, c, l)
			}
		})
	}
}

// admin is an administrator whom an office has seen.
func (w *world) admin(t *testing.T, first, last string, lang i18n.Lang) official {
	t.Helper()
	return w.officer(t, first, last, policy.Administrator, lang)
}

// told waits for a text message with these words.
func (w *world) told(t *testing.T, s someone, words string) {
	t.Helper()
	wait(t, "a text message: "+words, func() bool {
		for _, m := range w.messages(s) {
			if strings.Contains(m.Text, words) {
				return true
			}
		}
		return false
	})
}

// link waits for a text message with a link to a page below path.
func (w *world) link(t *testing.T, s someone, path string) string {
	t.Helper()
	link := ""
	wait(t, "a link to "+path, func() bool {
		for _, m := range w.messages(s) {
			if i := strings.Index(m.Text, w.base+path); i >= 0 {
				link = strings.Fields(m.Text[i:])[0]
				return true
			}
		}
		return false
	})
	return link
}
