// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// mostPresence bounds each list of a Presence.
const mostPresence = 50

// Presence is what this program noted of somebody's being here in some days:
// when and how they signed in, and the browsers that they used then. It names no
// network address and no session.
type Presence struct {
	SignIns []SignIn        // the newest first
	Devices []factor.Device // with Name, First and Last alone
}

// Presence reads it for somebody who has to judge whether the person could have
// been here; who may, the module above decides, and records the look. Sign-ins of
// more than a year ago are gone.
func (s *Service) Presence(ctx context.Context, q store.Querier, person string, from, to time.Time) (out Presence, err error) {
	defer errs.Wrap(&err, "identity.Presence")
	rows, err := store.All[signInRow](ctx, q, sqlSignInsBetween, person, store.At(from), store.At(to), mostPresence)
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		out.SignIns = append(out.SignIns, SignIn{At: r.At.Time, Method: r.Method})
	}
	list, err := s.factors.Devices(ctx, person)
	for _, d := range list {
		if d.First.Before(to) && !d.Last.Before(from) {
			out.Devices = append(out.Devices, factor.Device{Name: d.Name, First: d.First, Last: d.Last})
		}
	}
	return out, err
}
