// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// exported is a call in the files for newspapers: what the page shows, and no more.
type exported struct {
	Name       string `json:"name"`
	Title      Text   `json:"title"`
	Court      Text   `json:"court"`
	CaseNumber string `json:"case_number"`
	Number     string `json:"notice_number"`
	Published  string `json:"published"`
	Text       string `json:"text"`
}

func (s *Service) export(list []Publication) []exported {
	w := s.d.Catalog.Printer(i18n.FA)
	out := make([]exported, len(list))
	for i, p := range list {
		out[i] = exported{
			Name: p.Name, Title: p.Title, Court: p.Sender, CaseNumber: p.CaseNumber, Number: p.Number, Published: p.Day.String(),
			Text: w.T("bailiff.call.text", "name", p.Name, "title", p.Title.FA, "court", p.Sender.FA, "number", p.CaseNumber),
		}
	}
	return out
}

// Formats of the list of a day.
const (
	asJSON = "json"
	asCSV  = "csv"
	asRSS  = "rss"
	asPDF  = "pdf"
)

// mediaTypes are what the lists are served as.
var mediaTypes = map[string]string{
	asJSON: "application/json; charset=utf-8", asCSV: "text/csv; charset=utf-8", asRSS: "application/rss+xml; charset=utf-8", asPDF: "application/pdf",
}

// DayFile is the list of the calls of a day for newspapers. An unknown format is
// errs.NotFound.
func (s *Service) DayFile(ctx context.Context, day civil.Day, format string) (_ []byte, err error) {
	defer errs.Wrap(&err, "bailiff.DayFile")
	list, err := s.CallsOf(ctx, day)
	if err != nil {
		return nil, err
	}
	return s.dayFile(list, day, format)
}

func (s *Service) dayFile(list []Publication, day civil.Day, format string) ([]byte, error) {
	calls := s.export(list)
	switch format {
	case asJSON:
		return json.Marshal(map[string]any{"day": day.String(), "calls": calls})
	case asCSV:
		return csvOf(calls)
	case asRSS:
		return s.rss(calls, day)
	case asPDF:
		return s.sheet(calls, day)
	}
	return nil, errs.New(errs.NotFound, "")
}

// csvOf writes what spreadsheets open as text: nothing in it is taken for a formula.
func csvOf(calls []exported) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"name", "title_fa", "title_en", "court_fa", "court_en", "case_number", "notice_number", "published", "text"}}
	for _, c := range calls {
		rows = append(rows, []string{c.Name, c.Title.FA, c.Title.EN, c.Court.FA, c.Court.EN, c.CaseNumber, c.Number, c.Published, c.Text})
	}
	for _, row := range rows {
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[i] = "'" + cell
			}
		}
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

type rssItem struct {
	Title       string `xml:"title"`
	Description string `xml:"description"`
	GUID        struct {
		Permanent bool   `xml:"isPermaLink,attr"`
		Value     string `xml:",chardata"`
	} `xml:"guid"`
	PubDate string `xml:"pubDate"`
}

func (s *Service) rss(calls []exported, day civil.Day) ([]byte, error) {
	w := s.d.Catalog.Printer(i18n.FA)
	var feed struct {
		XMLName xml.Name `xml:"rss"`
		Version string   `xml:"version,attr"`
		Channel struct {
			Title       string    `xml:"title"`
			Link        string    `xml:"link"`
			Description string    `xml:"description"`
			Language    string    `xml:"language"`
			Items       []rssItem `xml:"item"`
		} `xml:"channel"`
	}
	feed.Version = "2.0"
	ch := &feed.Channel
	ch.Title, ch.Link, ch.Description, ch.Language = w.T("bailiff.public.title"), s.d.BaseURL+PathPublications, w.T("bailiff.public.lead"), "fa"
	for _, c := range calls {
		it := rssItem{Title: c.Name + " – " + c.Title.FA, Description: c.Text, PubDate: day.Time().Format(time.RFC1123Z)}
		it.GUID.Value = c.Number
		ch.Items = append(ch.Items, it)
	}
	b, err := xml.MarshalIndent(feed, "", " ")
	return append([]byte(xml.Header), b...), err
}

// sheet is the paper of the day.
func (s *Service) sheet(calls []exported, day civil.Day) ([]byte, error) {
	w := s.d.Catalog.Printer(i18n.FA)
	p := pdf.Paper{Lang: i18n.FA, Title: w.T("bailiff.public.title"), Head: []string{w.Day(day)}, VerifyURL: s.d.BaseURL + PathPublications}
	for _, c := range calls {
		p.Blocks = append(p.Blocks, pdf.Block{Heading: c.Name, Lines: []string{c.Text}})
	}
	if len(calls) == 0 {
		p.Blocks = []pdf.Block{{Lines: []string{w.T("bailiff.public.none_that_day")}}}
	}
	return s.d.Papers.Render(p)
}

// Printing is where the calls of a day were printed.
type Printing struct {
	Day              civil.Day
	ID               string
	Newspaper        string
	Issue, Page      string
	Printed          civil.Day
	Calls            int
	SHA256, Evidence string
}

type printedRow struct {
	Day       civil.Day  `db:"day"`
	ID        string     `db:"id"`
	Newspaper string     `db:"newspaper"`
	Issue     string     `db:"issue"`
	Page      string     `db:"page"`
	Printed   civil.Day  `db:"printed"`
	Calls     int64      `db:"calls"`
	SHA256    string     `db:"sha256"`
	ToldBy    string     `db:"told_by"`
	Told      store.Time `db:"told_us"`
	Evidence  string     `db:"evidence"`
}

const (
	sqlPrintings = `SELECT day, id, newspaper, issue, page, printed, calls, sha256, told_by, told_us, evidence FROM bailiff_printed ORDER BY day DESC, id LIMIT $1`
	mostPrinted  = 100
)

// Printings lists where calls were printed, the last day first.
func (s *Service) Printings(ctx context.Context, a policy.Actor) (_ []Printing, err error) {
	defer errs.Wrap(&err, "bailiff.Printings")
	if err := s.d.Policy.Check(a, "bailiff.printed", pressResource); err != nil {
		return nil, err
	}
	rows, err := store.All[printedRow](ctx, s.d.DB, sqlPrintings, mostPrinted)
	out := make([]Printing, len(rows))
	for i, r := range rows {
		out[i] = Printing{Day: r.Day, ID: r.ID, Newspaper: r.Newspaper, Issue: r.Issue, Page: r.Page, Printed: r.Printed, Calls: int(r.Calls), SHA256: r.SHA256, Evidence: r.Evidence}
	}
	return out, err
}

var pressResource = policy.Resource{Type: "BailiffPress", ID: "press", Attrs: map[string]any{}}

// Print keeps that the calls of a day were printed in a newspaper, with the hash of
// the list that it got: evidence bailiff.printed.
func (s *Service) Print(ctx context.Context, a policy.Actor, p Printing) (err error) {
	defer errs.Wrap(&err, "bailiff.Print")
	if err := s.d.Policy.Check(a, "bailiff.printed", pressResource); err != nil {
		return err
	}
	var f []errs.Field
	text := func(name string, v *string, most int, needed bool) {
		if *v = persian.Store(strings.TrimSpace(*v)); utf8.RuneCountInString(*v) > most || needed && *v == "" {
			f = append(f, errs.Field{Name: name, Code: "bailiff.wrong." + name})
		}
	}
	text("newspaper", &p.Newspaper, 120, true)
	text("issue", &p.Issue, 40, true)
	text("page", &p.Page, 20, false)
	if p.Day == 0 || p.Printed < p.Day || p.Printed > civil.Of(s.d.DB.Now()) {
		f = append(f, errs.Field{Name: "printed", Code: "bailiff.wrong.printed"})
	}
	if err := errs.InvalidFields(f); err != nil {
		return err
	}
	list, err := s.CallsOf(ctx, p.Day)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return wrong("day", "bailiff.wrong.day")
	}
	file, err := s.dayFile(list, p.Day, asJSON)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(file)
	p.SHA256, p.Calls = hex.EncodeToString(sum[:]), len(list)
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "bailiff.printed", Time: tx.Now(), Owner: "publications", Subject: p.Day.String(), Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity,
			ContentHash: p.SHA256, Members: map[string]string{"newspaper": p.Newspaper, "issue": p.Issue, "printed": p.Printed.String()},
		})
		if err != nil {
			return err
		}
		return store.Insert(ctx, tx, "bailiff_printed", printedRow{
			Day: p.Day, ID: id.New(), Newspaper: p.Newspaper, Issue: p.Issue, Page: p.Page, Printed: p.Printed, Calls: int64(p.Calls), SHA256: p.SHA256,
			ToldBy: a.Person, Told: store.At(tx.Now()), Evidence: evidence,
		})
	})
}
