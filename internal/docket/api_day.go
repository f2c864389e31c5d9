// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
)

func (s *Service) dayAPI(r *api.Registry) {
	api.Add(r, api.Op{
		ID: "moveHearingsOfDay", Method: http.MethodPost, Path: "/court/hearings/move", Tag: "court", Roles: registry, Scope: api.ScopeCourt,
		Summary: "Move all hearings of a day to another day and tell every party, as one batch",
		Note:    "The answer is the batch; getBatch says how far it is. The same idempotency key answers with the same batch.",
	}, s.apiMoveDay)
}

type apiDayMove struct {
	Body struct {
		Day  civil.Day `json:"day"`
		To   civil.Day `json:"to"`
		Text api.Text  `json:"text" doc:"Why; en may be empty."`
	}
}

// apiBatchBegun names the batch; its operations are those of package bulk.
type apiBatchBegun struct {
	ID string `json:"id"`
}

func (s *Service) apiMoveDay(c *api.Call, in *apiDayMove) (apiBatchBegun, error) {
	b, err := s.MoveDay(c.Context(), c.Actor, DayMove{Act: c.Act, Day: in.Body.Day, To: in.Body.To, Text: stored(in.Body.Text)})
	return apiBatchBegun{ID: b.ID}, err
}
