// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"errors"
	"mime/multipart"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// maxProof is how many bytes a proof may have.
const maxProof = 10 << 20

// correctionView is the page on which somebody says what is wrong.
type correctionView struct {
	web.View
	About string
	List  []Correction
}

func (s *Service) correctionsPage(c *web.Ctx) error { return s.drawCorrections(c, c.View(nil, nil)) }

func (s *Service) drawCorrections(c *web.Ctx, view web.View) error {
	list, err := s.Corrections(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("mydata.correction.title"), Lead: c.T("mydata.correction.lead"), Active: "account", Back: Path, Errors: view.Errors,
		Body: correctionBody(correctionView{View: view, About: about(c), List: list}),
	})
}

func (s *Service) postCorrection(c *web.Ctx) error {
	f, err := c.Form(maxProof + 1<<20)
	if err != nil {
		return err
	}
	var fields []string
	for _, x := range Fields() {
		fields = append(fields, string(x))
	}
	n := NewCorrection{
		Field: Field(f.Choice("field", fields...)), Claimed: f.Text("claimed", form.Missing("mydata.correction.claimed_missing"), form.Max(maxClaimed)), Reason: f.Text("reason", form.Missing("mydata.correction.reason_missing"), form.Max(maxReason)),
	}
	proof, _ := f.File("proof", form.Optional)
	if err = f.Err(); err == nil {
		err = s.askWithFile(c, n, proof)
	}
	if err != nil {
		shown, ok := c.Errors(err, f)
		if !ok {
			return err
		}
		return s.drawCorrections(c, c.View(f, shown))
	}
	c.Flash("mydata.correction.kept")
	return c.Redirect(pathCorrections)
}

// askWithFile asks, with the proof if there is one. What is wrong with the file is
// said at its field.
func (s *Service) askWithFile(c *web.Ctx, n NewCorrection, proof *multipart.FileHeader) error {
	if proof != nil {
		r, err := proof.Open()
		if err != nil {
			return err
		}
		defer r.Close()
		n.Name, n.File = proof.Filename, r
	}
	_, err := s.AskCorrection(c.Context(), c.Actor, n)
	if e, ok := errors.AsType[*errs.Error](err); ok && n.File != nil && e.Kind == errs.Invalid && len(e.Fields) == 0 {
		return errs.InvalidFields([]errs.Field{{Name: "proof", Code: e.Code, Args: e.Args}})
	}
	return err
}

func (v correctionView) options() []web.Option {
	var out []web.Option
	for _, f := range Fields() {
		out = append(out, web.Option{Value: string(f), Label: v.T("mydata.field." + string(f)), Hint: v.T("mydata.field_hint." + string(f))})
	}
	return out
}

func (v correctionView) table() web.TableOptions {
	o := web.TableOptions{
		Caption: v.T("mydata.correction.mine"), HiddenCaption: true,
		Columns: []web.Column{{Label: v.T("held.column.at")}, {Label: v.T("mydata.correction.what")}, {Label: v.T("mydata.correction.claimed")}, {Label: v.T("held.column.state")}, {Label: v.T("mydata.correction.answer")}},
	}
	for _, x := range v.List {
		o.Rows = append(o.Rows, []web.Cell{{Body: web.TimeText(v.P, x.Asked)}, {Text: v.T("mydata.field." + string(x.Field))}, {Text: x.Claimed}, {Text: v.T("mydata.correction.state." + x.State)}, {Text: x.Answer}})
	}
	return o
}
