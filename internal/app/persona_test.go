// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/contest"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/identity/mydata"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// world is one served case and what else can be asked for. All of it belongs
// to Plaintiff unless it says otherwise.
type world struct {
	*Env
	served     Filed  // submitted, its branch confirmed, served on Defendant
	brief      Filed  // Defendant's answer
	lawyered   Filed  // of it only the number and the title may be known to Lawyer
	waiting    Filed  // submitted, its branch not confirmed
	onLawyer   string // a notice for Plaintiff in the case lawyered, served on Lawyer
	notice     string // Defendant's, opened
	deadline   string // Defendant's
	hearing    string // of the served case
	draft      string // filled, stays a draft
	freezing   string // filled, to be fixed by the test
	frozen     string // fixed, waits for its payment
	unwanted   string // filled, to be given up by the test
	object     Filed  // Plaintiff's objection to a report, with a file
	file       string // that file
	open       Filed  // the same, a draft
	openFile   string
	faulty     Filed  // submitted, to be halted by the test
	halted     Filed  // halted
	mandate    string // Plaintiff’s, offered to Stranger
	visit      string // at the counter, by Operator
	export     string // a copy of Plaintiff’s data, erased
	video      string // Plaintiff's order of proofing by video, not paid
	intro      string // a checked file of Association's lawyers
	correction string // of Plaintiff’s, as a path
	unit       string // of a body that Plaintiff heads
	post       string // there, offered to Stranger
	outage     string // declared, over
	batch      string // of Clerk's unit, done
	contest    string // Defendant's, of the service of notice: a draft
	unitPath   string
	postPath   string
}

func worldOn(e *Env) world {
	e.T.Helper()
	w := world{Env: e}
	w.Person(Defendant)
	w.lawyered = w.File(Plaintiff, Defendant, LargeClaim) // takes the number that stands as an example on a page
	w.RecordLawyer(Clerk, Lawyer, Plaintiff, w.lawyered.Case)
	w.onLawyer = w.Letter(Clerk, w.lawyered.Case, Plaintiff)
	w.served = w.File(Plaintiff, Defendant, LargeClaim)
	w.Refer(Judge, w.served.Case)
	w.notice = w.Serve(Clerk, w.served, Defendant)
	w.Open(Defendant, w.notice)
	list := w.As(Defendant).Get("/cases/" + w.served.Case).Want(http.StatusOK)
	w.deadline = strings.Split(list.Link("/cases/"+w.served.Case+"/deadlines/"), "/")[4]
	w.hearing = w.CallToHearing(Clerk, w.served.Case)
	w.brief = w.Answer(Defendant, w.served.Case, w.notice)
	contested, err := e.App.Contest.Begin(e.T.Context(), e.Actor(Defendant), w.served.Case, w.notice)
	if err == nil {
		_, err = e.App.Contest.Save(e.T.Context(), e.Actor(Defendant), w.served.Case, contested.ID, contest.Said{Reason: "not_me", Words: contestWords, Version: contested.Version})
	}
	if err != nil {
		e.T.Fatal(err)
	}
	w.contest = "/cases/" + w.served.Case + "/contests/" + contested.ID
	w.waiting = w.File(Plaintiff, Defendant, LargeClaim+1_000_000)
	w.batch = w.makeBatch()
	w.draft = w.Draft(Plaintiff, Defendant, LargeClaim)
	w.freezing = w.Draft(Plaintiff, Defendant, LargeClaim)
	w.frozen = w.Draft(Plaintiff, Defendant, LargeClaim)
	w.As(Plaintiff).PostForm("/filings/" + w.frozen + "/check").Follow().Want(http.StatusOK)
	w.unwanted = w.Draft(Plaintiff, Defendant, LargeClaim)
	w.object, w.file = w.Object(Plaintiff, w.served.Case, paperFile)
	w.open, w.openFile = w.ObjectDraft(Plaintiff, w.served.Case, paperFile)
	w.faulty = w.File(Plaintiff, Defendant, LargeClaim)
	w.halted = w.File(Plaintiff, Defendant, LargeClaim)
	if _, err := e.App.Filing.Halt(e.T.Context(), e.Actor(Clerk), w.halted.ID, []filing.Defect{{Field: "amount", Code: "value"}}); err != nil {
		e.T.Fatal(err)
	}
	video, err := e.App.Proofing.Choose(e.T.Context(), e.Actor(Plaintiff), "didar", i18n.FA, "")
	if err != nil {
		e.T.Fatal(err)
	}
	w.video = video.ID
	w.visit = w.AtCounter(w.Walker(901, "+989360000901"))
	for _, who := range Everybody() {
		w.As(who)
	}
	x, err := e.App.MyData.AskExport(e.T.Context(), e.Actor(Plaintiff), "fa")
	if err == nil {
		err = e.App.MyData.EraseExport(e.T.Context(), e.Actor(Plaintiff), x.ID)
	}
	if err != nil {
		e.T.Fatal(err)
	}
	w.export = x.ID
	k, err := e.App.MyData.AskCorrection(e.T.Context(), e.Actor(Plaintiff), mydata.NewCorrection{Field: mydata.FieldNames, Claimed: "نام درست", Reason: "نام خانوادگی من عوض شده است"})
	if err != nil {
		e.T.Fatal(err)
	}
	w.correction = k.Owner + "/" + k.ID
	w.mandate = w.Offer(Plaintiff, Stranger, mandate.Helper, policy.See)
	batch, err := e.App.Intro.Check(e.T.Context(), e.Actor(Association), "lawyers", "bar-tehran", "x.csv", []byte(lawyersFile))
	if err != nil {
		e.T.Fatal(err)
	}
	w.intro = batch.ID
	o, err := e.App.Outage.Declare(e.T.Context(), e.Actor(Administrator), outage.Facts{
		Part: "inbox", From: e.Clock.Now().Add(-2 * time.Hour), To: e.Clock.Now().Add(-time.Hour), Cause: outage.Ours, Text: outage.Text{FA: "نمونه", EN: "An example"},
	})
	if err != nil {
		e.T.Fatal(err)
	}
	w.outage = o.ID
	head := w.Head(Plaintiff, "B1")
	w.unit = w.Unit(head, "1", "").ID
	w.post = w.OfferPost(head, w.unit, Stranger, body.GivesNone, policy.See).ID
	w.unitPath, w.postPath = body.Path+"/units/"+w.unit, body.PathPosts+"/"+w.post
	return w
}

// makeBatch is an empty batch of notices, done.
func (w world) makeBatch() (made string) {
	w.T.Helper()
	clerk := w.Actor(Clerk)
	err := w.App.DB.Write(w.T.Context(), func(tx *store.Tx) error {
		b, err := w.App.Bulk.StartTx(w.T.Context(), tx, clerk, bulk.Order{
			Kind: bulk.Plain, Key: "world", Sender: clerk.Unit, SenderKind: bulk.Court, Title: notice.Text{FA: "دسته", EN: "Batch"},
		}, nil)
		made = b.ID
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	w.Drain()
	return made
}

// contestWords say why a service is contested.
const contestWords = "آن روز در بیمارستان بستری بودم و گوشی در خانه مانده بود."

// lawyersFile introduces somebody who has no account.
const lawyersFile = "national code,last name,licence number,grade,valid until\n0000000019,x,1,1,2030-01-01\n"

// paperFile is a PDF of one page.
var paperFile = []byte("%PDF-1.4\n1 0 obj<</Pages 2 0 R>>endobj 2 0 obj<</Kids[3 0 R]>>endobj 3 0 obj<</Type/Page>>endobj\n" +
	"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000039 00000 n \n0000000069 00000 n \ntrailer<</Root 1 0 R>>\nstartxref\n97\n%%EOF")

// secrets are words that only the people of the case may ever be shown.
func (w world) secrets() []string {
	p, d := w.Person(Plaintiff), w.Person(Defendant)
	return []string{
		w.served.CaseNumber, w.served.Tracking, w.waiting.CaseNumber, w.waiting.Tracking, PlaintiffAddress, DefendantAddress,
		Narrative[:60], Defence[:60], p.NationalCode, d.NationalCode, p.Mobile, d.Mobile,
	}
}

// involved are the people of the case.
var involved = []Who{Plaintiff, Defendant, Clerk, Judge, BranchJudge}

var ofCourt = []Who{Clerk, Judge, BranchJudge}

// visit is how a route is asked for and who, of those whose role the route
// lets in, gets to see or do something there. The others must be told that
// there is no such thing.
type visit struct {
	path   string
	fields []string
	may    []Who       // nil: everybody in the role
	status []int       // for those who may; nil: 200 for GET, 303 for POST
	others map[Who]int // an answer to somebody who may not that is not 404
	open   bool        // shows text messages on purpose: the demo's pane
}

// visits has an entry for every route.
func visits(w world) map[string]visit {
	filing := "/filings/" + w.served.ID
	ok, again, wrong := http.StatusOK, http.StatusSeeOther, http.StatusUnprocessableEntity
	gone, late, no := http.StatusNotFound, http.StatusConflict, http.StatusForbidden
	me, them := []Who{Plaintiff}, []Who{Defendant}
	whole := []Who{Plaintiff, Defendant, Stranger, Guardian, Helper, Lawyer, Representative, Expert} // see all notices of somebody
	parties := append(slices.Clone(ofCourt), Plaintiff, Defendant)
	return map[string]visit{
		"GET /account/level/video":             {path: "/account/level/video"},
		"POST /account/level/video":            {path: "/account/level/video", status: []int{wrong}},
		"GET /account/level/video/{id}":        {path: "/account/level/video/" + w.video, may: me},
		"POST /account/level/video/{id}/begin": {path: "/account/level/video/" + w.video + "/begin", may: me, status: []int{wrong}}, // it is not paid: said on the page
		"POST /account/level/video/{id}/check": {path: "/account/level/video/" + w.video + "/check", may: me},
		"POST /account/level/video/{id}/back":  {path: "/account/level/video/" + w.video + "/back", may: me, status: []int{wrong}},
		"GET /account/level/video/return":      {path: "/account/level/video/return?token=none", status: []int{gone}},
		"POST /proofing/callback":              {path: "/proofing/callback", status: []int{wrong}},

		"GET /{$}":                        {path: "/", status: []int{ok, again}},
		"GET /language":                   {path: "/language?to=en", status: []int{again}},
		"GET /theme":                      {path: "/theme?to=dark", status: []int{again}},
		"GET /demo":                       {path: "/demo", open: true},
		"GET /demo/components":            {path: "/demo/components"},
		"GET /demo/people":                {path: "/demo/people"},
		"POST /demo/clock":                {path: "/demo/clock", status: []int{wrong}, open: true},
		"POST /demo/enter":                {path: "/demo/enter", status: []int{gone}},
		"GET /login":                      {path: "/login"},
		"GET /admin/alerts":               {path: "/admin/alerts"},
		"POST /admin/alerts":              {path: "/admin/alerts", fields: []string{"bounce", "none"}, status: []int{gone}},
		"GET /account/address":            {path: "/account/address"},
		"POST /account/address":           {path: "/account/address", status: []int{wrong}},
		"GET /account/alerts":             {path: "/account/alerts"},
		"POST /account/alerts":            {path: "/account/alerts", status: []int{wrong}},
		"POST /account/alerts/messenger":  {path: "/account/alerts/messenger", status: []int{wrong}},
		"POST /account/alerts/push":       {path: "/account/alerts/push", status: []int{wrong}},
		"GET /account/alerts/sw.js":       {path: "/account/alerts/sw.js"},
		"POST /alerts/bot/{messenger}":    {path: "/alerts/bot/bale", status: []int{http.StatusUnauthorized}, open: true}, // it shows no secret
		"GET /demo/chats/{messenger}":     {path: "/demo/chats/bale"},
		"GET /demo/browser":               {path: "/demo/browser"},
		"POST /demo/browser":              {path: "/demo/browser", status: []int{wrong}},
		"POST /demo/chats/{messenger}":    {path: "/demo/chats/bale", status: []int{wrong}},
		"POST /alerts/report/{provider}":  {path: "/alerts/report/sms", status: []int{http.StatusUnauthorized}, open: true}, // it is not signed,
		"GET /account/level":              {path: "/account/level"},
		"POST /account/level/registry":    {path: "/account/level/registry", status: []int{again}},
		"POST /login":                     {path: "/login", status: []int{wrong}},
		"GET /login/code":                 {path: "/login/code", status: []int{again}},
		"POST /login/code":                {path: "/login/code"},
		"POST /login/resend":              {path: "/login/resend"},
		"POST /login/passkey/begin":       {path: "/login/passkey/begin", status: []int{gone}},                                     // a site reached by a number has none
		"POST /login/code/passkey/begin":  {path: "/login/code/passkey/begin", status: []int{http.StatusUnauthorized}, open: true}, // no password was given
		"POST /login/code/passkey":        {path: "/login/code/passkey"},
		"POST /login/passkey":             {path: "/login/passkey", status: []int{wrong}},
		"GET /register":                   {path: "/register", status: []int{ok, again}},
		"POST /register":                  {path: "/register", status: []int{wrong, again}},
		"GET /recover":                    {path: "/recover"},
		"GET /recover/ways":               {path: "/recover/ways", status: []int{again}}, // nothing was begun
		"POST /recover/ways":              {path: "/recover/ways"},
		"GET /recover/password":           {path: "/recover/password", status: []int{again}},
		"POST /recover/password":          {path: "/recover/password"},
		"GET /recover/stop/{token}":       {path: "/recover/stop/unknown", status: []int{gone}},
		"POST /recover/stop/{token}":      {path: "/recover/stop/unknown", status: []int{gone}},
		"GET /account/recovery":           {path: "/account/recovery"},
		"POST /account/recovery":          {path: "/account/recovery", status: []int{wrong}},
		"GET /register/abroad":            {path: "/register/abroad", status: []int{ok, again}},
		"GET /register/foreign":           {path: "/register/foreign", status: []int{ok, again}},
		"POST /register/abroad":           {path: "/register/abroad", status: []int{wrong, again}},
		"POST /register/foreign":          {path: "/register/foreign", status: []int{wrong, again}},
		"GET /register/code":              {path: "/register/code", status: []int{again}},
		"POST /register/code":             {path: "/register/code"},
		"POST /register/resend":           {path: "/register/resend"},
		"POST /register/restart":          {path: "/register/restart"},
		"GET /register/password":          {path: "/register/password", status: []int{again}},
		"POST /register/password":         {path: "/register/password"},
		"GET /register/known":             {path: "/register/known", status: []int{again}},
		"GET /register/waiting":           {path: "/register/waiting", status: []int{again}},
		"GET /register/continue":          {path: "/register/continue", status: []int{again}},
		"GET /register/continue/{token}":  {path: "/register/continue/none", status: []int{again}},
		"GET /register/done":              {path: "/register/done"},
		"POST /register/provisional/code": {path: "/register/provisional/code"},
		"GET /register/provisional":       {path: "/register/provisional", status: []int{again}}, // nothing waits
		"POST /register/provisional":      {path: "/register/provisional"},
		"GET /account/provisional":        {path: "/account/provisional", status: []int{again}}, // it is confirmed
		"POST /account/provisional":       {path: "/account/provisional"},

		"GET /oidc/authorize":           {path: "/oidc/authorize", status: []int{http.StatusBadRequest}},
		"GET /oidc/consent/{id}":        {path: "/oidc/consent/none", status: []int{gone}},
		"POST /oidc/consent/{id}":       {path: "/oidc/consent/none", fields: []string{"say", "deny"}, status: []int{gone}},
		"POST /oidc/consent/{id}/again": {path: "/oidc/consent/none/again", status: []int{gone}},
		"GET /oidc/end_session":         {path: "/oidc/end_session", status: []int{ok, again}},
		"POST /oidc/signed-out":         {path: "/oidc/signed-out"},
		"GET /account/apps":             {path: "/account/apps"},
		"POST /account/apps/end":        {path: "/account/apps/end", fields: []string{"site", "none"}},

		"GET /status":                          {path: "/status"},
		"GET /status/feed.atom":                {path: "/status/feed.atom"},
		"GET /status/{id}":                     {path: "/status/" + w.outage},
		"GET /status/{id}/certificates/{lang}": {path: "/status/" + w.outage + "/certificates/fa", status: []int{ok, again}}, // made in a moment
		"GET /status/{id}/receipts/{version}":  {path: "/status/" + w.outage + "/receipts/1", status: []int{ok, again}},
		"GET /outages":                         {path: "/outages"},
		"POST /outages":                        {path: "/outages", status: []int{wrong}},
		"GET /outages/{id}":                    {path: "/outages/" + w.outage},
		"POST /outages/{id}/close":             {path: "/outages/" + w.outage + "/close", status: []int{late}}, // it is not said which version was seen
		"POST /outages/{id}/correct":           {path: "/outages/" + w.outage + "/correct", status: []int{late}},
		"POST /outages/{id}/withdraw":          {path: "/outages/" + w.outage + "/withdraw", status: []int{late}},

		"GET /status/probe/{part}":  {path: "/status/probe/inbox", status: []int{http.StatusNoContent}}, // asked from this machine
		"GET /verify":               {path: "/verify?t=" + w.served.Tracking, open: true},               // shows the code it was asked with
		"GET /verify/stamps/{size}": {path: "/verify/stamps/1", status: []int{gone}},                    // nothing is stamped here
		"GET /log":                  {path: "/log", open: true},
		"GET /log/{path...}":        {path: "/log/nowhere/checkpoint", status: []int{gone}}, // no log of this name
		"POST /verify":              {path: "/verify", status: []int{wrong}},
		"POST /verify/certificate":  {path: "/verify/certificate", status: []int{wrong}},

		"GET /admin":                           {path: "/admin"},
		"GET /admin/sites":                     {path: "/admin/sites"},
		"POST /admin/sites":                    {path: "/admin/sites", fields: []string{"name_fa", "x"}, status: []int{wrong}},
		"POST /admin/sites/end":                {path: "/admin/sites/end", fields: []string{"site", "none"}},
		"GET /admin/accounts":                  {path: "/admin/accounts"},
		"POST /admin/accounts":                 {path: "/admin/accounts", fields: []string{"name", "1"}, status: []int{wrong}},
		"GET /admin/accounts/{person}":         {path: "/admin/accounts/" + w.Person(Stranger).ID},
		"POST /admin/accounts/{person}":        {path: "/admin/accounts/" + w.Person(Stranger).ID, fields: []string{"reason", "این حساب بسته نیست"}, status: []int{wrong}},
		"POST /admin/accounts/{person}/decide": {path: "/admin/accounts/" + w.Person(Stranger).ID + "/decide", fields: []string{"proposal", "none", "then", "refuse"}, status: []int{gone}},
		"GET /admin/doubts":                    {path: "/admin/doubts"},
		"POST /admin/doubts/{kind}":            {path: "/admin/doubts/licences", fields: []string{"reason_licences", "از مرجع تلفنی پرسیدم"}, status: []int{wrong}},
		"POST /admin/doubts/{kind}/decide":     {path: "/admin/doubts/licences/decide", fields: []string{"proposal", "none", "then", "refuse"}, status: []int{gone}},
		"POST /admin/doubts/{kind}/dismiss":    {path: "/admin/doubts/licences/dismiss", status: []int{wrong}},
		"GET /admin/registrations":             {path: "/admin/registrations"},
		"GET /admin/registrations.csv":         {path: "/admin/registrations.csv"},

		"GET /admin/merges":                            {path: "/admin/merges"},
		"POST /admin/merges":                           {path: "/admin/merges", fields: []string{"one", "1", "two", "1"}, status: []int{wrong}},
		"GET /admin/merges/compare/{one}/{two}":        {path: "/admin/merges/compare/" + w.Person(Stranger).ID + "/" + w.Person(Graduate).ID},
		"POST /admin/merges/compare/{one}/{two}":       {path: "/admin/merges/compare/" + w.Person(Stranger).ID + "/" + w.Person(Graduate).ID, fields: []string{"into", w.Person(Stranger).ID, "reason", "x"}, status: []int{wrong}},
		"POST /admin/merges/compare/{one}/{two}/apart": {path: "/admin/merges/compare/" + w.Person(Stranger).ID + "/" + w.Person(Graduate).ID + "/apart"},
		"GET /admin/merges/{id}":                       {path: "/admin/merges/none", status: []int{gone}},
		"POST /admin/merges/{id}/decide":               {path: "/admin/merges/none/decide", fields: []string{"then", "refuse"}, status: []int{gone}},
		"POST /admin/merges/{id}/undo":                 {path: "/admin/merges/none/undo", fields: []string{"reason", "x"}, status: []int{gone}},
		"POST /admin/merges/{id}/decide-undo":          {path: "/admin/merges/none/decide-undo", fields: []string{"proposal", "none", "then", "refuse"}, status: []int{gone}},

		"GET /account/residence":     {path: "/account/residence"},
		"POST /account/residence":    {path: "/account/residence", status: []int{wrong}},
		"GET /account/calendar":      {path: "/account/calendar"},
		"POST /account/calendar":     {path: "/account/calendar", status: []int{wrong}},
		"POST /account/calendar/end": {path: "/account/calendar/end"},
		"GET /calendar/{secret}":     {path: "/calendar/none.ics", status: []int{gone}},

		"GET /admin/contest-terms":    {path: "/admin/contest-terms"},
		"POST /admin/contest-terms":   {path: "/admin/contest-terms", status: []int{wrong}},
		"GET /closures":               {path: "/closures"},
		"POST /closures":              {path: "/closures", status: []int{wrong}},
		"GET /closures/{date}/{kind}": {path: "/closures/2025-03-21/solar"},

		"GET /admin/jobs":  {path: "/admin/jobs"},
		"GET /admin/log":   {path: "/admin/log"},
		"POST /admin/jobs": {path: "/admin/jobs", fields: []string{"job", "none"}, status: []int{late}},

		"GET /home":                {path: "/home", status: []int{ok, again}},
		"GET /account":             {path: "/account"},
		"POST /account/sessions":   {path: "/account/sessions", status: []int{wrong}},
		"GET /account/tokens":      {path: "/account/tokens"},
		"POST /account/tokens":     {path: "/account/tokens", status: []int{wrong}},
		"POST /account/tokens/end": {path: "/account/tokens/end", status: []int{wrong}},
		"GET /account/ways":        {path: "/account/ways"},

		"POST /account/ways/passkey/begin":  {path: "/account/ways/passkey/begin", status: []int{gone}},
		"POST /account/ways/passkey":        {path: "/account/ways/passkey", status: []int{wrong}},
		"POST /account/ways/passkey/name":   {path: "/account/ways/passkey/name", status: []int{wrong}},
		"POST /account/ways/passkey/end":    {path: "/account/ways/passkey/end", status: []int{wrong}},
		"POST /account/ways/device/name":    {path: "/account/ways/device/name", status: []int{wrong}},
		"POST /account/ways/device/end":     {path: "/account/ways/device/end", status: []int{wrong}},
		"GET /account/ways/password":        {path: "/account/ways/password"},
		"POST /account/ways/password":       {path: "/account/ways/password", status: []int{wrong}},
		"GET /account/ways/app":             {path: "/account/ways/app"},
		"POST /account/ways/app":            {path: "/account/ways/app", status: []int{wrong}},
		"POST /account/ways/sms":            {path: "/account/ways/sms", status: []int{wrong}},
		"POST /account/ways/app/end":        {path: "/account/ways/app/end"}, // there is none: nothing happens
		"POST /account/ways/recovery":       {path: "/account/ways/recovery", status: []int{ok}},
		"GET /login/recovery":               {path: "/login/recovery", status: []int{again}},
		"POST /login/recovery":              {path: "/login/recovery"},
		"GET /account/prove":                {path: "/account/prove"},
		"POST /account/prove":               {path: "/account/prove", status: []int{wrong}},
		"GET /account/prove/code":           {path: "/account/prove/code", status: []int{again}},
		"POST /account/prove/code":          {path: "/account/prove/code"},
		"POST /account/prove/resend":        {path: "/account/prove/resend"},
		"POST /account/prove/passkey/begin": {path: "/account/prove/passkey/begin", status: []int{gone}},
		"POST /account/prove/passkey":       {path: "/account/prove/passkey", status: []int{wrong}},

		"GET /capacity/entity":  {path: "/capacity/entity"},
		"POST /capacity/entity": {path: "/capacity/entity", status: []int{wrong}},
		"GET /capacity":         {path: "/capacity"},
		"POST /capacity":        {path: "/capacity", status: []int{wrong}},

		"GET /payments/return":      {path: "/payments/return", status: []int{gone}},
		"GET /payments/{id}":        {path: "/payments/" + w.served.Payment, may: me},
		"POST /payments/{id}/begin": {path: "/payments/" + w.served.Payment + "/begin", may: me}, // it is paid: nothing happens
		"POST /payments/{id}/check": {path: "/payments/" + w.served.Payment + "/check", may: me},

		"GET /inbox":                {path: "/inbox"},
		"GET /inbox/{id}":           {path: "/inbox/" + w.notice, may: them, status: []int{again}},
		"POST /inbox/{id}/open":     {path: "/inbox/" + w.notice + "/open", may: them},
		"GET /hearings":             {path: "/hearings"},
		"POST /hearings/move":       {path: "/hearings/move", status: []int{gone}},
		"GET /batches":              {path: "/batches"},
		"GET /batches/{id}":         {path: "/batches/" + w.batch, may: []Who{Clerk, Administrator}},
		"POST /batches/{id}/{step}": {path: "/batches/" + w.batch + "/pause", may: []Who{Clerk, Administrator}, status: []int{wrong}},

		"GET /inbox/numbers":      {path: "/inbox/numbers", may: whole, others: map[Who]int{LawClerk: no}},
		"GET /inbox/numbers/file": {path: "/inbox/numbers/file", may: whole, others: map[Who]int{LawClerk: no}},
		"GET /inbox/{id}/paper":   {path: "/inbox/" + w.notice + "/paper", may: them},
		"GET /inbox/{id}/receipt": {path: "/inbox/" + w.notice + "/receipt", may: them},

		"GET /cases":                                              {path: "/cases"},
		"POST /cases/find":                                        {path: "/cases/find", fields: []string{"number", w.served.CaseNumber}, may: ofCourt, others: map[Who]int{OtherClerk: wrong, OtherJudge: wrong}}, // as for a number that does not exist
		"GET /cases/{id}":                                         {path: "/cases/" + w.served.Case, may: parties},
		"POST /cases/{id}/branch":                                 {path: "/cases/" + w.waiting.Case + "/branch", fields: []string{"branch", "1", "version", "1"}, may: []Who{Judge}, others: map[Who]int{BranchJudge: no}},
		"GET /cases/{id}/lawyers/{lawyer}":                        {path: "/cases/" + w.lawyered.Case + "/lawyers/" + w.Person(Lawyer).ID, may: me},
		"POST /cases/{id}/lawyers/{lawyer}/end":                   {path: "/cases/" + w.lawyered.Case + "/lawyers/" + w.Person(Lawyer).ID + "/end", may: me},
		"GET /cases/{id}/addresses":                               {path: "/cases/" + w.served.Case + "/addresses", may: []Who{Judge, BranchJudge}, status: []int{http.StatusNotFound}},
		"POST /cases/{id}/addresses":                              {path: "/cases/" + w.served.Case + "/addresses", may: []Who{Judge, BranchJudge}, status: []int{http.StatusNotFound}},
		"GET /cases/{id}/reach":                                   {path: "/cases/" + w.served.Case + "/reach", may: []Who{Clerk, Judge, BranchJudge}},
		"GET /cases/{id}/notices/new":                             {path: "/cases/" + w.served.Case + "/notices/new", may: []Who{Clerk, BranchJudge}, others: map[Who]int{Judge: no}},
		"POST /cases/{id}/notices":                                {path: "/cases/" + w.served.Case + "/notices", fields: []string{"act", id.New(), "kind", "other", "then", "preview", "party", "x"}, may: []Who{Clerk}, status: []int{wrong}, others: map[Who]int{Judge: no, BranchJudge: no}},
		"GET /court/contests":                                     {path: "/court/contests"},
		"GET /cases/{id}/notices/{notice}/contest":                {path: "/cases/" + w.served.Case + "/notices/" + w.notice + "/contest", may: them, status: []int{again}}, // there is a draft
		"POST /cases/{id}/notices/{notice}/contest":               {path: "/cases/" + w.served.Case + "/notices/" + w.notice + "/contest", fields: []string{"reason", "not_me", "words", contestWords}, may: them},
		"GET /cases/{id}/contests/{contest}":                      {path: w.contest, may: them},
		"GET /cases/{id}/contests/{contest}/edit":                 {path: w.contest + "/edit", may: them},
		"POST /cases/{id}/contests/{contest}/edit":                {path: w.contest + "/edit", may: them, status: []int{wrong}},
		"GET /cases/{id}/contests/{contest}/files/{file}":         {path: w.contest + "/files/none", status: []int{gone}},
		"POST /cases/{id}/contests/{contest}/files/{file}/remove": {path: w.contest + "/files/none/remove", may: them},
		"POST /cases/{id}/contests/{contest}/code":                {path: w.contest + "/code", may: them},
		"POST /cases/{id}/contests/{contest}/sign":                {path: w.contest + "/sign", may: them, status: []int{wrong}},
		"POST /cases/{id}/contests/{contest}/withdraw":            {path: "/cases/" + w.served.Case + "/contests/none/withdraw", status: []int{gone}},
		"POST /cases/{id}/contests/{contest}/decision":            {path: w.contest + "/decision", status: []int{gone}}, // nobody has signed it
		"GET /cases/{id}/contests/{contest}/order.pdf":            {path: w.contest + "/order.pdf", status: []int{gone}},
		"GET /cases/{id}/notices/{notice}":                        {path: "/cases/" + w.lawyered.Case + "/notices/" + w.onLawyer, may: me},
		"GET /cases/{id}/hearings/{hearing}/calendar.ics":         {path: "/cases/" + w.served.Case + "/hearings/" + w.hearing + "/calendar.ics", may: parties},
		"GET /cases/{id}/deadlines/{deadline}":                    {path: "/cases/" + w.served.Case + "/deadlines/" + w.deadline, may: append(slices.Clone(ofCourt), Defendant)},
		"GET /cases/{id}/deadlines/{deadline}/calendar.ics":       {path: "/cases/" + w.served.Case + "/deadlines/" + w.deadline + "/calendar.ics", may: append(slices.Clone(ofCourt), Defendant)},
		"GET /cases/{case}/brief":                                 {path: "/cases/" + w.served.Case + "/brief", may: []Who{Plaintiff, Defendant}},

		"GET /filings/new":                              {path: "/filings/new"},
		"POST /filings/client":                          {path: "/filings/client", fields: []string{"capacity", id.New()}, status: []int{no}},
		"POST /filings":                                 {path: "/filings", fields: []string{"service", "petition-debt", "act", id.New()}, may: []Who{Plaintiff, Defendant, Stranger, Guardian, Helper}, others: map[Who]int{Lawyer: no, Representative: no, LawClerk: no}},
		"GET /filings/{id}":                             {path: filing, may: me, status: []int{again}},
		"GET /filings/{id}/pages/{page}":                {path: "/filings/" + w.draft + "/pages/claim", may: me},
		"POST /filings/{id}/pages/{page}":               {path: "/filings/" + w.draft + "/pages/claim", fields: []string{"then", "later"}, may: me},
		"POST /filings/{id}/files":                      {path: "/filings/" + w.open.ID + "/files", fields: []string{"page", "evidence"}, may: me},
		"POST /filings/{id}/files/{file}/remove":        {path: "/filings/" + w.open.ID + "/files/" + id.New() + "/remove", may: me},
		"GET /filings/{id}/files/{file}":                {path: "/filings/" + w.open.ID + "/files/" + w.openFile, may: me},
		"GET /cases/{case}/files/{filing}":              {path: "/cases/" + w.served.Case + "/files/" + w.object.ID, may: []Who{Plaintiff, Defendant}},
		"GET /cases/{case}/filings/{filing}/take-over":  {path: "/cases/" + w.halted.Case + "/filings/" + w.halted.ID + "/take-over", may: me, status: []int{again}}, // his own already
		"POST /cases/{case}/filings/{filing}/take-over": {path: "/cases/" + w.halted.Case + "/filings/" + w.halted.ID + "/take-over", may: me},
		"GET /cases/{case}/files/{filing}/{file}":       {path: "/cases/" + w.served.Case + "/files/" + w.object.ID + "/" + w.file, may: []Who{Plaintiff, Defendant}},
		"GET /court/filings/{id}/files/{file}":          {path: "/court/filings/" + w.object.ID + "/files/" + w.file, may: ofCourt},
		"GET /filings/{id}/check":                       {path: "/filings/" + w.freezing + "/check", may: me},
		"POST /filings/{id}/check":                      {path: "/filings/" + w.freezing + "/check", may: me},
		"POST /filings/{id}/change":                     {path: "/filings/" + w.frozen + "/change", may: me},
		"POST /filings/{id}/discard":                    {path: "/filings/" + w.unwanted + "/discard", may: me},
		"GET /filings/{id}/mend":                        {path: "/filings/" + w.halted.ID + "/mend", may: me},
		"GET /filings/{id}/sign":                        {path: filing + "/sign", may: me, status: []int{again}},
		"POST /filings/{id}/sign":                       {path: filing + "/sign", fields: []string{"code", "123456"}, may: me}, // it is signed: nothing happens
		"POST /filings/{id}/sign/code":                  {path: filing + "/sign/code", may: me, status: []int{no, late}},
		"GET /filings/{id}/done":                        {path: filing + "/done", may: me},
		"GET /filings/{id}/receipt":                     {path: filing + "/receipt", may: me},
		"GET /filings/{id}/paper":                       {path: filing + "/paper", may: me},
		"GET /filings/{id}/paper.pdf":                   {path: filing + "/paper.pdf", may: me},

		"GET /filings/{id}/paper.pdf/receipt":        {path: filing + "/paper.pdf/receipt", may: me},
		"GET /cases/{case}/files/{filing}/paper.pdf": {path: "/cases/" + w.served.Case + "/files/" + w.served.ID + "/paper.pdf", may: []Who{Plaintiff, Defendant}},
		"GET /court":                                         {path: "/court"},
		"GET /court/filings/{id}":                            {path: "/court/filings/" + w.served.ID, may: ofCourt},
		"POST /court/filings/{id}/serve":                     {path: "/court/filings/" + w.served.ID + "/serve", fields: []string{"days", "15"}, may: []Who{Clerk}, status: []int{late, wrong}}, // it is served
		"GET /court/filings/{id}/halt":                       {path: "/court/filings/" + w.faulty.ID + "/halt", may: []Who{Clerk}},
		"POST /court/filings/{id}/halt":                      {path: "/court/filings/" + w.faulty.ID + "/halt", fields: []string{"reason_amount", "value"}, may: []Who{Clerk}},
		"GET /cases/enter":                                   {path: "/cases/enter"},
		"POST /court/filings/{id}/decline":                   {path: "/court/filings/" + w.served.ID + "/decline", fields: []string{"reason", "law"}, may: []Who{Clerk}, status: []int{wrong}},   // no declaration
		"POST /court/filings/{id}/certify":                   {path: "/court/filings/" + w.served.ID + "/certify", fields: []string{"result", "clean"}, may: []Who{Clerk}, status: []int{wrong}}, // no request for one
		"POST /court/filings/{id}/lawyer":                    {path: "/court/filings/" + w.served.ID + "/lawyer", may: []Who{Clerk}, status: []int{wrong}},                                       // no lawyer enters
		"POST /court/filings/{id}/reject":                    {path: "/court/filings/" + w.halted.ID + "/reject", may: []Who{Clerk}, status: []int{wrong}},                                       // its term runs
		"POST /court/filings/{id}/decide":                    {path: "/court/filings/" + w.served.ID + "/decide", may: []Who{Judge, BranchJudge}, status: []int{wrong}},                          // no objection to a rejection
		"POST /court/filings/{id}/send":                      {path: "/court/filings/" + w.served.ID + "/send", may: []Who{Clerk, Judge, BranchJudge}, status: []int{wrong, no}},                 // no appeal
		"POST /court/filings/{id}/seen":                      {path: "/court/filings/" + w.brief.ID + "/seen", may: []Who{Clerk}},
		"GET /filings/{id}/versions":                         {path: filing + "/versions", may: me},
		"GET /filings/{id}/versions/{round}/paper.pdf":       {path: filing + "/versions/0/paper.pdf", may: me},
		"GET /filings/{id}/versions/{round}/receipt":         {path: filing + "/versions/0/receipt", may: me},
		"GET /court/filings/{id}/versions":                   {path: "/court" + filing + "/versions", may: ofCourt},
		"GET /court/filings/{id}/versions/{round}/paper.pdf": {path: "/court" + filing + "/versions/0/paper.pdf", may: ofCourt},
		"GET /court/filings/{id}/versions/{round}/receipt":   {path: "/court" + filing + "/versions/0/receipt", may: ofCourt},

		"GET /offices":                        {path: "/offices?province=tehran"},
		"GET /offices/{code}":                 {path: "/offices/" + Office},
		"GET /offices/new":                    {path: "/offices/new"},
		"POST /offices":                       {path: "/offices", status: []int{wrong}},
		"POST /offices/{code}/state":          {path: "/offices/" + Office + "/state", status: []int{wrong}},
		"POST /offices/{code}/people":         {path: "/offices/" + Office + "/people", status: []int{wrong}},
		"POST /offices/{code}/people/end":     {path: "/offices/" + Office + "/people/end", status: []int{wrong}},
		"GET /desk":                           {path: "/desk"},
		"GET /appointments":                   {path: "/appointments"},
		"POST /appointments":                  {path: "/appointments", status: []int{wrong}},
		"GET /appointments/{person}":          {path: "/appointments/" + w.Person(Stranger).ID},
		"POST /appointments/{person}":         {path: "/appointments/" + w.Person(Stranger).ID, status: []int{wrong}},
		"POST /appointments/{person}/end":     {path: "/appointments/" + w.Person(Stranger).ID + "/end", status: []int{wrong}},
		"POST /appointments/{person}/decide":  {path: "/appointments/" + w.Person(Stranger).ID + "/decide", status: []int{wrong}},
		"GET /guardianships":                  {path: "/guardianships"},
		"POST /guardianships":                 {path: "/guardianships", status: []int{wrong}},
		"POST /guardianships/end":             {path: "/guardianships/end", status: []int{wrong}},
		"GET /capacity/guardian":              {path: "/capacity/guardian"},
		"POST /capacity/guardian":             {path: "/capacity/guardian", status: []int{wrong}},
		"GET /capacity/licence":               {path: "/capacity/licence"},
		"POST /capacity/licence":              {path: "/capacity/licence", status: []int{ok, wrong}},
		"GET /introductions":                  {path: "/introductions"},
		"GET /introductions/new":              {path: "/introductions/new?kind=lawyers", status: []int{ok, no}},
		"GET /introductions/template":         {path: "/introductions/template?kind=lawyers", status: []int{ok, no}},
		"POST /introductions":                 {path: "/introductions", status: []int{wrong, gone, no}},
		"GET /introductions/{id}":             {path: "/introductions/" + w.intro, may: []Who{Association, Administrator}},
		"POST /introductions/{id}/apply":      {path: "/introductions/" + w.intro + "/apply", may: []Who{Association, Administrator}, status: []int{again, wrong}},
		"GET /introductions/{id}/undo":        {path: "/introductions/" + w.intro + "/undo", may: []Who{Association, Administrator}, status: []int{ok, again}},
		"POST /introductions/{id}/undo":       {path: "/introductions/" + w.intro + "/undo", may: []Who{Association, Administrator}, status: []int{again, wrong}},
		"GET /introductions/{id}/report":      {path: "/introductions/" + w.intro + "/report", may: []Who{Association, Administrator}},
		"GET /account/mandates":               {path: "/account/mandates"},
		"GET /account/mandates/new":           {path: "/account/mandates/new", status: []int{ok, no}},
		"POST /account/mandates":              {path: "/account/mandates", status: []int{no, wrong}},
		"GET /account/mandates/{id}":          {path: "/account/mandates/" + w.mandate, may: []Who{Plaintiff, Stranger}},
		"POST /account/mandates/{id}/code":    {path: "/account/mandates/" + w.mandate + "/code", may: []Who{Plaintiff, Stranger}, status: []int{wrong, no}},
		"POST /account/mandates/{id}/give":    {path: "/account/mandates/" + w.mandate + "/give", may: []Who{Plaintiff, Stranger}, status: []int{wrong}},
		"POST /account/mandates/{id}/accept":  {path: "/account/mandates/" + w.mandate + "/accept", may: []Who{Plaintiff, Stranger}, status: []int{again, no}},
		"GET /account/mandates/{id}/notices":  {path: "/account/mandates/" + w.mandate + "/notices", may: []Who{Plaintiff, Stranger}, status: []int{ok, again, no}},
		"POST /account/mandates/{id}/notices": {path: "/account/mandates/" + w.mandate + "/notices", may: []Who{Plaintiff, Stranger}, status: []int{again, wrong, no}},
		"GET /account/mandates/{id}/end":      {path: "/account/mandates/" + w.mandate + "/end", may: []Who{Plaintiff, Stranger}},
		"POST /account/mandates/{id}/end":     {path: "/account/mandates/" + w.mandate + "/end", may: []Who{Plaintiff, Stranger}},

		// The tests' Representative acts for nobody; w.unit is of a body that Plaintiff heads.
		"GET /account/body":                      {path: "/account/body", status: []int{no}},
		"GET /account/body/units/new":            {path: "/account/body/units/new", status: []int{no}},
		"POST /account/body/units":               {path: "/account/body/units", fields: []string{"code", "1", "name_fa", "x", "parent", w.unit}, status: []int{no}},
		"GET /account/body/units/{id}":           {path: w.unitPath, may: []Who{}},
		"GET /account/body/units/{id}/name":      {path: w.unitPath + "/name", status: []int{no}},
		"POST /account/body/units/{id}/name":     {path: w.unitPath + "/name", fields: []string{"code", "1", "name_fa", "x"}, status: []int{no}},
		"GET /account/body/units/{id}/place":     {path: w.unitPath + "/place", status: []int{no}},
		"POST /account/body/units/{id}/place":    {path: w.unitPath + "/place", fields: []string{"parent", "top"}, status: []int{no}},
		"GET /account/body/units/{id}/end":       {path: w.unitPath + "/end", status: []int{no}},
		"POST /account/body/units/{id}/end":      {path: w.unitPath + "/end", status: []int{no}},
		"GET /account/body/units/{id}/posts/new": {path: w.unitPath + "/posts/new", may: []Who{}},
		"POST /account/body/units/{id}/posts":    {path: w.unitPath + "/posts", may: []Who{}},
		"GET /account/posts":                     {path: "/account/posts"},
		"GET /account/posts/{id}":                {path: w.postPath, may: []Who{Stranger}},
		"POST /account/posts/{id}/accept":        {path: w.postPath + "/accept", may: []Who{Stranger}},
		"GET /account/posts/{id}/end":            {path: w.postPath + "/end", may: []Who{Stranger}, status: []int{ok, again}},
		"POST /account/posts/{id}/end":           {path: w.postPath + "/end", may: []Who{Stranger}},

		"GET /account/data":                          {path: "/account/data"},
		"GET /account/data/corrections":              {path: "/account/data/corrections"},
		"POST /account/data/corrections":             {path: "/account/data/corrections", status: []int{wrong}},
		"GET /admin/corrections":                     {path: "/admin/corrections"},
		"GET /admin/corrections/{person}/{id}":       {path: "/admin/corrections/" + w.correction},
		"POST /admin/corrections/{person}/{id}":      {path: "/admin/corrections/" + w.correction, status: []int{wrong}},
		"GET /admin/corrections/{person}/{id}/proof": {path: "/admin/corrections/" + w.correction + "/proof", status: []int{gone}}, // it has none
		"GET /account/data/looks":                    {path: "/account/data/looks"},
		"GET /account/data/parts/{module}":           {path: "/account/data/parts/identity"},
		"POST /account/data/exports":                 {path: "/account/data/exports", status: []int{again, late}},
		"GET /account/data/exports/{id}":             {path: "/account/data/exports/" + w.export, may: me, status: []int{ok}},
		"POST /account/data/exports/{id}/code":       {path: "/account/data/exports/" + w.export + "/code", may: me, status: []int{wrong}}, // it is erased
		"POST /account/data/exports/{id}/download":   {path: "/account/data/exports/" + w.export + "/download", fields: []string{"code", "123456"}, may: me, status: []int{wrong}},
		"POST /account/data/exports/{id}/erase":      {path: "/account/data/exports/" + w.export + "/erase", may: me},

		"GET /bailiff":                                       {path: "/bailiff"},
		"GET /bailiff/tasks.json":                            {path: "/bailiff/tasks.json"},
		"GET /bailiff/paper/{id}":                            {path: "/bailiff/paper/none?h=00", status: []int{again}},
		"GET /bailiff/tasks/{id}":                            {path: "/bailiff/tasks/none", status: []int{gone}},
		"POST /bailiff/tasks/{id}":                           {path: "/bailiff/tasks/none", status: []int{gone}},
		"POST /bailiff/sync":                                 {path: "/bailiff/sync", status: []int{gone}},
		"GET /bailiff/phone":                                 {path: "/bailiff/phone"},
		"GET /bailiff/sw.js":                                 {path: "/bailiff/sw.js"},
		"GET /court/service":                                 {path: "/court/service"},
		"POST /court/service/assign":                         {path: "/court/service/assign", status: []int{wrong}},
		"POST /court/service/share":                          {path: "/court/service/share", status: []int{wrong}}, // nothing is open
		"GET /court/service/{id}":                            {path: "/court/service/none", status: []int{gone}},
		"GET /court/service/{id}/paper.pdf":                  {path: "/court/service/none/paper.pdf", status: []int{gone}},
		"GET /court/service/{id}/attempts/{attempt}/{which}": {path: "/court/service/none/attempts/none/photo", status: []int{gone}},
		"POST /court/service/{id}/address":                   {path: "/court/service/none/address", status: []int{gone}},
		"POST /court/service/{id}/conceal":                   {path: "/court/service/none/conceal", status: []int{gone}},
		"POST /court/service/{id}/publication":               {path: "/court/service/none/publication", status: []int{gone}},
		"POST /court/service/{id}/decision":                  {path: "/court/service/none/decision", status: []int{gone}},
		"GET /publications":                                  {path: "/publications"},
		"GET /publications/day/{file}":                       {path: "/publications/day/2025-03-21.json"},
		"GET /publications/printed":                          {path: "/publications/printed"},
		"POST /publications/printed":                         {path: "/publications/printed", status: []int{wrong}},
		"GET /counter":                                       {path: "/counter"},
		"GET /counter/register":                              {path: "/counter/register"},
		"POST /counter/register":                             {path: "/counter/register", status: []int{wrong}},
		"GET /counter/recover":                               {path: "/counter/recover"},
		"POST /counter/recover":                              {path: "/counter/recover", status: []int{wrong}},
		"GET /counter/raise":                                 {path: "/counter/raise"},
		"POST /counter/raise":                                {path: "/counter/raise", status: []int{wrong}},
		"GET /counter/vouch":                                 {path: "/counter/vouch"},
		"POST /counter/vouch":                                {path: "/counter/vouch", status: []int{wrong}},
		"GET /counter/look":                                  {path: "/counter/look"},
		"POST /counter/look":                                 {path: "/counter/look", status: []int{wrong}},
		"GET /offices/{code}/report":                         {path: "/offices/" + Office + "/report"},
		"POST /counter/finish":                               {path: "/counter/finish", status: []int{wrong}},
		"POST /counter/resend":                               {path: "/counter/resend", status: []int{wrong}},
		"GET /counter/visits/{id}":                           {path: "/counter/visits/" + w.visit, may: []Who{Operator}},
		"GET /counter/visits/{id}/slip.pdf":                  {path: "/counter/visits/" + w.visit + "/slip.pdf", may: []Who{Operator}},
		"GET /welcome":                                       {path: "/welcome"},
		"POST /welcome":                                      {path: "/welcome", status: []int{wrong}},
		"GET /welcome/{token}":                               {path: "/welcome/none", status: []int{gone}},
		"POST /welcome/{token}":                              {path: "/welcome/none", status: []int{wrong, gone}},

		"GET /body/desk":                                {path: "/body/desk", may: []Who{}, others: map[Who]int{Representative: no}},
		"GET /body/desk/rules":                          {path: "/body/desk/rules", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /body/desk/rules":                         {path: "/body/desk/rules", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /body/desk/rules/change":                  {path: "/body/desk/rules/change", may: []Who{}, others: map[Who]int{Representative: no}},
		"GET /body/desk/programs":                       {path: "/body/desk/programs", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /body/desk/programs/keys":                 {path: "/body/desk/programs/keys", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /body/desk/programs/keys/{id}/revoke":     {path: "/body/desk/programs/keys/none/revoke", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /body/desk/programs/hook":                 {path: "/body/desk/programs/hook", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /body/desk/programs/hook/deliveries/{id}": {path: "/body/desk/programs/hook/deliveries/none", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /body/desk/programs/hook/try":             {path: "/body/desk/programs/hook/try", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /body/desk/programs/hook/leave":           {path: "/body/desk/programs/hook/leave", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /body/desk/programs/hook/rotate":          {path: "/body/desk/programs/hook/rotate", may: []Who{}, others: map[Who]int{Representative: no}},
		"GET /body/desk/{id}":                           {path: "/body/desk/none", may: []Who{}, others: map[Who]int{Representative: gone}},
		"POST /body/desk/{id}":                          {path: "/body/desk/none", may: []Who{}, others: map[Who]int{Representative: gone}},
		"POST /body/desk/{id}/hand":                     {path: "/body/desk/none/hand", may: []Who{}, others: map[Who]int{Representative: gone}},
		"GET /sender":                                   {path: "/sender", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /sender":                                  {path: "/sender", may: []Who{}, others: map[Who]int{Representative: no}},
		"GET /sender/templates":                         {path: "/sender/templates", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /sender/templates":                        {path: "/sender/templates", may: []Who{}, others: map[Who]int{Representative: no}},
		"GET /sender/templates/{id}":                    {path: "/sender/templates/none", may: []Who{}, others: map[Who]int{Representative: no}},
		"GET /sender/keys":                              {path: "/sender/keys", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /sender/keys":                             {path: "/sender/keys", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /sender/keys/{id}/revoke":                 {path: "/sender/keys/none/revoke", may: []Who{}, others: map[Who]int{Representative: no}},
		"GET /sender/hook":                              {path: "/sender/hook", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /sender/hook":                             {path: "/sender/hook", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /sender/hook/rotate":                      {path: "/sender/hook/rotate", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /sender/hook/try":                         {path: "/sender/hook/try", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /sender/hook/leave":                       {path: "/sender/hook/leave", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /sender/hook/deliveries/{id}":             {path: "/sender/hook/deliveries/none", may: []Who{}, others: map[Who]int{Representative: no}},
		"GET /sender/batches":                           {path: "/sender/batches", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /sender/batches":                          {path: "/sender/batches", may: []Who{}, others: map[Who]int{Representative: no}},
		"GET /sender/batches/{id}":                      {path: "/sender/batches/none", may: []Who{}, others: map[Who]int{Representative: no}},
		"GET /sender/batches/{id}/results":              {path: "/sender/batches/none/results", may: []Who{}, others: map[Who]int{Representative: no}},
		"POST /sender/batches/{id}/{step}":              {path: "/sender/batches/none/start", may: []Who{}, others: map[Who]int{Representative: no}},
		"GET /senders":                                  {path: "/senders"},
		"GET /senders/{body}/{id}":                      {path: "/senders/none/none", status: []int{gone}},
		"POST /senders/{body}/{id}":                     {path: "/senders/none/none", status: []int{gone, wrong}},
		"GET /senders/{body}/templates/{id}":            {path: "/senders/none/templates/none", status: []int{gone}},
		"POST /senders/{body}/templates/{id}":           {path: "/senders/none/templates/none", status: []int{gone, wrong}},

		"POST /logout": {path: "/logout"},
	}
}

// TestPersonas asks for every route as everybody. What is expected follows from
// the route's roles, and from whose thing it is.
func TestPersonas(t *testing.T) {
	t.Parallel()
	w := worldOn(New(t, "sqlite"))
	table := visits(w)
	routes := w.App.Web.Routes()
	for _, r := range routes {
		if _, ok := table[r.Method+" "+r.Pattern]; !ok {
			t.Errorf("%s %s has no entry in visits: who may, and who must be refused?", r.Method, r.Pattern)
		}
	}
	for name := range table {
		if !slices.ContainsFunc(routes, func(r web.Route) bool { return r.Method+" "+r.Pattern == name }) {
			t.Errorf("visits has an entry for %s, which is no route", name)
		}
	}
	// Leaving comes last, and those who may come after those who may not, so
	// that no refusal is owed to what somebody did before.
	slices.SortStableFunc(routes, func(a, b web.Route) int { return leaving(a) - leaving(b) })
	secrets, asked := w.secrets(), 0
	for _, r := range routes {
		v, ok := table[r.Method+" "+r.Pattern]
		if !ok {
			continue
		}
		for _, welcome := range []bool{false, true} {
			for _, who := range Everybody() {
				want := expected(r, v, who)
				if want.welcome != welcome {
					continue
				}
				asked++
				p := visitAs(w, r, v, who)
				if fault := want.fault(p); fault != "" {
					t.Errorf("%s %s as %s: %s", r.Method, v.path, who, fault)
				}
				if v.open || slices.Contains(involved, who) && want.welcome {
					continue
				}
				for _, s := range secrets {
					if strings.Contains(p.Body, s) && !ownData(w, who, s) && !slices.Contains(v.fields, s) {
						t.Errorf("%s %s as %s shows %q", r.Method, v.path, who, s)
					}
				}
			}
		}
	}
	if asked != len(routes)*len(Everybody()) {
		t.Errorf("asked %d times for %d routes as %d people", asked, len(routes), len(Everybody()))
	}
}

func leaving(r web.Route) int {
	if r.Pattern == web.LogoutPath {
		return 1
	}
	return 0
}

// ownData tells whether somebody who was refused is shown their own data.
func ownData(w world, who Who, s string) bool {
	if !slices.Contains(involved, who) {
		return false
	}
	p := w.Person(who)
	return s == p.NationalCode || s == p.Mobile
}

func visitAs(w world, r web.Route, v visit, who Who) *Page {
	if r.Method == http.MethodGet {
		return w.As(who).Get(v.path)
	}
	return w.As(who).PostForm(v.path, v.fields...)
}

// outcome is what an answer must be.
type outcome struct {
	welcome bool
	status  []int
	signIn  bool // a redirect to the sign-in page
}

// expected derives the answer from the route's roles and the visit.
func expected(r web.Route, v visit, who Who) outcome {
	roles := r.RoleNames()
	in := slices.Contains(roles, "anyone") || (who != Nobody && (slices.Contains(roles, "signed-in") || slices.Contains(roles, string(who.Role()))))
	switch {
	case !in && who == Nobody && r.Method == http.MethodGet:
		return outcome{status: []int{http.StatusSeeOther}, signIn: true}
	case !in && who == Nobody:
		return outcome{status: []int{http.StatusUnauthorized}}
	case !in:
		return outcome{status: []int{http.StatusForbidden}}
	case v.may != nil && !slices.Contains(v.may, who):
		if status, ok := v.others[who]; ok {
			return outcome{status: []int{status}}
		}
		return outcome{status: []int{http.StatusNotFound}}
	}
	out := outcome{welcome: true, status: v.status}
	if out.status == nil {
		out.status = []int{http.StatusOK}
		if r.Method != http.MethodGet {
			out.status = []int{http.StatusSeeOther}
		}
	}
	return out
}

func (o outcome) fault(p *Page) string {
	if !slices.Contains(o.status, p.Status) {
		return fmt.Sprintf("%d, want %v %s", p.Status, o.status, p.Location())
	}
	toLogin := strings.HasPrefix(p.Location(), web.LoginPath+"?") && strings.Contains(p.Location(), "next=")
	if toLogin != o.signIn {
		return fmt.Sprintf("leads to %q", p.Location())
	}
	return ""
}

// TestPersonasNotices shows that the checks above can fail.
func TestPersonasNotices(t *testing.T) {
	t.Parallel()
	route := func(method string, roles ...policy.Role) web.Route {
		return web.Route{Method: method, Pattern: "/x", Roles: roles}
	}
	get, post := route(http.MethodGet, policy.Citizen), route(http.MethodPost, policy.Clerk)
	mine := visit{may: []Who{Plaintiff}}
	cases := []struct {
		name   string
		r      web.Route
		v      visit
		who    Who
		status int
		to     string
		fine   bool
	}{
		{"shown to its owner", get, mine, Plaintiff, 200, "", true},
		{"shown to a stranger", get, mine, Stranger, 200, "", false},
		{"hidden from a stranger", get, mine, Stranger, 404, "", true},
		{"shown to nobody", get, mine, Nobody, 200, "", false},
		{"nobody signs in first", get, mine, Nobody, 303, "/login?next=%2Fx", true},
		{"nobody is led on", get, mine, Nobody, 303, "/home", false},
		{"a wrong role gets through", post, visit{}, Plaintiff, 303, "/x", false},
		{"a wrong role is refused", post, visit{}, Plaintiff, 403, "", true},
		{"nobody acts", post, visit{}, Nobody, 303, "", false},
		{"somebody who may is refused", post, visit{}, Clerk, 403, "", false},
		{"somebody who may is sent to sign in", get, visit{status: []int{303}}, Plaintiff, 303, "/login?next=%2Fx", false},
		{"a failure", get, mine, Plaintiff, 500, "", false},
		{"anyone", route(http.MethodGet, web.Anyone...), visit{}, Nobody, 200, "", true},
		{"signed in", route(http.MethodGet, web.SignedIn...), visit{}, Nobody, 200, "", false},
	}
	for _, c := range cases {
		p := &Page{Status: c.status, Header: http.Header{"Location": {c.to}}}
		if fault := expected(c.r, c.v, c.who).fault(p); (fault == "") != c.fine {
			t.Errorf("%s: %q", c.name, fault)
		}
	}
}

// TestOthersThings asks for single things in every way that is not by their
// owner: through another page, under another case, as staff of another unit, or
// with another's thing named in a form.
func TestOthersThings(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		w := worldOn(e)
		against := w.File(Stranger, Plaintiff, SmallClaim) // a case of both in OtherCourt
		sessions, err := w.App.Web.SessionsOf(t.Context(), w.Person(Plaintiff).ID)
		if err != nil || len(sessions) != 1 {
			t.Fatalf("sessions %v, %v", sessions, err)
		}
		cases := []struct {
			what   string
			who    Who
			method string
			path   string
			fields []string
			want   int
		}{
			{"a draft on the desk", Clerk, "GET", "/court/filings/" + w.draft, nil, 404},
			{"a draft on the desk", Judge, "GET", "/court/filings/" + w.draft, nil, 404},
			{"a fixed draft on the desk", Clerk, "GET", "/court/filings/" + w.frozen, nil, 404},
			{"a draft is served", Clerk, "POST", "/court/filings/" + w.draft + "/serve", []string{"days", "15"}, 404},
			{"a filing of another unit", OtherClerk, "GET", "/court/filings/" + w.served.ID, nil, 404},
			{"a filing of another unit", OtherJudge, "GET", "/court/filings/" + w.served.ID, nil, 404},
			{"a filing of another unit, the other way", Clerk, "GET", "/court/filings/" + against.ID, nil, 404},
			{"a case of another unit", OtherJudge, "GET", "/cases/" + w.served.Case, nil, 404},
			{"a case of another unit, the other way", Judge, "GET", "/cases/" + against.Case, nil, 404},
			{"another unit's claim is served", OtherClerk, "POST", "/court/filings/" + w.waiting.ID + "/serve", []string{"days", "15"}, 404},
			{"another unit's branch", OtherJudge, "POST", "/cases/" + w.waiting.Case + "/branch", []string{"branch", "1", "version", "1"}, 404},
			{"a branch is not the second judge's matter", BranchJudge, "POST", "/cases/" + w.waiting.Case + "/branch", []string{"branch", "1", "version", "1"}, 403},
			{"a brief of another unit", OtherClerk, "POST", "/court/filings/" + w.brief.ID + "/seen", nil, 404},

			{"the other party's filing", Defendant, "GET", "/filings/" + w.served.ID, nil, 404},
			{"the other party's paper", Defendant, "GET", "/filings/" + w.served.ID + "/paper", nil, 404},
			{"the other party's receipt", Defendant, "GET", "/filings/" + w.served.ID + "/receipt", nil, 404},
			{"the other party's payment", Defendant, "GET", "/payments/" + w.served.Payment, nil, 404},
			{"the other party's brief", Plaintiff, "GET", "/filings/" + w.brief.ID, nil, 404},
			{"the other party's brief on paper", Plaintiff, "GET", "/filings/" + w.brief.ID + "/paper", nil, 404},
			{"the other party's notice", Plaintiff, "GET", "/inbox/" + w.notice, nil, 404},
			{"the other party's notice is opened", Plaintiff, "POST", "/inbox/" + w.notice + "/open", nil, 404},
			{"the other party's notice on paper", Plaintiff, "GET", "/inbox/" + w.notice + "/paper", nil, 404},
			{"the receipt of the other party's notice", Plaintiff, "GET", "/inbox/" + w.notice + "/receipt", nil, 404},
			{"the receipt of viewing", Plaintiff, "GET", "/inbox/" + w.notice + "/receipt?of=viewing", nil, 404},
			{"the other party's deadline", Plaintiff, "GET", "/cases/" + w.served.Case + "/deadlines/" + w.deadline, nil, 404},
			{"a deadline under another case", Defendant, "GET", "/cases/" + w.waiting.Case + "/deadlines/" + w.deadline, nil, 404},
			{"a deadline under another case's file", Defendant, "GET", "/cases/" + w.waiting.Case + "/deadlines/" + w.deadline + "/calendar.ics", nil, 404},
			{"a deadline of another unit", OtherJudge, "GET", "/cases/" + w.served.Case + "/deadlines/" + w.deadline, nil, 404},
			{"a stranger's case", Stranger, "GET", "/cases/" + w.served.Case, nil, 404},
			{"a lawyer without a mandate", Lawyer, "GET", "/cases/" + w.served.Case, nil, 404},
			{"a representative without a mandate", Representative, "GET", "/filings/" + w.served.ID, nil, 404},
			{"an expert's inbox", Expert, "GET", "/inbox/" + w.notice, nil, 404},

			{"a draft is changed", Stranger, "POST", "/filings/" + w.draft + "/pages/claim", []string{"amount", "1", "then", "next"}, 404},
			{"a draft is given up", Stranger, "POST", "/filings/" + w.draft + "/discard", nil, 404},
			{"a draft is fixed", Stranger, "POST", "/filings/" + w.draft + "/check", nil, 404},
			{"a fixed draft is opened again", Stranger, "POST", "/filings/" + w.frozen + "/change", nil, 404},
			{"a signature code is sent", Stranger, "POST", "/filings/" + w.frozen + "/sign/code", nil, 404},
			{"a filing is signed", Stranger, "POST", "/filings/" + w.frozen + "/sign", []string{"code", "123456"}, 404},
			{"somebody pays another's fee", Stranger, "POST", "/payments/" + w.served.Payment + "/begin", nil, 404},
			{"somebody asks about another's payment", Stranger, "POST", "/payments/" + w.served.Payment + "/check", nil, 404},
			{"a brief on a stranger's case", Stranger, "GET", "/cases/" + w.served.Case + "/brief", nil, 404},
			{"a brief on a stranger's case is begun", Stranger, "POST", "/filings", []string{"service", "brief-defence", "act", id.New(), "case", w.served.Case}, 404},
			{"a brief on a case of no name", Stranger, "POST", "/filings", []string{"service", "brief-defence", "act", id.New(), "case", "none"}, 404},
			{"a payment under a filing's name", Plaintiff, "GET", "/filings/" + w.served.Payment, nil, 404},
			{"another's session", Stranger, "POST", "/account/sessions", []string{"session", sessions[0].ID}, 404}, // nothing happens, see unchanged
			{"another's capacity", Stranger, "POST", "/capacity", []string{"capacity", "judge"}, 422},
		}
		for _, c := range cases {
			var p *Page
			if c.method == http.MethodGet {
				p = w.As(c.who).Get(c.path)
			} else {
				p = w.As(c.who).PostForm(c.path, c.fields...)
			}
			if p.Status != c.want {
				t.Errorf("%s: %s as %s: %d, want %d %s", c.what, p.Asked, c.who, p.Status, c.want, p.Location())
			}
			for _, s := range w.secrets() {
				if strings.Contains(p.Body, s) && !ownData(w, c.who, s) {
					t.Errorf("%s: %s as %s shows %q", c.what, p.Asked, c.who, s)
				}
			}
		}
		w.unchanged()
	})
}

// unchanged looks that the owner finds everything as it was.
func (w world) unchanged() {
	w.T.Helper()
	me := w.As(Plaintiff) // still signed in
	if p := me.Get("/filings/" + w.draft + "/check").Want(http.StatusOK); !strings.Contains(p.Body, Narrative[:60]) {
		w.T.Errorf("the draft was changed: %s", p.Text())
	}
	if p := me.Get("/filings/" + w.frozen); !strings.HasPrefix(p.Location(), "/payments/") {
		w.T.Errorf("the fixed draft leads to %s", p.Location())
	}
	if k, err := w.App.Docket.Case(w.T.Context(), w.Actor(Judge), w.waiting.Case); err != nil || !k.Confirmed.IsZero() {
		w.T.Errorf("the branch of the waiting case: %v, %v", k.Confirmed, err)
	}
	if p := w.As(Clerk).Get("/court/filings/" + w.waiting.ID).Want(http.StatusOK); len(p.All("main")) == 0 {
		w.T.Error("the clerk sees no page")
	}
}
