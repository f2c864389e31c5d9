// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// API adds the operations of this module.
func (s *Service) API(r *api.Registry) {
	open := func(id, path, summary string) api.Op {
		return api.Op{ID: id, Method: http.MethodPost, Path: path, Tag: "sign-in", Summary: summary, Roles: web.Anyone, Status: http.StatusCreated}
	}
	mine := func(id, method, path, summary string, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: path, Tag: "account", Summary: summary, Roles: web.SignedIn, Scope: scope}
	}
	start := open("startSession", "/sessions", "Check a password and send a code by text message")
	start.Note = "The answer and its time do not tell whether there is such an account."
	api.Add(r, start, s.apiStartSession)
	api.Add(r, open("resendSessionCode", "/sessions/{id}/resend", "Send another code"), s.apiResendSession)
	api.Add(r, open("finishSession", "/sessions/{id}/code", "Enter the code that was sent, or that of the app, and get a token as a citizen"), s.apiFinishSession)
	second := open("finishSessionByRecovery", "/sessions/{id}/recovery", "Enter a recovery code instead, and get a token as a citizen")
	second.Note = "For whoever has lost their telephone. The owner is told of it."
	api.Add(r, second, s.apiFinishByRecovery)
	check := mine("getSession", http.MethodGet, "/sessions/current", "Who acts with this token, in which capacity, and how surely that is known", api.ScopeRead)
	check.Note = "For programs that stand before a site of their own: 401 as soon as the token, the account or the capacity does not hold any more."
	api.Add(r, check, s.apiSession)
	api.Add(r, mine("useCapacity", http.MethodPut, "/sessions/current", "Act in another capacity from now on, with this token of signing in", api.ScopeAccount), s.apiUseCapacity)
	api.Add(r, mine("endSession", http.MethodDelete, "/sessions/current", "Sign out: end this token", api.ScopeAccount), s.apiEndSession)

	api.Add(r, open("startRegistration", "/registrations", "Give national code, birth date and mobile number"), s.apiStartRegistration)
	get := open("getRegistration", "/registrations/{id}", "How far a registration has come")
	get.Method, get.Status = http.MethodGet, http.StatusOK
	get.Note = "waiting: a registry does not answer. The entries are kept, it is asked again by itself, and a text message tells when it goes on."
	api.Add(r, get, s.apiGetRegistration)
	api.Add(r, open("resendRegistrationCode", "/registrations/{id}/resend", "Send another code"), s.apiResendRegistration)
	api.Add(r, open("proveRegistration", "/registrations/{id}/code", "Enter the code"), s.apiProve)
	api.Add(r, open("finishRegistration", "/registrations/{id}/password", "Choose a password, and get a token"), s.apiFinishRegistration)

	api.Add(r, mine("getAccount", http.MethodGet, "/account", "Who I am, and in which capacities I may act", api.ScopeRead), s.apiAccount)
	api.Add(r, mine("listAccesses", http.MethodGet, "/account/accesses", "Who has looked at my data, the newest first", api.ScopeRead), s.apiAccesses)
	api.Add(r, mine("listSignIns", http.MethodGet, "/account/sign-ins", "My recent sign-ins", api.ScopeRead), s.apiSignIns)
	api.Add(r, mine("listTokens", http.MethodGet, "/account/tokens", "My living tokens, those of signing in too", api.ScopeRead), s.apiTokens)
	make := mine("makeToken", http.MethodPost, "/account/tokens", "Make a personal token for one capacity; it is shown once", api.ScopeAccount)
	make.Status = http.StatusCreated
	api.Add(r, make, s.apiMakeToken)
	api.Add(r, mine("revokeToken", http.MethodDelete, "/account/tokens/{id}", "End a token", api.ScopeAccount), s.apiRevokeToken)
	s.securityAPI(r)
}

// apiStep is a way that is under way.
type apiStep struct {
	ID    string    `json:"id" doc:"Part of the address of the next step. Keep it to yourself."`
	State string    `json:"state" doc:"app: no code was sent; the person's app shows one, or resend sends one. passkey: no code is sent to this person; a recovery code does here, a passkey on the site." enum:"code,app,passkey,waiting,ready,proved,known,refused,open,done"`
	Code  *apiCode  `json:"code,omitempty"`
	Name  string    `json:"name,omitempty" doc:"As the civil registry has it; only once the code has proved who asks."`
	Cause string    `json:"cause,omitempty" doc:"Of waiting and refused."`
	Until time.Time `json:"-"`
}

type apiCode struct {
	Sent    time.Time `json:"sent"`
	Expires time.Time `json:"expires"`
	Again   time.Time `json:"again" doc:"From when another one may be sent."`
}

// apiToken is a new token of signing in.
type apiSession struct {
	Token      string        `json:"token" doc:"Send it as Authorization: Bearer."`
	Expires    time.Time     `json:"expires"`
	Name       string        `json:"name"`
	JudicialID string        `json:"judicial_id"`
	Capacities []apiCapacity `json:"capacities" doc:"In which one may act; PUT /sessions/current changes it."`
}

type apiCapacity struct {
	ID     string   `json:"id"`
	Role   string   `json:"role"`
	Title  api.Text `json:"title"`
	Unit   string   `json:"unit,omitempty"`
	Branch string   `json:"branch,omitempty"`
	From   string   `json:"from,omitempty"`
	Until  string   `json:"until,omitempty"`
}

type apiCredentials struct {
	Body struct {
		NationalCode string `json:"national_code" maxLength:"20" doc:"Or the judicial identifier, or a foreign national's code."`
		Password     string `json:"password" minLength:"1" maxLength:"500"`
	}
}

// APIByID names what is under way, or a token; it is exported for huma, which skips what is not.
type APIByID struct {
	ID string `path:"id" maxLength:"600"`
}

type apiCodeEntered struct {
	APIByID
	Body struct {
		Code string `json:"code" maxLength:"20"`
	}
}

func (s *Service) apiStartSession(c *api.Call, in *apiCredentials) (apiStep, error) {
	code, err := signInName(in.Body.NationalCode)
	if err != nil {
		return apiStep{}, err
	}
	st := step{Nonce: c.Act}
	ch, err := s.Login(c.Context(), code, in.Body.Password, From{Address: c.Address, Nonce: st.Nonce})
	if err != nil {
		return apiStep{}, err
	}
	st.Person, st.Code = ch.Person, ch.Code
	return s.apiStepOf(c, st)
}

func (s *Service) apiStepOf(c *api.Call, st step) (apiStep, error) {
	id, err := s.sealStep(st)
	if err != nil {
		return apiStep{}, err
	}
	out := apiStep{ID: id, State: string(CodeOut)}
	if st.Code == "" {
		have, err := s.Standing(c.Context(), st.Person)
		if out.State = byApp; have.Apps == 0 {
			out.State = "passkey"
		}
		return out, err
	}
	out.Code, err = s.apiSentCode(c, st.Code)
	return out, err
}

func (s *Service) apiSentCode(c *api.Call, code string) (*apiCode, error) {
	sent, err := s.SentCode(c.Context(), code)
	if err != nil {
		return nil, err
	}
	return &apiCode{Sent: sent.Sent, Expires: sent.Expires, Again: sent.Again}, nil
}

// signingIn reads the sign-in that a step names.
func (s *Service) signingIn(id string) (step, error) {
	st, err := s.openStep(id)
	if err == nil && st.Person == "" {
		err = errs.New(errs.NotFound, "")
	}
	return st, err
}

func (s *Service) apiResendSession(c *api.Call, in *APIByID) (apiStep, error) {
	st, err := s.signingIn(in.ID)
	if err != nil {
		return apiStep{}, err
	}
	ch, err := s.ResendLogin(c.Context(), Challenge{Person: st.Person, Code: st.Code})
	if err != nil && !CodeWaits(err) { // the code under way serves
		return apiStep{}, err
	}
	st.Code = ch.Code
	return s.apiStepOf(c, st)
}

func (s *Service) apiFinishSession(c *api.Call, in *apiCodeEntered) (apiSession, error) {
	st, err := s.signingIn(in.ID)
	if err != nil {
		return apiSession{}, err
	}
	err = s.FinishLogin(c.Context(), Challenge{Person: st.Person, Code: st.Code}, in.Body.Code, From{Address: c.Address, Nonce: st.Nonce})
	if err != nil {
		return apiSession{}, err
	}
	return s.apiSessionOf(c, st.Person)
}

func (s *Service) apiFinishByRecovery(c *api.Call, in *apiCodeEntered) (apiSession, error) {
	st, err := s.signingIn(in.ID)
	if err != nil {
		return apiSession{}, err
	}
	err = s.FinishByRecovery(c.Context(), Challenge{Person: st.Person}, in.Body.Code, From{Address: c.Address, Nonce: st.Nonce})
	if err != nil {
		return apiSession{}, err
	}
	return s.apiSessionOf(c, st.Person)
}

func (s *Service) apiSessionOf(c *api.Call, person string) (out apiSession, err error) {
	p, err := s.Person(c.Context(), person)
	if err != nil {
		return out, err
	}
	if out.Capacities, err = s.apiCapacities(c, person); err != nil {
		return out, err
	}
	secret, t, err := s.sessionToken(c.Context(), person, c.Act)
	out.Token, out.Expires, out.Name, out.JudicialID = secret, t.Expires, p.Name(), p.JudicialID
	return out, err
}

// apiCapacities are those that hold today, the citizen first.
func (s *Service) apiCapacities(c *api.Call, person string) ([]apiCapacity, error) {
	all, err := s.Capacities(c.Context(), person)
	out := []apiCapacity{{ID: AsCitizen, Role: AsCitizen, Title: api.Text{FA: "شهروند", EN: "Citizen"}}}
	for _, k := range all {
		if !k.Holds(civil.Of(s.d.Clock.Now())) {
			continue
		}
		row := apiCapacity{ID: k.ID, Role: string(k.Role), Title: api.Text{FA: k.TitleFA, EN: k.TitleEN}, Unit: k.Unit, Branch: k.Branch, From: k.From.String()}
		if k.Until != 0 {
			row.Until = k.Until.String()
		}
		out = append(out, row)
	}
	return out, err
}

type apiCapacityChosen struct {
	Body struct {
		Capacity string `json:"capacity" maxLength:"64" doc:"The id of one of the account's capacities, or citizen."`
	}
}

type apiActing struct {
	Role   string `json:"role"`
	Unit   string `json:"unit,omitempty"`
	Branch string `json:"branch,omitempty"`
}

// apiNow is who acts at this moment.
type apiNow struct {
	Name   string   `json:"name"`
	Level  int      `json:"level" doc:"0 self-declared, 1 registry and telephone, 2 remote proofing or vouched for, 3 seen in person."`
	Role   string   `json:"role"`
	Unit   string   `json:"unit,omitempty"`
	Branch string   `json:"branch,omitempty"`
	For    string   `json:"for,omitempty" doc:"Name of whoever is acted for."`
	Rights []string `json:"rights,omitempty" doc:"On behalf of them."`
}

func (s *Service) apiSession(c *api.Call, _ *struct{}) (apiNow, error) {
	a := c.Actor
	out := apiNow{Name: a.Name, Level: a.Assurance, Role: string(a.Role), Unit: a.Unit, Branch: a.Branch, For: a.ForName}
	for _, r := range a.Rights {
		out.Rights = append(out.Rights, string(r))
	}
	return out, nil
}

func (s *Service) apiUseCapacity(c *api.Call, in *apiCapacityChosen) (apiActing, error) {
	a, err := s.ActAs(c.Context(), c.Actor, in.Body.Capacity)
	return apiActing{Role: string(a.Role), Unit: a.Unit, Branch: a.Branch}, err
}

func (s *Service) apiEndSession(c *api.Call, _ *struct{}) (api.None, error) {
	return api.None{}, s.RevokeToken(c.Context(), c.Actor, c.Actor.Session)
}
