// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// asked is how an operation is called and who, of those whose role lets them
// in, gets to see or do something there. The others must be told that there is
// no such thing.
type asked struct {
	path   string
	body   any
	may    []Who       // nil: everybody in the role
	status []int       // for those who may; nil: 200
	others map[Who]int // an answer to somebody who may not that is not 404
}

// apiCalls has an entry for every operation.
func apiCalls(w world) map[string]asked {
	const ok, made, none, gone, late, wrong, no = http.StatusOK, http.StatusCreated, http.StatusNoContent, http.StatusNotFound,
		http.StatusConflict, http.StatusUnprocessableEntity, http.StatusForbidden
	me, them := []Who{Plaintiff}, []Who{Defendant}
	whole := []Who{Plaintiff, Defendant, Stranger, Guardian, Helper, Lawyer, Representative, Expert}
	everyone := append(slices.Clone(ofCourt), Plaintiff, Defendant)
	theirs := append(slices.Clone(ofCourt), Defendant)
	filing, kase, draft := "/filings/"+w.served.ID, "/cases/"+w.served.Case, "/filings/"+w.draft
	code := object{"code": "123456"}
	return map[string]asked{
		"GET /openapi.json":                 {path: "/openapi.json"},
		"POST /sessions":                    {path: "/sessions", body: object{"national_code": NationalCode(999), "password": "wrong horse 1404"}, status: []int{wrong}},
		"POST /sessions/{id}/resend":        {path: "/sessions/none/resend", status: []int{gone}},
		"POST /sessions/{id}/recovery":      {path: "/sessions/none/recovery", body: code, status: []int{gone}},
		"POST /sessions/{id}/code":          {path: "/sessions/none/code", body: code, status: []int{gone}},
		"GET /sessions/current":             {path: "/sessions/current"},
		"PUT /sessions/current":             {path: "/sessions/current", body: object{"capacity": "none"}, status: []int{wrong}},
		"DELETE /sessions/current":          {path: "/sessions/current", status: []int{none}},
		"POST /registrations":               {path: "/registrations", body: object{"national_code": "1", "birth": "1", "mobile": "1"}, status: []int{wrong}},
		"GET /registrations/{id}":           {path: "/registrations/none", status: []int{gone}},
		"POST /registrations/{id}/resend":   {path: "/registrations/none/resend", status: []int{gone}},
		"POST /registrations/{id}/code":     {path: "/registrations/none/code", body: code, status: []int{gone}},
		"POST /registrations/{id}/password": {path: "/registrations/none/password", body: object{"password": Password}, status: []int{gone}},

		"GET /account":                {path: "/account"},
		"GET /account/accesses":       {path: "/account/accesses"},
		"GET /account/sign-ins":       {path: "/account/sign-ins"},
		"GET /account/tokens":         {path: "/account/tokens"},
		"POST /account/tokens":        {path: "/account/tokens", body: object{"name": "نمونه", "scopes": []string{"read"}, "days": 1}, status: []int{made}},
		"DELETE /account/tokens/{id}": {path: "/account/tokens/none", status: []int{gone}},

		"GET /account/sessions":              {path: "/account/sessions"},
		"DELETE /account/sessions/{id}":      {path: "/account/sessions/none", status: []int{gone}},
		"GET /account/devices":               {path: "/account/devices"},
		"PUT /account/devices/{id}/name":     {path: "/account/devices/none/name", body: object{"label": "x"}, status: []int{gone}},
		"DELETE /account/devices/{id}":       {path: "/account/devices/none", status: []int{gone}},
		"GET /account/ways":                  {path: "/account/ways"},
		"DELETE /account/ways/passkeys/{id}": {path: "/account/ways/passkeys/none", status: []int{gone, no}}, // no: signed in too long ago
		"DELETE /account/ways/app":           {path: "/account/ways/app", status: []int{gone, no}},

		"GET /account/mandates":              {path: "/account/mandates"},
		"GET /account/mandates/{id}":         {path: "/account/mandates/" + w.mandate, may: []Who{Plaintiff, Stranger}},
		"POST /account/mandates":             {path: "/account/mandates", body: object{"kind": "staff", "taker": "1", "last_name": "x", "rights": []string{"see"}, "until": "2025-06-01"}, status: []int{no, wrong}},
		"POST /account/mandates/{id}/code":   {path: "/account/mandates/" + w.mandate + "/code", may: []Who{Plaintiff, Stranger}, status: []int{late, no}},
		"POST /account/mandates/{id}/give":   {path: "/account/mandates/" + w.mandate + "/give", body: code, may: []Who{Plaintiff, Stranger}, status: []int{late, no}},
		"POST /account/mandates/{id}/accept": {path: "/account/mandates/" + w.mandate + "/accept", may: []Who{Plaintiff, Stranger}, status: []int{late, no}},
		"PUT /account/mandates/{id}/notices": {path: "/account/mandates/" + w.mandate + "/notices", body: object{"notices": []string{"wishes"}}, may: []Who{Plaintiff, Stranger}, status: []int{wrong, late, no}},
		"DELETE /account/mandates/{id}":      {path: "/account/mandates/" + w.mandate, may: []Who{Plaintiff, Stranger}, status: []int{none}},

		"GET /account/body/units":             {path: "/account/body/units", status: []int{no}},
		"GET /account/body/units/{id}":        {path: "/account/body/units/" + w.unit, may: []Who{}},
		"POST /account/body/units":            {path: "/account/body/units", body: object{"code": "1", "name_fa": "x"}, status: []int{no}},
		"PUT /account/body/units/{id}/name":   {path: "/account/body/units/" + w.unit + "/name", body: object{"code": "1", "name_fa": "x"}, status: []int{no}},
		"PUT /account/body/units/{id}/parent": {path: "/account/body/units/" + w.unit + "/parent", body: object{"parent": ""}, status: []int{no}},
		"DELETE /account/body/units/{id}":     {path: "/account/body/units/" + w.unit, status: []int{no}},
		"POST /account/body/units/{id}/posts": {path: "/account/body/units/" + w.unit + "/posts", body: object{"person": "1", "last_name": "x", "title_fa": "x", "rights": []string{"see"}, "until": "2026-06-01"}, may: []Who{}},
		"GET /account/posts":                  {path: "/account/posts"},
		"GET /account/posts/{id}":             {path: "/account/posts/" + w.post, may: []Who{Stranger}},
		"POST /account/posts/{id}/accept":     {path: "/account/posts/" + w.post + "/accept", may: []Who{Stranger}, status: []int{ok, late}},
		"DELETE /account/posts/{id}":          {path: "/account/posts/" + w.post, may: []Who{Stranger}, status: []int{none}},

		"GET /account/residence":               {path: "/account/residence"},
		"PUT /account/residence":               {path: "/account/residence", body: object{"address": "x", "province": "tehran", "county": "tehran"}, status: []int{wrong}},
		"GET /account/alerts":                  {path: "/account/alerts"},
		"GET /account/alerts/wishes":           {path: "/account/alerts/wishes"},
		"PUT /account/alerts/wishes":           {path: "/account/alerts/wishes", body: object{"sms": true, "email": false, "lang": "", "quiet_from": "22:00", "quiet_to": "07:00", "neutral": false, "safe_from": "00:00", "safe_to": "00:00"}},
		"GET /account/level":                   {path: "/account/level"},
		"GET /account/level/brokers":           {path: "/account/level/brokers"},
		"POST /account/level/video":            {path: "/account/level/video", body: object{"broker": "none"}, status: []int{wrong, late}},
		"GET /account/level/video/{id}":        {path: "/account/level/video/none", status: []int{gone}},
		"POST /account/level/video/{id}/begin": {path: "/account/level/video/none/begin", status: []int{gone}},
		"POST /account/level/video/{id}/check": {path: "/account/level/video/none/check", status: []int{gone}},
		"POST /account/level/video/{id}/back":  {path: "/account/level/video/none/back", status: []int{gone}},

		"GET /introductions":             {path: "/introductions"},
		"GET /introductions/{id}":        {path: "/introductions/" + w.intro, may: []Who{Association, Administrator}},
		"GET /introductions/{id}/rows":   {path: "/introductions/" + w.intro + "/rows", may: []Who{Association, Administrator}},
		"POST /introductions":            {path: "/introductions?kind=lawyers&name=x.csv", body: []byte("x"), status: []int{wrong, no}},
		"POST /introductions/{id}/apply": {path: "/introductions/" + w.intro + "/apply", may: []Who{Association, Administrator}, status: []int{ok, late}},
		"POST /introductions/{id}/undo":  {path: "/introductions/" + w.intro + "/undo", may: []Who{Association, Administrator}, status: []int{late}},

		"GET /calendar/deadline":               {path: "/calendar/deadline?rule=cpc-336&served=2025-05-11"},
		"GET /calendar/rules":                  {path: "/calendar/rules"},
		"GET /services":                        {path: "/services"},
		"GET /services/{code}":                 {path: "/services/petition-debt"},
		"GET /status":                          {path: "/status"},
		"GET /outages/{id}":                    {path: "/outages/" + w.outage},
		"GET /outages/{id}/certificate":        {path: "/outages/" + w.outage + "/certificate", status: []int{ok, late}},
		"GET /outages/{id}/receipts/{version}": {path: "/outages/" + w.outage + "/receipts/1", status: []int{ok, late}},
		"POST /outages":                        {path: "/outages", body: object{"part": "moon", "from": "2025-05-01T00:00:00Z", "cause": "ours", "text": object{"fa": "x", "en": "x"}}, status: []int{wrong}},
		"POST /verify":                         {path: "/verify", body: object{"paper": strings.Repeat("0", 64)}},
		"POST /verify/certificate":             {path: "/verify/certificate", body: object{"number": "1"}, status: []int{wrong}},
		"GET /verify/stamps/{size}":            {path: "/verify/stamps/1", status: []int{gone}},

		"GET /payments/{id}":        {path: "/payments/" + w.served.Payment, may: me},
		"POST /payments/{id}/begin": {path: "/payments/" + w.served.Payment + "/begin", may: me, status: []int{late}}, // it is paid
		"POST /payments/{id}/check": {path: "/payments/" + w.served.Payment + "/check", may: me},

		"GET /notices":                                       {path: "/notices"},
		"GET /notices/numbers":                               {path: "/notices/numbers", may: whole, others: map[Who]int{LawClerk: no}},
		"GET /notices/days":                                  {path: "/notices/days", may: whole, others: map[Who]int{LawClerk: no}},
		"GET /notices/series":                                {path: "/notices/series", may: whole, status: []int{late, ok}, others: map[Who]int{LawClerk: no}},
		"GET /contests":                                      {path: "/contests"},
		"GET /court/contests":                                {path: "/court/contests"},
		"POST /cases/{id}/notices/{notice}/contests":         {path: kase + "/notices/" + w.notice + "/contests", may: them},
		"GET /cases/{id}/contests/{contest}":                 {path: w.contest, may: them},
		"PUT /cases/{id}/contests/{contest}":                 {path: w.contest, body: object{"reason": "not_me", "words": contestWords, "version": 0}, may: them, status: []int{late}},
		"POST /cases/{id}/contests/{contest}/files":          {path: w.contest + "/files?name=x.pdf", body: paperFile, may: them, status: []int{made}},
		"POST /cases/{id}/contests/{contest}/signature-code": {path: w.contest + "/signature-code", may: them},
		"POST /cases/{id}/contests/{contest}/signature":      {path: w.contest + "/signature", body: object{"code": "123456", "record_sha256": "x"}, may: them, status: []int{wrong, late}},
		"DELETE /cases/{id}/contests/{contest}":              {path: kase + "/contests/none", status: []int{gone}},
		"POST /cases/{id}/contests/{contest}/decision":       {path: w.contest + "/decision", body: object{"decision": "upheld", "why": contestWords, "version": 1}, status: []int{gone}},
		"GET /notices/{id}":                                  {path: "/notices/" + w.notice, may: them},
		"POST /notices/{id}/open":                            {path: "/notices/" + w.notice + "/open", may: them},
		"GET /notices/{id}/receipt":                          {path: "/notices/" + w.notice + "/receipt", may: them},
		"GET /court/paper-tasks":                             {path: "/court/paper-tasks"},

		"POST /court/hearings/move":         {path: "/court/hearings/move", body: object{"day": "2025-05-11", "to": "2025-06-07", "text": object{"fa": "x", "en": "x"}}, status: []int{wrong}},
		"GET /court/batches":                {path: "/court/batches"},
		"GET /court/batches/{id}":           {path: "/court/batches/" + w.batch, may: []Who{Clerk}},
		"GET /court/batches/{id}/faults":    {path: "/court/batches/" + w.batch + "/faults", may: []Who{Clerk}},
		"POST /court/batches/{id}/pause":    {path: "/court/batches/" + w.batch + "/pause", may: []Who{Clerk}, status: []int{late}},
		"POST /court/batches/{id}/continue": {path: "/court/batches/" + w.batch + "/continue", may: []Who{Clerk}, status: []int{late}},
		"POST /court/batches/{id}/stop":     {path: "/court/batches/" + w.batch + "/stop", may: []Who{Clerk}, status: []int{late}},

		// Only the keys of organisations have the scope.
		"GET /body/notices":                  {path: "/body/notices", status: []int{no}},
		"GET /body/notices/{id}":             {path: "/body/notices/none", status: []int{no}},
		"POST /body/notices/{id}/open":       {path: "/body/notices/none/open", status: []int{no}},
		"GET /body/notices/{id}/content":     {path: "/body/notices/none/content", status: []int{no}},
		"GET /body/notices/{id}/receipt":     {path: "/body/notices/none/receipt", status: []int{no}},
		"POST /body/notices/{id}/done":       {path: "/body/notices/none/done", status: []int{no}},
		"GET /sender/notices":                {path: "/sender/notices", status: []int{no}},
		"POST /sender/notices":               {path: "/sender/notices", body: object{"reference": "1", "template": "none"}, status: []int{no}},
		"POST /sender/batches":               {path: "/sender/batches", body: object{"notices": []object{}}, status: []int{no}},
		"POST /sender/batches/new":           {path: "/sender/batches/new", body: object{"key": "1", "title": "x"}, status: []int{no}},
		"GET /sender/batches":                {path: "/sender/batches", status: []int{no}},
		"GET /sender/batches/{id}":           {path: "/sender/batches/none", status: []int{no}},
		"POST /sender/batches/{id}/rows":     {path: "/sender/batches/none/rows", body: object{"from": 0, "notices": []object{{"reference": "1", "template": "none"}}}, status: []int{no}},
		"GET /sender/batches/{id}/rows":      {path: "/sender/batches/none/rows", status: []int{no}},
		"GET /sender/batches/{id}/results":   {path: "/sender/batches/none/results", status: []int{no}},
		"POST /sender/batches/{id}/seal":     {path: "/sender/batches/none/seal", status: []int{no}},
		"POST /sender/batches/{id}/start":    {path: "/sender/batches/none/start", status: []int{no}},
		"POST /sender/batches/{id}/pause":    {path: "/sender/batches/none/pause", status: []int{no}},
		"POST /sender/batches/{id}/continue": {path: "/sender/batches/none/continue", status: []int{no}},
		"POST /sender/batches/{id}/stop":     {path: "/sender/batches/none/stop", status: []int{no}},
		"GET /sender/notices/{id}":           {path: "/sender/notices/none", status: []int{no}},
		"GET /sender/notices/{id}/receipt":   {path: "/sender/notices/none/receipt", status: []int{no}},

		"GET /cases":                                          {path: "/cases"},
		"POST /cases/find":                                    {path: "/cases/find", body: object{"number": w.served.CaseNumber}, may: ofCourt, others: map[Who]int{OtherClerk: wrong, OtherJudge: wrong}},
		"GET /cases/{id}":                                     {path: kase, may: everyone},
		"GET /cases/{id}/notices":                             {path: kase + "/notices", may: everyone},
		"GET /cases/{id}/notices/{notice}":                    {path: "/cases/" + w.lawyered.Case + "/notices/" + w.onLawyer, may: me},
		"GET /deadlines":                                      {path: "/deadlines"},
		"GET /cases/{id}/deadlines/{deadline}":                {path: kase + "/deadlines/" + w.deadline, may: theirs},
		"GET /cases/{id}/deadlines/{deadline}/calendar.ics":   {path: kase + "/deadlines/" + w.deadline + "/calendar.ics", may: theirs},
		"GET /cases/{id}/hearings/{hearing}/calendar.ics":     {path: kase + "/hearings/" + w.hearing + "/calendar.ics", may: everyone},
		"GET /cases/{id}/services":                            {path: kase + "/services", may: []Who{Plaintiff, Defendant}},
		"DELETE /cases/{id}/parties/{party}/lawyers/{lawyer}": {path: kase + "/parties/none/lawyers/none", may: []Who{}},
		"GET /cases/{id}/branches":                            {path: "/cases/" + w.lawyered.Case + "/branches", may: []Who{Judge}, others: map[Who]int{BranchJudge: no}},
		"POST /cases/{id}/branch":                             {path: "/cases/" + w.waiting.Case + "/branch", body: object{"branch": "1", "version": 1}, may: []Who{Judge}, status: []int{none}, others: map[Who]int{BranchJudge: no}},
		"POST /cases/{id}/notices":                            {path: kase + "/notices", body: object{"kind": "other", "parties": []string{"none"}}, may: ofCourt, status: []int{wrong, no}},
		"POST /cases/{id}/notices/preview":                    {path: kase + "/notices/preview", body: object{"kind": "other", "parties": []string{"none"}}, may: ofCourt, status: []int{wrong, no}},

		"POST /filings":                                 {path: "/filings", body: object{"service": "petition-debt"}, may: []Who{Plaintiff, Defendant, Stranger, Guardian, Helper}, status: []int{made}, others: map[Who]int{Lawyer: no, Representative: no, LawClerk: no}},
		"GET /filings":                                  {path: "/filings"},
		"GET /filings/{id}":                             {path: filing, may: me},
		"PUT /filings/{id}/pages/{page}":                {path: draft + "/pages/grounds", body: object{"answers": object{"narrative": Narrative}}, may: me},
		"GET /filings/{id}/defects":                     {path: filing + "/defects", may: me},
		"GET /cases/{id}/filings/{filing}":              {path: kase + "/filings/" + w.object.ID, may: []Who{Plaintiff, Defendant}},
		"GET /cases/{id}/filings/{filing}/paper.pdf":    {path: kase + "/filings/" + w.object.ID + "/paper.pdf", may: []Who{Plaintiff, Defendant}},
		"GET /cases/{id}/filings/{filing}/files/{file}": {path: kase + "/filings/" + w.object.ID + "/files/" + w.file, may: []Who{Plaintiff, Defendant}},
		"POST /court/filings/{id}/halt":                 {path: "/court/filings/" + w.served.ID + "/halt", body: object{"defects": []object{{"field": "amount", "code": "none"}}}, may: []Who{Clerk}, status: []int{late, wrong}}, // it is served
		"POST /court/filings/{id}/reject":               {path: "/court/filings/" + w.served.ID + "/reject", may: []Who{Clerk}, status: []int{late}},
		"POST /court/filings/{id}/reject-late":          {path: "/court/filings/" + w.served.ID + "/reject-late", may: []Who{Clerk}, status: []int{late}},
		"POST /court/filings/{id}/decline":              {path: "/court/filings/" + w.served.ID + "/decline", body: object{"reason": "law"}, may: []Who{Clerk}, status: []int{late}},
		"GET /court/filings/{id}/reasons":               {path: "/court/filings/" + w.faulty.ID + "/reasons", may: []Who{Clerk}},
		"POST /court/filings/{id}/decide":               {path: "/court/filings/" + w.served.ID + "/decide", body: object{"set_aside": true, "reason": "…"}, may: []Who{Judge, BranchJudge}, status: []int{late, no}},
		"POST /court/filings/{id}/send":                 {path: "/court/filings/" + w.served.ID + "/send", may: []Who{Clerk, Judge, BranchJudge}, status: []int{late, no}},
		"POST /court/filings/{id}/certify":              {path: "/court/filings/" + w.served.ID + "/certify", body: object{"clean": true}, may: []Who{Clerk}, status: []int{late}},
		"POST /court/filings/{id}/lawyer":               {path: "/court/filings/" + w.served.ID + "/lawyer", may: []Who{Clerk}, status: []int{late}},
		"GET /filings/{id}/check":                       {path: "/filings/" + w.freezing + "/check", may: me},
		"POST /filings/{id}/freeze":                     {path: "/filings/" + w.freezing + "/freeze", may: me},
		"POST /filings/{id}/change":                     {path: "/filings/" + w.frozen + "/change", may: me},
		"DELETE /filings/{id}":                          {path: "/filings/" + w.unwanted, may: me, status: []int{none}},
		"POST /filings/{id}/signature-code":             {path: filing + "/signature-code", may: me, status: []int{no, late}},
		"POST /filings/{id}/submit":                     {path: filing + "/submit", body: object{"code": "123456", "record_sha256": strings.Repeat("0", 64)}, may: me, status: []int{late}},
		"GET /filings/{id}/receipt":                     {path: filing + "/receipt", may: me},
		"GET /filings/{id}/paper.pdf":                   {path: filing + "/paper.pdf", may: me},
		"GET /filings/{id}/paper.pdf/receipt":           {path: filing + "/paper.pdf/receipt", may: me},
		"POST /filings/{id}/files":                      {path: "/filings/" + w.open.ID + "/files?field=evidence_files&name=a.pdf", body: paperFile, may: me, status: []int{made}},
		"GET /filings/{id}/files":                       {path: "/filings/" + w.object.ID + "/files", may: me},
		"GET /filings/{id}/files/{file}":                {path: "/filings/" + w.object.ID + "/files/" + w.file, may: me},
		"DELETE /filings/{id}/files/{file}":             {path: "/filings/" + w.open.ID + "/files/" + w.openFile, may: me, status: []int{none}},

		"GET /court/filings":                   {path: "/court/filings"},
		"GET /court/filings/{id}":              {path: "/court/filings/" + w.served.ID, may: ofCourt},
		"GET /court/filings/{id}/files/{file}": {path: "/court/filings/" + w.object.ID + "/files/" + w.file, may: ofCourt},
		"POST /court/filings/{id}/serve":       {path: "/court/filings/" + w.served.ID + "/serve", body: object{"days": 15}, may: []Who{Clerk}, status: []int{late}}, // it is served
		"POST /court/filings/{id}/seen":        {path: "/court/filings/" + w.brief.ID + "/seen", may: []Who{Clerk}, status: []int{none}},
	}
}

// TestAPIPersonas calls every operation as everybody.
func TestAPIPersonas(t *testing.T) {
	t.Parallel()
	w := worldOn(New(t, "sqlite"))
	for _, who := range Everybody() {
		w.API(who)
	}
	table := apiCalls(w)
	routes := w.App.API.Routes()
	name := func(r web.Route) string { return r.Method + " " + strings.TrimPrefix(r.Pattern, "/api/v1") }
	for _, r := range routes {
		if _, ok := table[name(r)]; !ok {
			t.Errorf("%s has no entry in apiCalls: who may, and who must be refused?", name(r))
		}
	}
	for key := range table {
		if !slices.ContainsFunc(routes, func(r web.Route) bool { return name(r) == key }) {
			t.Errorf("apiCalls has an entry for %s, which is no operation", key)
		}
	}
	leaves := func(r web.Route) int {
		if name(r) == "DELETE /sessions/current" {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(routes, func(a, b web.Route) int { return leaves(a) - leaves(b) })
	secrets := w.secrets()
	for _, r := range routes {
		v, ok := table[name(r)]
		if !ok {
			continue
		}
		for _, welcome := range []bool{false, true} {
			for _, who := range Everybody() {
				want, in := apiExpected(r, v, who)
				if in != welcome {
					continue
				}
				a := w.API(who).Send(r.Method, v.path, v.body)
				if !slices.Contains(want, a.Status) {
					t.Errorf("%s as %s: %d, want %v\n%s", a.Asked, who, a.Status, want, a.Body)
				}
				if a.Status >= 400 && a.Header.Get("Content-Type") != "application/problem+json" {
					t.Errorf("%s as %s: %d is no problem", a.Asked, who, a.Status)
				}
				if slices.Contains(involved, who) && in {
					continue
				}
				for _, s := range secrets {
					if strings.Contains(string(a.Body), s) && !ownData(w, who, s) {
						t.Errorf("%s as %s shows %q", a.Asked, who, s)
					}
				}
			}
		}
	}
}

// apiExpected derives the answer from the operation's roles and the call.
func apiExpected(r web.Route, v asked, who Who) (status []int, welcome bool) {
	roles := r.RoleNames()
	in := slices.Contains(roles, "anyone") || (who != Nobody && (slices.Contains(roles, "signed-in") || slices.Contains(roles, string(who.Role()))))
	switch {
	case !in && who == Nobody:
		return []int{http.StatusUnauthorized}, false
	case !in:
		return []int{http.StatusForbidden}, false
	case v.may != nil && !slices.Contains(v.may, who):
		if s, ok := v.others[who]; ok {
			return []int{s}, false
		}
		return []int{http.StatusNotFound}, false
	case v.status == nil:
		return []int{http.StatusOK}, true
	}
	return v.status, true
}

// TestOthersTokens: a personal token does what its scopes say, for its owner, and
// dies with its revocation, its time, its capacity and a renewed password.
func TestOthersTokens(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		me := e.API(Plaintiff)
		made := me.Post("/account/tokens", object{"name": "برنامهٔ دفتر", "scopes": []string{"read"}, "days": 30}).Want(http.StatusCreated)
		reader := &APIClient{Env: e, Who: "reader", Token: made.Text("secret"), Lang: "en"}
		reader.Get("/account").Want(http.StatusOK)
		reader.Post("/filings", object{"service": "petition-debt"}).Want(http.StatusForbidden)
		reader.Post("/account/tokens", object{"name": "more", "scopes": []string{"file"}, "days": 1}).Want(http.StatusForbidden)
		list := me.Get("/account/tokens").Want(http.StatusOK)
		if strings.Contains(string(list.Body), made.Text("secret")) || list.Text("items.0.name") != "برنامهٔ دفتر" {
			t.Errorf("the list: %s", list.Body)
		}
		if page := e.As(Plaintiff).Get("/account/tokens").Want(http.StatusOK); !strings.Contains(page.Body, "برنامهٔ دفتر") || strings.Contains(page.Body, made.Text("secret")) {
			t.Errorf("the page: %s", page.Text())
		}
		e.API(Stranger).Send(http.MethodDelete, "/account/tokens/"+made.Text("id"), nil).Want(http.StatusNotFound)
		reader.Get("/account").Want(http.StatusOK)
		me.Send(http.MethodDelete, "/account/tokens/"+made.Text("id"), nil).Want(http.StatusNoContent)
		reader.Get("/account").Want(http.StatusUnauthorized)

		// Made on the page, shown there once, and over after its days.
		page := e.As(Plaintiff).Get("/account/tokens").Want(http.StatusOK).Submit("/account/tokens", "name", "پیشخوان", "days", "2").Want(http.StatusOK)
		secret := ""
		for _, word := range strings.Fields(page.Text()) {
			if strings.HasPrefix(word, "tarazu_pat_") {
				secret = word
			}
		}
		short := &APIClient{Env: e, Who: "short", Token: secret, Lang: "en"}
		short.Get("/account").Want(http.StatusOK)
		e.Clock.Advance(48 * 3600 * 1e9)
		short.Get("/account").Want(http.StatusUnauthorized)
		me.Get("/account").Want(http.StatusUnauthorized) // twelve hours are over too

		// Whose capacity ends loses the token of it.
		clerk := e.API(Clerk)
		clerk.SignIn(e.Person(Clerk).NationalCode, e.Person(Clerk).Mobile, Password)
		if who := clerk.Get("/account").Want(http.StatusOK).Text("acting.role"); who != "citizen" {
			t.Errorf("after signing in one is a %s", who)
		}
		clerk.Get("/court/filings").Want(http.StatusForbidden)
		capacity := clerk.Get("/account").Text("capacities.1.id")
		clerk.Send(http.MethodPut, "/sessions/current", object{"capacity": capacity}).Want(http.StatusOK)
		clerk.Get("/court/filings").Want(http.StatusOK)
		if err := e.App.Identity.EndCapacity(t.Context(), e.Actor(Administrator), e.Person(Clerk).ID, capacity, "left"); err != nil {
			t.Fatal(err)
		}
		clerk.Get("/court/filings").Want(http.StatusUnauthorized)
	})
}

// TestSignInTellsNothing: whether there is such an account cannot be seen.
func TestSignInTellsNothing(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	nobody := e.API(Nobody)
	answer := func(code string) string {
		a := nobody.Post("/sessions", object{"national_code": code, "password": "wrong horse 1404"}).Want(http.StatusUnprocessableEntity)
		body, _, _ := strings.Cut(string(a.Body), `"instance"`)
		return fmt.Sprint(body, a.Header.Get("Retry-After"))
	}
	if is, not := answer(e.Person(Plaintiff).NationalCode), answer(NationalCode(998)); is != not {
		t.Errorf("with an account: %s\nwithout: %s", is, not)
	}
}
