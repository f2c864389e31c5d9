// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"testing"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// TestOpeningWords: the page says of opening by a program what the table says: nothing,
// everything, or which notices.
func TestOpeningWords(t *testing.T) {
	t.Parallel()
	words, err := i18n.NewCatalog(Locale, notice.Locale)
	if err != nil {
		t.Fatal(err)
	}
	v := web.View{P: words.Printer(i18n.EN)}
	for _, c := range []struct {
		counts, not []string
		want        string
	}{
		{nil, []string{notice.KindWrit}, v.T("desk.programs.counts_none")},
		{[]string{notice.KindWrit}, nil, v.T("desk.programs.counts_all")},
		{[]string{notice.KindWrit, notice.KindJudgment}, []string{notice.KindBodyCall},
			v.T("desk.programs.counts_some", "kinds", v.T("notice.kind.writ")+" · "+v.T("notice.kind.judgment"))},
	} {
		if got := opening(v, c.counts, c.not); got != c.want {
			t.Errorf("%v, %v: %s", c.counts, c.not, got)
		}
	}
}
