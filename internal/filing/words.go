// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"strings"
	"sync"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// printers write the court's papers, which are in both languages whoever asks.
var printers = sync.OnceValues(func() (map[i18n.Lang]*i18n.Printer, error) {
	c, err := i18n.NewCatalog(Locale)
	if err != nil {
		return nil, err
	}
	out := map[i18n.Lang]*i18n.Printer{}
	for _, l := range i18n.Langs() {
		out[l] = c.Printer(l)
	}
	return out, nil
})

// both makes a text of both languages. The locale files are compiled in and
// tested.
func both(write func(p *i18n.Printer) string) docket.Text {
	all, err := printers()
	if err != nil {
		return docket.Text{}
	}
	return docket.Text{FA: write(all[i18n.FA]), EN: write(all[i18n.EN])}
}

// paper joins the lines of a paper of the court; an empty one parts paragraphs.
func paper(lines ...string) string { return strings.Join(lines, "\n") + "\n" }
