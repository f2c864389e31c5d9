// SPDX-License-Identifier: Apache-2.0

package identity

import "github.com/tarazu/tarazu/internal/platform/web"

// Pages of package recovery: where it begins, and where somebody goes on whose
// account takes more than a number.
const (
	pathRecover      = "/recover/ways"
	pathRecoverStart = "/recover"
	pathRecoveries   = "/account/recovery"
)

// PathWays is the page of the ways of signing in.
const PathWays = pathWays

// RegistrationIn is the registration under way in a session, "" if there is none.
func RegistrationIn(c *web.Ctx) string { return c.Get(keyRegistration) }

// EnterRecovered signs somebody in whose account was recovered in this session,
// ends all other sessions, and goes where the ways of signing in are looked after.
func (s *Service) EnterRecovered(c *web.Ctx, person string) error {
	if err := s.SignedIn(c.Context(), person, from(c), "recovered"); err != nil {
		return err
	}
	if s.sessions != nil {
		if err := s.sessions.RevokeAll(c.Context(), person, ""); err != nil {
			return err
		}
	}
	c.Put(keyMethod, "recovered")
	c.Put(keyNext, pathWays)
	return s.enter(c, person, AsCitizen)
}

// simple tells whether a known registration is enough for a new password.
func (s *Service) simple(c *web.Ctx, reg Registration) (bool, error) {
	p, err := s.Person(c.Context(), reg.Person)
	if err != nil || !reg.reaches(p) {
		return false, err
	}
	guarded, err := s.Guarded(c.Context(), s.d.DB, p.ID)
	return !guarded, err
}
