// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Who may use which pages. What each may see there is decided per object by
// policy.cedar.
var (
	filers = policy.Parties()
	staff  = []policy.Role{policy.Clerk, policy.Judge}
	clerks = []policy.Role{policy.Clerk}
	judges = []policy.Role{policy.Judge}
)

// maxForm bounds a page's form, in bytes: the longest narrative in Persian,
// percent-encoded, with room to spare.
const maxForm = 256 << 10

// Routes are the pages of this module.
func (s *Service) Routes() []web.Route {
	get := func(pattern string, roles []policy.Role, h func(*web.Ctx) error) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Roles: roles, Handle: h}
	}
	post := func(pattern string, roles []policy.Role, h func(*web.Ctx) error) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Roles: roles, Handle: h}
	}
	return []web.Route{
		get("/home", web.SignedIn, s.getHome),
		get("/filings/new", filers, s.getNew),
		get("/cases/{case}/brief", filers, s.getBrief),
		get(EnterPath, []policy.Role{policy.Lawyer, policy.LawClerk}, s.getEnter),
		post("/filings/client", []policy.Role{policy.Lawyer}, s.postClient),
		post("/filings", filers, s.postNew),
		get("/filings/{id}", filers, s.getFiling),
		get("/filings/{id}/pages/{page}", filers, s.getPage),
		s.uploads(post("/filings/{id}/pages/{page}", filers, s.postPage)),
		s.uploads(post("/filings/{id}/files", filers, s.postFiles)),
		s.uploads(post("/filings/{id}/files/{file}/remove", filers, s.postRemoveFile)),
		get("/filings/{id}/files/{file}", filers, s.getFile),
		get("/filings/{id}/check", filers, s.getCheck),
		post("/filings/{id}/check", filers, s.postCheck),
		post("/filings/{id}/change", filers, s.postChange),
		post("/filings/{id}/discard", filers, s.postDiscard),
		get("/filings/{id}/mend", filers, s.getMend),
		get("/filings/{id}/sign", filers, s.getSign),
		post("/filings/{id}/sign/code", filers, s.postCode),
		post("/filings/{id}/sign", filers, s.postSign),
		get("/filings/{id}/done", filers, s.getDone),
		get("/filings/{id}/receipt", filers, s.getReceipt),
		get("/filings/{id}/paper", filers, s.getPaper),
		get("/filings/{id}/paper.pdf", filers, s.getPaperFile),
		get("/filings/{id}/paper.pdf/receipt", filers, s.getPaperReceipt),
		get("/filings/{id}/versions", filers, s.getVersions),
		get("/filings/{id}/versions/{round}/paper.pdf", filers, s.getVersionPaper),
		get("/filings/{id}/versions/{round}/receipt", filers, s.getVersionReceipt),
		get("/court", staff, s.getDesk),
		get("/court/filings/{id}/versions", staff, s.getCourtVersions),
		get("/court/filings/{id}/versions/{round}/paper.pdf", staff, s.getVersionPaper),
		get("/court/filings/{id}/versions/{round}/receipt", staff, s.getVersionReceipt),
		get("/cases/{case}/filings/{filing}/take-over", filers, s.getTakeOver),
		post("/cases/{case}/filings/{filing}/take-over", filers, s.postTakeOver),
		get("/cases/{case}/files/{filing}", filers, s.getShared),
		get("/cases/{case}/files/{filing}/paper.pdf", filers, s.getSharedPaper),
		get("/cases/{case}/files/{filing}/{file}", filers, s.getSharedFile),
		get("/court/filings/{id}", staff, s.getReceived),
		get("/court/filings/{id}/files/{file}", staff, s.getReceivedFile),
		post("/court/filings/{id}/serve", clerks, s.postServe),
		post("/court/filings/{id}/seen", clerks, s.postSeen),
		get("/court/filings/{id}/halt", clerks, s.getHalt),
		post("/court/filings/{id}/halt", clerks, s.postHalt),
		post("/court/filings/{id}/decline", clerks, s.postDecline),
		post("/court/filings/{id}/certify", clerks, s.postCertify),
		post("/court/filings/{id}/lawyer", clerks, s.postLawyer),
		post("/court/filings/{id}/reject", clerks, s.postReject),
		post("/court/filings/{id}/decide", judges, s.postDecide),
		post("/court/filings/{id}/send", staff, s.postSend),
	}
}

// pick chooses the text in the visitor's language.
func pick(c *web.Ctx, fa, en string) string {
	if c.P.Lang() == "en" && en != "" {
		return en
	}
	return fa
}
