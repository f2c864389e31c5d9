// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"bytes"
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// API adds the operations of this module.
func (s *Service) API(r *api.Registry) {
	const one = "/cases/{id}/contests/{contest}"
	op := func(id, method, path, summary string, roles []policy.Role, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: path, Tag: "contests", Summary: summary, Roles: roles, Scope: scope}
	}
	api.Add(r, op("listContests", http.MethodGet, "/contests", "The contests of service of the actor's account, the newest first", parties, api.ScopeRead), s.apiMine)
	api.Add(r, op("listCourtContests", http.MethodGet, "/court/contests", "What waits for the actor's branch, or was decided", desks, api.ScopeRead), s.apiDesk)
	begin := op("beginContest", http.MethodPost, "/cases/{id}/notices/{notice}/contests", "Begin to contest the service of a notice, or find the draft", parties, api.ScopeFile)
	begin.Note = "The answer names the reasons that may be said. Nothing has come to the court before signContest."
	api.Add(r, begin, s.apiBegin)
	api.Add(r, op("getContest", http.MethodGet, one, "A contest, as far as the actor may see it", readers, api.ScopeRead), s.apiGet)
	api.Add(r, op("saveContest", http.MethodPut, one, "Say what was not right, in a draft", parties, api.ScopeFile), s.apiSave)
	attach := op("attachToContest", http.MethodPost, one+"/files", "Attach a file to a draft", parties, api.ScopeFile)
	attach.Note = "The body is the file itself, as application/octet-stream: a PDF, a JPEG or a PNG. The same bytes again are the same file."
	attach.Takes, attach.MaxBody, attach.Timeout, attach.Status = "application/octet-stream", s.d.MaxFile+1, time.Minute, http.StatusCreated
	api.Add(r, attach, s.apiAttach)
	api.Add(r, op("sendContestCode", http.MethodPost, one+"/signature-code", "Fix the record of a draft and send the code that signs it", parties, api.ScopeFile), s.apiSendCode)
	api.Add(r, op("signContest", http.MethodPost, one+"/signature", "Sign a contest and bring it before the court", parties, api.ScopeFile), s.apiSign)
	api.Add(r, op("withdrawContest", http.MethodDelete, one, "Take a contest back", parties, api.ScopeFile), s.apiWithdraw)
	api.Add(r, op("decideContest", http.MethodPost, one+"/decision", "Decide a contest", judges, api.ScopeCourt), s.apiDecide)
}

type apiContest struct {
	ID        string             `json:"id"`
	Case      string             `json:"case"`
	Notice    string             `json:"notice"`
	Number    string             `json:"notice_number"`
	Title     api.Text           `json:"title" doc:"Of the notice."`
	Name      string             `json:"name" doc:"Whose contest it is."`
	Way       string             `json:"way" enum:"electronic,person,other,affixed,publication"`
	State     string             `json:"state" enum:"draft,open,withdrawn,moot,upheld,moved,set_aside"`
	Reason    string             `json:"reason,omitempty"`
	Words     string             `json:"words,omitempty"`
	Learned   string             `json:"learned,omitempty" format:"date" doc:"When the person learned of the notice."`
	Late      bool               `json:"late,omitempty"`
	Version   int64              `json:"version" doc:"Give it back with an act on the contest."`
	SHA256    string             `json:"record_sha256,omitempty" doc:"Of what is signed; there once a code was sent."`
	Files     []apiContestFile   `json:"files,omitempty"`
	Reasons   []apiContestReason `json:"reasons,omitempty" doc:"Of a draft: what may be said."`
	Signed    *time.Time         `json:"signed,omitempty"`
	Decided   *time.Time         `json:"decided,omitempty"`
	Why       string             `json:"why,omitempty" doc:"The judge's reasons."`
	Served    *time.Time         `json:"served,omitempty" doc:"If it was moved: since when the notice is served."`
	ServedBy  string             `json:"served_anew,omitempty" doc:"If it was set aside: the notice that takes its place."`
	OnPaper   bool               `json:"served_anew_on_paper,omitempty" doc:"The judge has ordered that, although there is an account."`
	PaperWhy  string             `json:"on_paper_why,omitempty"`
	TermDays  int                `json:"term_days,omitempty" doc:"The term that stood for the reason when it was signed."`
	TermFrom  string             `json:"term_source,omitempty" doc:"Where that term is known from."`
	OrderedBy string             `json:"order,omitempty" doc:"The notice with the order."`
}

type apiContestReason struct {
	Code     string   `json:"code"`
	Name     api.Text `json:"name"`
	Wants    api.Text `json:"wants"`
	Required bool     `json:"file_required"`
	Citation api.Text `json:"citation"`
}

type apiContestFile struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

func (s *Service) apiContestOf(k Contest) apiContest {
	when := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	out := apiContest{
		ID: k.ID, Case: k.Case, Notice: k.Notice, Number: k.Number, Title: api.Text(k.Title), Name: k.Name, Way: k.Way, State: string(k.State),
		Reason: k.Reason, Words: k.Words, Late: k.Late, Version: k.Version, SHA256: k.Hash, Signed: when(k.Signed), Decided: when(k.Decided), Why: k.Why,
		Served: when(k.Served), ServedBy: k.Anew, OrderedBy: k.Order, OnPaper: k.OnPaper, PaperWhy: k.PaperWhy, TermDays: k.TermDays, TermFrom: k.TermSource,
	}
	if k.Learned != 0 {
		out.Learned = k.Learned.String()
	}
	for _, f := range k.Files {
		out.Files = append(out.Files, apiContestFile{f.ID, f.Name, f.Type, f.Bytes, f.SHA256})
	}
	if k.State == Draft {
		for _, r := range s.tableOf(k).For(k.Way) {
			out.Reasons = append(out.Reasons, apiContestReason{r.Code, api.Text(r.Name), api.Text(r.Wants), r.Proof == ProofRequired, api.Text(r.Citation)})
		}
	}
	return out
}

func (s *Service) apiPage(page Page, err error) (api.Page[apiContest], error) {
	var out []apiContest
	for _, k := range page.Contests {
		out = append(out, s.apiContestOf(k))
	}
	return api.NewPage(out, page.Next), err
}

type apiMineAsked struct{ api.Paging }

func (s *Service) apiMine(c *api.Call, in *apiMineAsked) (api.Page[apiContest], error) {
	return s.apiPage(s.Mine(c.Context(), c.Actor, in.After))
}

type apiDeskAsked struct {
	api.Paging
	Decided bool `query:"decided" doc:"What was decided, the last one first; else what waits, the oldest first."`
}

func (s *Service) apiDesk(c *api.Call, in *apiDeskAsked) (api.Page[apiContest], error) {
	return s.apiPage(s.Desk(c.Context(), c.Actor, in.Decided, in.After))
}

type apiBeginAsked struct {
	ID     string `path:"id" maxLength:"64"`
	Notice string `path:"notice" maxLength:"64"`
}

func (s *Service) apiBegin(c *api.Call, in *apiBeginAsked) (apiContest, error) {
	k, err := s.Begin(c.Context(), c.Actor, in.ID, in.Notice)
	return s.apiContestOf(k), err
}

// APIContestAsked names a contest; it is exported for huma, which skips what is not.
type APIContestAsked struct {
	ID      string `path:"id" maxLength:"64"`
	Contest string `path:"contest" maxLength:"64"`
}

func (s *Service) apiGet(c *api.Call, in *APIContestAsked) (apiContest, error) {
	k, _, err := s.Get(c.Context(), c.Actor, in.ID, in.Contest)
	return s.apiContestOf(k), err
}

type apiContestSaid struct {
	APIContestAsked
	Body struct {
		Reason  string `json:"reason" maxLength:"40"`
		Words   string `json:"words" maxLength:"4000"`
		Learned string `json:"learned,omitempty" maxLength:"10" doc:"A day as 2025-03-21."`
		Version int64  `json:"version"`
	}
}

func (s *Service) apiSave(c *api.Call, in *apiContestSaid) (apiContest, error) {
	said := Said{Reason: in.Body.Reason, Words: in.Body.Words, Version: in.Body.Version}
	var err error
	if said.Learned, err = dayIn("learned", in.Body.Learned); err != nil {
		return apiContest{}, err
	}
	k, err := s.Save(c.Context(), c.Actor, in.ID, in.Contest, said)
	return s.apiContestOf(k), err
}

type apiContestUpload struct {
	APIContestAsked
	Name    string `query:"name" required:"true" maxLength:"200" doc:"Name of the file, for people."`
	RawBody []byte
}

func (s *Service) apiAttach(c *api.Call, in *apiContestUpload) (apiContestFile, error) {
	f, err := s.Attach(c.Context(), c.Actor, in.ID, in.Contest, in.Name, bytes.NewReader(in.RawBody))
	return apiContestFile{f.ID, f.Name, f.Type, f.Bytes, f.SHA256}, err
}

func (s *Service) apiSendCode(c *api.Call, in *APIContestAsked) (apiContest, error) {
	if err := s.SendCode(c.Context(), c.Actor, in.ID, in.Contest); err != nil {
		return apiContest{}, err
	}
	k, _, err := s.find(c.Context(), c.Actor, in.ID, in.Contest)
	return s.apiContestOf(k), err
}

type apiContestSignature struct {
	APIContestAsked
	Body struct {
		Code   string `json:"code" maxLength:"12"`
		SHA256 string `json:"record_sha256" maxLength:"64" doc:"Of the record that was shown."`
	}
}

func (s *Service) apiSign(c *api.Call, in *apiContestSignature) (apiContest, error) {
	k, err := s.Sign(c.Context(), c.Actor, in.ID, in.Contest, in.Body.SHA256, in.Body.Code)
	return s.apiContestOf(k), err
}

func (s *Service) apiWithdraw(c *api.Call, in *APIContestAsked) (apiContest, error) {
	if err := s.Withdraw(c.Context(), c.Actor, in.ID, in.Contest); err != nil {
		return apiContest{}, err
	}
	k, _, err := s.find(c.Context(), c.Actor, in.ID, in.Contest)
	return s.apiContestOf(k), err
}

type apiContestDecision struct {
	APIContestAsked
	Body struct {
		Decision string `json:"decision" enum:"upheld,moved,set_aside"`
		Day      string `json:"day,omitempty" maxLength:"10" doc:"A day as 2025-03-21, if it is moved: the day of service."`
		Why      string `json:"why" maxLength:"4000"`
		OnPaper  bool   `json:"on_paper,omitempty" doc:"If it is set aside: serve it again on paper, whatever account there is."`
		PaperWhy string `json:"paper_why,omitempty" maxLength:"4000" doc:"Why on paper; with on_paper."`
		Version  int64  `json:"version"`
	}
}

func (s *Service) apiDecide(c *api.Call, in *apiContestDecision) (apiContest, error) {
	d := Decision{State: State(in.Body.Decision), Why: in.Body.Why, OnPaper: in.Body.OnPaper, PaperWhy: in.Body.PaperWhy, Version: in.Body.Version}
	var err error
	if d.Day, err = dayIn("day", in.Body.Day); err != nil {
		return apiContest{}, err
	}
	k, err := s.Decide(c.Context(), c.Actor, in.ID, in.Contest, d)
	return s.apiContestOf(k), err
}

// dayIn reads a day of a body; "" is none.
func dayIn(field, text string) (civil.Day, error) {
	if text == "" {
		return 0, nil
	}
	d, err := civil.Parse(text)
	if err != nil {
		return 0, errs.InvalidFields([]errs.Field{{Name: field, Code: "form.day_wrong"}})
	}
	return d, nil
}
