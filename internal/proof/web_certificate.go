// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"context"

	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// fieldNumber is the number of a certificate.
const fieldNumber = "number"

// certified is the answer about the number of a certificate.
type certified struct {
	paper filing.Certificate
	found bool
}

// postCertificate says of the number of a certificate what a paper that bears
// it must say too.
func (s *Service) postCertificate(c *web.Ctx) error {
	in, err := c.Form(1 << 10)
	if err != nil {
		return err
	}
	number := in.Text(fieldNumber, form.Required, form.Max(40))
	answer, err := s.certificate(c, in, number)
	if err != nil {
		if shown, ok := c.Errors(err, in); ok {
			return s.render(c, verifyView{in: in}, shown)
		}
		return err
	}
	return s.render(c, verifyView{in: in, certified: &answer}, nil)
}

func (s *Service) certificate(c *web.Ctx, in *form.Form, number string) (out certified, err error) {
	if err := in.Err(); err != nil {
		return out, err
	}
	out.paper, out.found, err = s.byNumber(c.Context(), c.IP(), number)
	return out, err
}

// byNumber looks a certificate up for somebody at an address.
func (s *Service) byNumber(ctx context.Context, address, number string) (k filing.Certificate, found bool, err error) {
	if err := s.slow(address); err != nil {
		return k, false, err
	}
	k, found, err = s.papers.CertificateByNumber(ctx, number)
	if errs.Is(err, errs.Invalid) {
		err = wrong(fieldNumber, "proof.number_wrong")
	}
	return k, found, err
}

// rows are all that is said of a certificate.
func (a certified) rows(p *i18n.Printer) []web.SummaryRow {
	k := a.paper
	return []web.SummaryRow{
		{Key: p.T("proof.certificate.kind"), Value: inLang(p, k.TitleFA, k.TitleEN)},
		{Key: p.T("proof.certificate.number"), Value: k.Number, LTR: true},
		{Key: p.T("proof.certificate.unit"), Value: inLang(p, k.UnitFA, k.UnitEN)},
		{Key: p.T("proof.certificate.issued"), Value: p.Day(k.Issued)},
		{Key: p.T("proof.certificate.until"), Value: p.Day(k.Until)},
		{Key: p.T("proof.certificate.initials"), Value: k.Initials},
		{Key: p.T("proof.certificate.code_end"), Value: k.CodeEnd, LTR: true},
	}
}

// inLang chooses the text in the reader's language.
func inLang(p *i18n.Printer, fa, en string) string {
	if p.Lang() == i18n.EN && en != "" {
		return en
	}
	return fa
}
