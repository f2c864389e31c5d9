// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Kinds of fields.
const (
	FieldText   = "text"
	FieldNumber = "number"
	FieldDate   = "date"
	FieldRial   = "rial"
)

var fieldKinds = []string{FieldText, FieldNumber, FieldDate, FieldRial}

// Field is a place of a template that each notice fills.
type Field struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	Max  int    `json:"max,omitempty"` // runes of a text
}

// Template is one version of a text that a body sends.
type Template struct {
	Body, ID      string
	Version       int64
	Kind          string // of notice.BodyKinds
	Subject, Text notice.Text
	Fields        []Field
	State         State // Waiting, Approved, Refused
	Made, Decided time.Time
	Reason        string
	BodyName      notice.Text // for the centre
}

// Waiting is the state of a template on which the centre has not decided.
const Waiting State = "waiting"

type templateRow struct {
	Body      string     `db:"body"`
	ID        string     `db:"id"`
	Version   int64      `db:"version"`
	Kind      string     `db:"kind"`
	SubjectFA string     `db:"subject_fa"`
	SubjectEN string     `db:"subject_en"`
	TextFA    string     `db:"text_fa"`
	TextEN    string     `db:"text_en"`
	Fields    string     `db:"fields"`
	State     State      `db:"state"`
	MadeBy    string     `db:"made_by"`
	Made      store.Time `db:"made_us"`
	DecidedBy string     `db:"decided_by"`
	Decided   store.Time `db:"decided_us"`
	Reason    string     `db:"reason"`
	Evidence  string     `db:"evidence"`
}

func (r templateRow) template() Template {
	t := Template{
		Body: r.Body, ID: r.ID, Version: r.Version, Kind: r.Kind, Subject: notice.Text{FA: r.SubjectFA, EN: r.SubjectEN}, Text: notice.Text{FA: r.TextFA, EN: r.TextEN},
		State: r.State, Made: r.Made.Time, Decided: r.Decided.Time, Reason: r.Reason,
	}
	_ = json.Unmarshal([]byte(r.Fields), &t.Fields) // we wrote it
	return t
}

const (
	templateColumns = `body, id, version, kind, subject_fa, subject_en, text_fa, text_en, fields, state, made_by, made_us, decided_by, decided_us, reason, evidence`
	sqlTemplates    = `SELECT ` + templateColumns + ` FROM sender_template WHERE body = $1 ORDER BY id DESC, version DESC LIMIT 500`
	sqlVersions     = `SELECT ` + templateColumns + ` FROM sender_template WHERE body = $1 AND id = $2 ORDER BY version DESC LIMIT 100`
	sqlWaiting      = `SELECT ` + templateColumns + ` FROM sender_template WHERE state = 'waiting' ORDER BY made_us, body, id LIMIT 500`
	sqlStanding     = `SELECT ` + templateColumns + ` FROM sender_template WHERE body = $1 AND id = $2 AND state = 'approved' ORDER BY version DESC LIMIT 1`
	sqlJudge        = `UPDATE sender_template SET state = $4, decided_by = $5, decided_us = $6, reason = $7, evidence = $8
		WHERE body = $1 AND id = $2 AND version = $3 AND state = 'waiting'`
)

// NewTemplate is a template as it is submitted.
type NewTemplate struct {
	ID            string // of the template that gets a new version; "" for a new one
	Kind          string
	Subject, Text notice.Text
	Fields        string // a line for each: name kind [max]
}

var (
	fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,30}$`)
	hole      = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)
)

// parseFields reads the lines that name the fields.
func (r Rules) parseFields(text string, bad *[]errs.Field) (out []Field) {
	line := 0
	for words := range strings.Lines(text) {
		line++
		parts := strings.Fields(persian.Digits(words))
		if len(parts) == 0 {
			continue
		}
		f := Field{Name: parts[0], Max: r.FieldMax}
		fault := len(parts) < 2 || len(parts) > 3 || !fieldName.MatchString(f.Name) || slices.ContainsFunc(out, func(o Field) bool { return o.Name == f.Name })
		if !fault {
			f.Kind = parts[1]
			fault = !slices.Contains(fieldKinds, f.Kind)
		}
		if !fault && len(parts) == 3 {
			n, err := strconv.Atoi(parts[2])
			fault, f.Max = err != nil || n < 1 || n > r.FieldMax, n
		}
		if fault {
			wrong(bad, "fields", "sender.wrong.field_line", "line", line, "kinds", i18n.LTR(strings.Join(fieldKinds, ", ")))
			return nil
		}
		if f.Kind != FieldText {
			f.Max = 0
		}
		out = append(out, f)
	}
	if len(out) > r.FieldsMax {
		wrong(bad, "fields", "sender.wrong.fields_many", "max", r.FieldsMax)
	}
	return out
}

// check cleans a template and tells what is wrong with it.
func (r Rules) check(n *NewTemplate) (fields []Field, bad []errs.Field) {
	n.Subject = notice.Text{FA: persian.Store(n.Subject.FA), EN: persian.Store(n.Subject.EN)}
	n.Text = notice.Text{FA: persian.Store(n.Text.FA), EN: persian.Store(n.Text.EN)}
	if !slices.Contains(notice.BodyKinds(), n.Kind) {
		wrong(&bad, "kind", "form.choose")
	}
	fields = r.parseFields(n.Fields, &bad)
	for _, t := range []struct {
		name, text string
		max        int
		must       bool
	}{{"subject_fa", n.Subject.FA, r.SubjectMax, true}, {"subject_en", n.Subject.EN, r.SubjectMax, n.Text.EN != ""},
		{"text_fa", n.Text.FA, r.TextMax, true}, {"text_en", n.Text.EN, r.TextMax, n.Subject.EN != ""}} {
		subject := strings.HasPrefix(t.name, "subject")
		switch {
		case t.text == "" && t.must:
			wrong(&bad, t.name, "form.required")
		case utf8.RuneCountInString(t.text) > t.max:
			wrong(&bad, t.name, "form.too_long", "max", t.max)
		case subject && strings.ContainsAny(t.text, "\n\t{}"):
			wrong(&bad, t.name, "sender.wrong.subject")
		case r.imitates(t.text, !subject):
			wrong(&bad, t.name, "sender.wrong.court")
		case !subject && t.text != "":
			used := map[string]bool{}
			for _, m := range hole.FindAllStringSubmatch(t.text, -1) {
				used[m[1]] = true
				if !slices.ContainsFunc(fields, func(f Field) bool { return f.Name == m[1] }) {
					wrong(&bad, t.name, "sender.wrong.hole")
					break
				}
			}
			for _, f := range fields {
				if !used[f.Name] {
					wrong(&bad, t.name, "sender.wrong.unused", "name", f.Name)
					break
				}
			}
		}
	}
	return fields, bad
}

// Submit hands a template in, or a new version of one. It is used once the centre
// has approved it; until then the version before it stands.
func (s *Service) Submit(ctx context.Context, a policy.Actor, n NewTemplate) (_ Template, err error) {
	defer errs.Wrap(&err, "sender.Submit")
	if err := s.manages(a); err != nil {
		return Template{}, err
	}
	fields, bad := s.rules.check(&n)
	if err := errs.InvalidFields(bad); err != nil {
		return Template{}, err
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return Template{}, err
	}
	row := templateRow{
		Body: a.For, ID: n.ID, Version: 1, Kind: n.Kind, SubjectFA: n.Subject.FA, SubjectEN: n.Subject.EN, TextFA: n.Text.FA, TextEN: n.Text.EN,
		Fields: string(text), State: Waiting, MadeBy: a.Person,
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		c, found, err := store.Find[contractRow](ctx, tx, sqlLatest, a.For)
		if err != nil {
			return err
		}
		if !found || c.State != Approved {
			return errs.New(errs.Conflict, "sender.no_contract")
		}
		if !slices.Contains(strings.Fields(c.Kinds), row.Kind) {
			return errs.InvalidFields([]errs.Field{{Name: "kind", Code: "sender.wrong.kind_contract"}})
		}
		if n.ID == "" {
			row.ID = id.New()
		} else {
			before, err := store.All[templateRow](ctx, tx, sqlVersions, a.For, n.ID)
			if err != nil {
				return err
			}
			switch {
			case len(before) == 0:
				return errs.New(errs.NotFound, "")
			case before[0].State == Waiting:
				return errs.New(errs.Conflict, "sender.version_waits")
			}
			row.Version = before[0].Version + 1
		}
		row.Made = store.At(tx.Now())
		if row.Evidence, err = s.stage(ctx, tx, "sender.template_submitted", a.For, row.ID, a, row.content()); err != nil {
			return err
		}
		return store.Insert(ctx, tx, "sender_template", row)
	})
	return row.template(), err
}

func (r templateRow) content() map[string]any {
	return map[string]any{
		"template": r.ID, "version": r.Version, "kind": r.Kind, "subject_fa": r.SubjectFA, "subject_en": r.SubjectEN, "text_fa": r.TextFA, "text_en": r.TextEN, "fields": r.Fields,
	}
}

// Judge approves or refuses a version of a template, with the reason.
func (s *Service) Judge(ctx context.Context, a policy.Actor, body, template string, version int64, state State, reason string) (err error) {
	defer errs.Wrap(&err, "sender.Judge")
	if err := s.d.Policy.Check(a, "sender.decide", resource(body)); err != nil {
		return err
	}
	reason = persian.Store(reason)
	var bad []errs.Field
	if state != Approved && state != Refused {
		wrong(&bad, "state", "form.choose")
	}
	if size := utf8.RuneCountInString(reason); size == 0 {
		wrong(&bad, "reason", "sender.wrong.reason")
	} else if size > 1000 {
		wrong(&bad, "reason", "form.too_long", "max", 1000)
	}
	if err := errs.InvalidFields(bad); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		evidence, err := s.stage(ctx, tx, "sender.template_decided", body, template, a, map[string]any{
			"template": template, "version": version, "state": string(state), "reason": reason,
		})
		if err != nil {
			return err
		}
		n, err := tx.ExecN(ctx, sqlJudge, body, template, version, state, a.Person, store.At(tx.Now()), reason, evidence)
		if err == nil && n == 0 {
			err = errs.New(errs.Conflict, "sender.moved_on")
		}
		return err
	})
}

func templates(rows []templateRow) []Template {
	out := make([]Template, len(rows))
	for i, r := range rows {
		out[i] = r.template()
	}
	return out
}

// Templates lists the newest version of each template of a body, the newest first.
func (s *Service) Templates(ctx context.Context, a policy.Actor) (_ []Template, err error) {
	defer errs.Wrap(&err, "sender.Templates")
	if err := s.sees(a); err != nil {
		return nil, err
	}
	rows, err := store.All[templateRow](ctx, s.d.DB, sqlTemplates, a.For)
	list := templates(rows)
	return slices.CompactFunc(list, func(a, b Template) bool { return a.ID == b.ID }), err
}

// Versions lists all versions of one template, the newest first: for its body, or for
// the centre.
func (s *Service) Versions(ctx context.Context, a policy.Actor, body, template string) (_ []Template, err error) {
	defer errs.Wrap(&err, "sender.Versions")
	if body == "" {
		body, err = a.For, s.sees(a)
	} else {
		err = s.d.Policy.Check(a, "sender.look", resource(body))
	}
	if err != nil {
		return nil, err
	}
	rows, err := store.All[templateRow](ctx, s.d.DB, sqlVersions, body, template)
	if err == nil && len(rows) == 0 {
		err = errs.New(errs.NotFound, "")
	}
	return templates(rows), err
}

// standing is the version of a template that is in use.
func (s *Service) standing(ctx context.Context, body, template string) (Template, bool, error) {
	row, found, err := store.Find[templateRow](ctx, s.d.DB, sqlStanding, body, template)
	return row.template(), found, err
}

// WaitingTemplates lists what waits for the centre, the oldest first.
func (s *Service) WaitingTemplates(ctx context.Context, a policy.Actor) (_ []Template, err error) {
	defer errs.Wrap(&err, "sender.WaitingTemplates")
	if err := s.d.Policy.Check(a, "sender.look", resource("")); err != nil {
		return nil, err
	}
	rows, err := store.All[templateRow](ctx, s.d.DB, sqlWaiting)
	list := templates(rows)
	for i, t := range list {
		c, _, cerr := store.Find[contractRow](ctx, s.d.DB, sqlLatest, t.Body)
		if cerr != nil {
			return nil, cerr
		}
		list[i].BodyName = notice.Text{FA: c.TitleFA, EN: c.TitleEN}
	}
	return list, err
}
