// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// TellAll is Tell on every way on which a person is reached: telephone and
// e-mail. A way that no later try would help is left out.
func (s *Service) TellAll(ctx context.Context, person, key, reference string) (err error) {
	defer errs.Wrap(&err, "identity.TellAll")
	p, err := s.Person(ctx, person)
	if err != nil {
		return err
	}
	text := s.d.Catalog.Printer(p.Lang).T(key)
	var failed []error
	for way, to := range map[string]string{"m": p.Mobile, "e": p.Email} {
		if to == "" {
			continue
		}
		_, err := s.write(ctx, message{to: to, lang: p.Lang, text: text, reference: reference + "-" + way})
		if err != nil && !errs.Is(err, errs.Invalid) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}
