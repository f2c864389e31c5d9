// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Uploads bounds what may be attached to one filing; people are told before.
type Uploads struct {
	File, Filing int64 // bytes of one file, and of all together
	Files        int   // of all questions together
}

// Attached is a file that belongs to a filing.
type Attached struct {
	Attachment        // as the record names it
	ID         string // of its row; part of its address
	Pages      int    // of a PDF; 1 for a picture
	Created    time.Time

	blob string // its key in the blob store
}

// attachedRow is an Attached as the table has it.
type attachedRow struct {
	Owner   string     `db:"owner"`
	Filing  string     `db:"filing_id"`
	ID      string     `db:"id"`
	Field   string     `db:"field"`
	Name    string     `db:"name"`
	Type    string     `db:"type"`
	Bytes   int64      `db:"bytes"`
	SHA256  string     `db:"sha256"`
	Pages   int64      `db:"pages"`
	Blob    string     `db:"blob"`
	Created store.Time `db:"created_us"`
}

const selectAttached = `SELECT owner, filing_id, id, field, name, type, bytes, sha256, pages, blob, created_us
	FROM filing_attachment WHERE owner = $1 AND filing_id = $2 ORDER BY created_us, id`

const deleteAttached = `DELETE FROM filing_attachment WHERE owner = $1 AND filing_id = $2`

// attached lists the files of a filing, the oldest first.
func attached(ctx context.Context, q store.Querier, owner, filing string) ([]Attached, error) {
	rows, err := store.All[attachedRow](ctx, q, selectAttached, owner, filing)
	if err != nil {
		return nil, err
	}
	out := make([]Attached, len(rows))
	for i, r := range rows {
		out[i] = Attached{
			Attachment: Attachment{Field: r.Field, Name: r.Name, Type: r.Type, Bytes: r.Bytes, SHA256: r.SHA256},
			ID:         r.ID, Pages: int(r.Pages), Created: r.Created.Time, blob: r.Blob,
		}
	}
	return out, nil
}

// takesFiles tells whether a title asks for files at all.
func takesFiles(d *catalogue.Definition) bool {
	return slices.ContainsFunc(d.Pages, func(pg catalogue.PageDef) bool {
		return slices.ContainsFunc(pg.Fields, func(f catalogue.FieldDef) bool { return f.Type == catalogue.TypeFiles })
	})
}

// withFiles puts the files of f into it, if its title asks for any. Files of a
// question that is not asked any more do not count.
func withFiles(ctx context.Context, q store.Querier, f Filing, d *catalogue.Definition) (Filing, error) {
	f.Files = nil
	if !takesFiles(d) {
		return f, nil
	}
	all, err := attached(ctx, q, f.Owner, f.ID)
	for _, a := range all {
		if d.Visible(a.Field, f.Answers) {
			f.Files = append(f.Files, a)
		}
	}
	return f, err
}

// fileFaults are the questions of a page, or of all if page is "", that need a
// file and have none.
func fileFaults(f Filing, d *catalogue.Definition, page string) (wrong []errs.Field) {
	for _, pg := range d.Pages {
		if page != "" && page != pg.Key {
			continue
		}
		for _, q := range pg.Fields {
			if q.Type != catalogue.TypeFiles || !d.Visible(q.Name, f.Answers) || !d.Required(q.Name, f.Answers) {
				continue
			}
			if !slices.ContainsFunc(f.Files, func(a Attached) bool { return a.Field == q.Name }) {
				wrong = append(wrong, errs.Field{Name: q.Name, Code: "filing.file_required"})
			}
		}
	}
	return wrong
}
