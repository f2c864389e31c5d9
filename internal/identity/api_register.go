// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

type apiEntries struct {
	Body struct {
		NationalCode string `json:"national_code" maxLength:"20"`
		Birth        string `json:"birth" maxLength:"10" example:"1985-03-21" doc:"Gregorian, or Jalali as 1364-01-01."`
		Mobile       string `json:"mobile" maxLength:"20" example:"09121234567"`
	}
}

// signInName is SignInName, whose fault names the member.
func signInName(s string) (string, error) {
	code, err := SignInName(s)
	if err != nil {
		return "", errs.InvalidFields([]errs.Field{{Name: "national_code", Code: codeOf(err)}})
	}
	return code, nil
}

func (s *Service) apiStartRegistration(c *api.Call, in *apiEntries) (apiStep, error) {
	var fields []errs.Field
	code, err := persian.NationalCode(in.Body.NationalCode)
	if err != nil {
		fields = append(fields, errs.Field{Name: "national_code", Code: codeOf(err)})
	}
	birth, err := civil.Parse(in.Body.Birth)
	if err != nil {
		fields = append(fields, errs.Field{Name: "birth", Code: "form.day_none"})
	}
	mobile, err := persian.Mobile(in.Body.Mobile)
	if err != nil {
		fields = append(fields, errs.Field{Name: "mobile", Code: codeOf(err)})
	}
	if err := errs.InvalidFields(fields); err != nil {
		return apiStep{}, err
	}
	reg, err := s.Start(c.Context(), c.Act, Entries{NationalCode: code, Birth: birth, Mobile: mobile, Lang: c.Lang(), Address: c.Address})
	if err != nil {
		return apiStep{}, err
	}
	return s.apiRegistration(c, reg)
}

// apiRegistration is a registration under way; what it tells about a person is
// told only after the code.
func (s *Service) apiRegistration(c *api.Call, reg Registration) (out apiStep, err error) {
	out.State, out.Cause = string(reg.State), reg.Cause
	if out.ID, err = s.sealStep(step{Registration: reg.ID}); err != nil {
		return out, err
	}
	switch reg.State {
	case CodeOut:
		out.Code, err = s.apiSentCode(c, reg.Code)
	case Proved, Known:
		out.Name = Person{FirstName: reg.FirstName, LastName: reg.LastName}.Name()
	}
	return out, err
}

// registering reads the registration that a step names.
func (s *Service) registering(c *api.Call, id string) (Registration, error) {
	st, err := s.openStep(id)
	if err == nil && st.Registration == "" {
		err = errs.New(errs.NotFound, "")
	}
	if err != nil {
		return Registration{}, err
	}
	return s.Registration(c.Context(), st.Registration)
}

func (s *Service) apiGetRegistration(c *api.Call, in *APIByID) (apiStep, error) {
	reg, err := s.registering(c, in.ID)
	if err != nil {
		return apiStep{}, err
	}
	return s.apiRegistration(c, reg)
}

func (s *Service) apiResendRegistration(c *api.Call, in *APIByID) (apiStep, error) {
	reg, err := s.registering(c, in.ID)
	if err != nil {
		return apiStep{}, err
	}
	next, err := s.Resend(c.Context(), reg.ID)
	if CodeWaits(err) { // the code under way serves
		next, err = reg, nil
	}
	if err != nil {
		return apiStep{}, err
	}
	return s.apiRegistration(c, next)
}

func (s *Service) apiProve(c *api.Call, in *apiCodeEntered) (apiStep, error) {
	reg, err := s.registering(c, in.ID)
	if err != nil {
		return apiStep{}, err
	}
	if reg, err = s.Prove(c.Context(), reg.ID, in.Body.Code); err != nil {
		return apiStep{}, err
	}
	return s.apiRegistration(c, reg)
}

type apiPassword struct {
	APIByID
	Body struct {
		Password string `json:"password" minLength:"1" maxLength:"500"`
	}
}

// apiFinishRegistration makes the account, or renews the password of the one
// that is there; then all its sessions and tokens have ended.
func (s *Service) apiFinishRegistration(c *api.Call, in *apiPassword) (apiSession, error) {
	reg, err := s.registering(c, in.ID)
	if err != nil {
		return apiSession{}, err
	}
	if reg.State == Done { // its name must not stay a key to the account: sign in
		return apiSession{}, errs.New(errs.Conflict, "identity.register.step")
	}
	p, err := s.Finish(c.Context(), reg.ID, in.Body.Password)
	if err != nil {
		return apiSession{}, err
	}
	if err := s.SignedIn(c.Context(), p.ID, From{Address: c.Address}, "registration"); err != nil {
		return apiSession{}, err
	}
	if s.sessions != nil {
		if err := s.sessions.RevokeAll(c.Context(), p.ID, ""); err != nil {
			return apiSession{}, err
		}
	}
	return s.apiSessionOf(c, p.ID)
}

type apiPerson struct {
	ID           string        `json:"id"`
	JudicialID   string        `json:"judicial_id"`
	NationalCode string        `json:"national_code"`
	Name         string        `json:"name"`
	FatherName   string        `json:"father_name"`
	Birth        string        `json:"birth"`
	Mobile       string        `json:"mobile"`
	Assurance    int           `json:"assurance"`
	Acting       apiActing     `json:"acting" doc:"What this token is."`
	Capacities   []apiCapacity `json:"capacities"`
}

func (s *Service) apiAccount(c *api.Call, _ *struct{}) (out apiPerson, err error) {
	p, err := s.View(c.Context(), c.Actor, c.Actor.Person, "")
	if err != nil {
		return out, err
	}
	out = apiPerson{
		ID: p.ID, JudicialID: p.JudicialID, NationalCode: p.NationalCode, Name: p.Name(), FatherName: p.FatherName,
		Birth: p.Birth.String(), Mobile: p.Mobile, Assurance: p.Assurance,
		Acting: apiActing{Role: string(c.Actor.Role), Unit: c.Actor.Unit, Branch: c.Actor.Branch},
	}
	out.Capacities, err = s.apiCapacities(c, p.ID)
	return out, err
}

type apiAccess struct {
	At   time.Time `json:"at"`
	Name string    `json:"name"`
	Role string    `json:"role"`
	Unit string    `json:"unit,omitempty"`
	What string    `json:"what"`
	Why  string    `json:"why"`
}

func (s *Service) apiAccesses(c *api.Call, _ *struct{}) (api.Page[apiAccess], error) {
	rows, err := s.Accesses(c.Context(), c.Actor.Person)
	var out []apiAccess
	for _, a := range rows {
		out = append(out, apiAccess{At: a.At, Name: a.Name, Role: string(a.Role), Unit: a.Unit, What: words(c.P, a.What), Why: words(c.P, a.Why)})
	}
	return api.NewPage(out, ""), err
}

type apiSignIn struct {
	At      time.Time `json:"at"`
	Address string    `json:"address"`
	Method  string    `json:"method"`
}

func (s *Service) apiSignIns(c *api.Call, _ *struct{}) (api.Page[apiSignIn], error) {
	rows, err := s.SignIns(c.Context(), c.Actor.Person)
	var out []apiSignIn
	for _, r := range rows {
		out = append(out, apiSignIn(r))
	}
	return api.NewPage(out, ""), err
}

type apiToken struct {
	ID       string     `json:"id"`
	Personal bool       `json:"personal" doc:"Else it is of signing in."`
	This     bool       `json:"this" doc:"It is the one of this call."`
	Name     string     `json:"name,omitempty"`
	Capacity string     `json:"capacity"`
	Scopes   []string   `json:"scopes,omitempty"`
	Created  time.Time  `json:"created"`
	Expires  time.Time  `json:"expires"`
	Used     *time.Time `json:"used,omitempty" doc:"To the minute."`
	Secret   string     `json:"secret,omitempty" doc:"The token itself: only in the answer that made it."`
}

func apiTokenOf(c *api.Call, t Token) apiToken {
	out := apiToken{ID: t.ID, Personal: t.Personal, This: t.ID == c.Actor.Session, Name: t.Name, Capacity: t.Capacity, Created: t.Created, Expires: t.Expires}
	if out.Capacity == "" {
		out.Capacity = AsCitizen
	}
	for _, s := range t.Scopes {
		out.Scopes = append(out.Scopes, string(s))
	}
	if !t.Used.IsZero() {
		out.Used = &t.Used
	}
	return out
}

func (s *Service) apiTokens(c *api.Call, _ *struct{}) (api.Page[apiToken], error) {
	list, err := s.Tokens(c.Context(), c.Actor)
	var out []apiToken
	for _, t := range list {
		out = append(out, apiTokenOf(c, t))
	}
	return api.NewPage(out, ""), err
}

type apiNewToken struct {
	Body struct {
		Name     string   `json:"name" minLength:"1" maxLength:"60"`
		Capacity string   `json:"capacity,omitempty" maxLength:"64" doc:"The id of one of the account's capacities; citizen if missing."`
		Scopes   []string `json:"scopes" minItems:"1" maxItems:"3" enum:"read,file,court"`
		Days     int      `json:"days" minimum:"1" maximum:"366"`
	}
}

func (s *Service) apiMakeToken(c *api.Call, in *apiNewToken) (apiToken, error) {
	n := NewToken{Name: in.Body.Name, Capacity: in.Body.Capacity, Days: in.Body.Days, Act: c.Act}
	for _, scope := range in.Body.Scopes {
		n.Scopes = append(n.Scopes, api.Scope(scope))
	}
	secret, t, err := s.MakeToken(c.Context(), c.Actor, n)
	if err != nil {
		return apiToken{}, err
	}
	out := apiTokenOf(c, t)
	out.Secret = secret
	return out, nil
}

func (s *Service) apiRevokeToken(c *api.Call, in *APIByID) (api.None, error) {
	return api.None{}, s.RevokeToken(c.Context(), c.Actor, in.ID)
}
