// SPDX-License-Identifier: Apache-2.0

package app

import (
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// main is a main character.
func (m *maker) main(n int) person {
	p, _ := m.country.find(m.country.cardCode(n))
	return p
}

// citizen is the n-th citizen: of each five the first lives in Tehran, the next
// in Isfahan, Fars, Gilan and Khuzestan. 5, 17 and 29 have no account, 9 lives
// abroad.
func (m *maker) citizen(n int) person {
	p, _ := m.country.find(syntheticCode(firstCitizen + n))
	return p
}

// script is everything that happens in a new demo country. Sums above a
// thousand million rials go to the general civil court, those below to the
// conciliation court.
func (m *maker) script() *script {
	s := &script{m: m}
	s.acting()
	s.loans()
	s.judgments()
	s.defects()
	s.service()
	s.onPaper()
	s.contests()
	s.outage()
	s.others()
	s.drafts()
	return s
}

const (
	debt    = "petition-debt"
	million = int64(1_000_000)
)

// loans are what the plaintiff and the defendant of the demo have with each
// other, and others like it.
func (s *script) loans() {
	m := s.m
	maryam, reza := m.main(demoPlaintiff), m.main(demoDefendant)

	// Served and not opened: the defendant opens it and answers.
	s.file(16, plan{key: "loan", service: debt, by: maryam, against: []person{reza}, files: []planFile{{"evidence_files", "رسید.pdf", receiptPage}}, over: catalogue.Answers{
		"amount": 2400 * million, "evidence_kind": "contract", "narrative": loanStory,
	}})
	s.refer(15, "loan", "1")
	s.serve(2, "loan", 15)

	// Waits for its branch at the conciliation court.
	s.file(3, plan{key: "car", service: debt, by: reza, against: []person{maryam}, over: catalogue.Answers{
		"amount": 650 * million, "evidence_kind": "contract", "narrative": carStory,
	}})

	// Waits for its branch at the general civil court.
	s.file(1, plan{key: "cheque", service: debt, by: m.citizen(10), against: []person{m.citizen(15)}, over: catalogue.Answers{"amount": 3100 * million, "evidence_kind": "cheque"}})

	// Referred; the clerk serves it.
	s.file(4, plan{key: "partner", service: debt, by: m.citizen(20), against: []person{m.citizen(25)}, over: catalogue.Answers{"amount": 1800 * million}})
	s.refer(2, "partner", "2")

	// Opened by the plaintiff's character, who is the defendant here: the term is
	// almost over.
	s.file(24, plan{key: "deposit", service: "petition-deposit", by: reza, against: []person{maryam}, over: catalogue.Answers{"amount": 1500 * million}})
	s.refer(22, "deposit", "2")
	s.serve(9, "deposit", 10)
	s.open(8, "deposit", notice.KindClaimCopy, maryam, policy.Citizen)

	// The term passed without an answer, in Shiraz.
	s.file(40, plan{key: "over", service: debt, by: m.citizen(2), against: []person{m.citizen(7)}, over: catalogue.Answers{"amount": 1250 * million}})
	s.refer(38, "over", "1")
	s.serve(35, "over", 10)
	s.open(33, "over", notice.KindClaimCopy, m.citizen(7), policy.Citizen)

	// Answered, and a hearing is set, in Isfahan.
	s.file(30, plan{key: "shop", service: debt, by: maryam, against: []person{m.citizen(1)}, over: catalogue.Answers{"amount": 4200 * million}})
	s.refer(28, "shop", "1")
	s.serve(26, "shop", 10)
	s.open(25, "shop", notice.KindClaimCopy, m.citizen(1), policy.Citizen)
	s.file(20, plan{key: "shop answer", service: "brief-defence", by: m.citizen(1), on: "shop", notice: notice.KindClaimCopy,
		files: []planFile{{"evidence_files", "عکس قرارداد.jpg", ""}}})
	s.seen(19, "shop answer")
	s.hearing(6, "shop", 20)
}

// judgments are cases that were decided.
func (s *script) judgments() {
	m := s.m
	maryam := m.main(demoPlaintiff)
	judgment := docket.NoticeOrder{Kind: notice.KindJudgment, Rule: "cpc-336", Text: docket.Text{FA: judgmentFA, EN: judgmentEN}}

	// Appealed in time; the copy is with the other side.
	other := m.citizen(35)
	s.file(72, plan{key: "wages", service: debt, by: maryam, against: []person{other}, over: catalogue.Answers{"amount": 2900 * million}})
	s.refer(71, "wages", "1")
	s.serve(70, "wages", 7)
	s.open(69, "wages", notice.KindClaimCopy, other, policy.Citizen)
	s.file(64, plan{key: "wages answer", service: "brief-defence", by: other, on: "wages", notice: notice.KindClaimCopy})
	s.seen(63, "wages answer")
	s.hearing(62, "wages", 10)
	s.send(40, "wages", policy.Judge, judgment)
	s.open(39, "wages", notice.KindJudgment, other, policy.Citizen)
	s.open(39, "wages", notice.KindJudgment, maryam, policy.Citizen)
	s.file(30, plan{key: "wages appeal", service: "appeal-civil", by: other, on: "wages", notice: notice.KindJudgment})
	s.serve(4, "wages appeal", 0)

	// Served and not answered in time: the clerk sends the file to the court of appeal.
	s.appealed(66, "shares", m.citizen(0), m.citizen(20), judgment)

	// Sent there after the answer: the head of branch 1 of the court of appeal confirms the branch.
	s.appealed(72, "parts", m.citizen(30), m.citizen(10), judgment)
	s.file(36, plan{key: "parts answer", service: "brief-defence", by: m.citizen(30), on: "parts", notice: notice.KindAppeal})
	s.seen(35, "parts answer")
	s.sendOn(3, "parts appeal")

	// Decided by the court of appeal of Isfahan, which heard it.
	s.appealed(84, "carpet", m.citizen(6), m.citizen(11), judgment) // the reply's ten days are over, whatever was closed
	s.sendOn(31, "carpet appeal")
	s.refer(30, "carpet appeal there", "1")
	s.seen(29, "carpet appeal there")
	s.hearing(28, "carpet appeal there", 12)
	upheld := docket.NoticeOrder{Kind: notice.KindJudgment, Text: docket.Text{FA: upheldFA, EN: upheldEN}}
	s.send(12, "carpet appeal there", policy.Judge, upheld)

	// Appealed too late, in Rasht: the clerk has it.
	s.file(70, plan{key: "late", service: debt, by: m.citizen(3), against: []person{m.citizen(8)}, over: catalogue.Answers{"amount": 1700 * million}})
	s.refer(69, "late", "1")
	s.serve(68, "late", 7)
	s.send(55, "late", policy.Judge, judgment)
	s.open(54, "late", notice.KindJudgment, m.citizen(8), policy.Citizen)
	s.file(2, plan{key: "late appeal", service: "appeal-civil", by: m.citizen(8), on: "late", notice: notice.KindJudgment})

	// Decided by default, in Ahvaz; the defendant was not heard.
	s.file(60, plan{key: "absent", service: debt, by: m.citizen(4), against: []person{m.citizen(14)}, over: catalogue.Answers{"amount": 1400 * million}})
	s.refer(58, "absent", "1")
	s.serve(57, "absent", 7)
	absent := judgment
	absent.Rule = "cpc-306"
	s.send(15, "absent", policy.Judge, absent)
	s.open(10, "absent", notice.KindJudgment, m.citizen(14), policy.Citizen)
	s.file(5, plan{key: "absent objection", service: "default-objection", by: m.citizen(14), on: "absent", notice: notice.KindJudgment})
}

// appealed is a case that was decided, with an appeal that was served on the
// other side.
func (s *script) appealed(ago int, key string, by, against person, judgment docket.NoticeOrder) {
	s.file(ago, plan{key: key, service: debt, by: by, against: []person{against}, over: catalogue.Answers{"amount": 1950 * million}})
	s.refer(ago-1, key, "1")
	s.serve(ago-2, key, 7)
	s.send(ago-20, key, policy.Judge, judgment)
	s.open(ago-21, key, notice.KindJudgment, against, policy.Citizen)
	s.file(ago-28, plan{key: key + " appeal", service: "appeal-civil", by: against, on: key, notice: notice.KindJudgment})
	s.serve(ago-30, key+" appeal", 0)
}

// defects are petitions in which the registrar found something wrong.
func (s *script) defects() {
	m := s.m
	maryam := m.main(demoPlaintiff)
	unclear := filing.Defect{Field: "narrative", Code: "unclear", Note: "بنویسید بدهی در چه تاریخی و از چه چیزی پیدا شده است."}
	value := filing.Defect{Field: "amount", Code: "value"}

	// Halted: its owner mends it.
	s.file(9, plan{key: "halted", service: debt, by: maryam, against: []person{m.citizen(30)}, over: catalogue.Answers{"amount": 1900 * million}})
	s.halt(6, "halted", unclear)

	// Mended, and back on the desk, in Isfahan.
	mended := plan{key: "mended", service: debt, by: m.citizen(6), against: []person{m.citizen(11)}, over: catalogue.Answers{"amount": 1100 * million}}
	s.file(20, mended)
	s.halt(17, "mended", value)
	s.mend(12, mended, "claim", catalogue.Answers{"amount": 1350 * million})

	// Rejected; the rejection was set aside, in Shiraz.
	s.file(62, plan{key: "rejected", service: debt, by: m.citizen(12), against: []person{m.citizen(22)}, over: catalogue.Answers{"amount": 1600 * million}})
	s.refer(61, "rejected", "1")
	s.halt(60, "rejected", unclear)
	s.reject(40, "rejected")
	s.open(39, "rejected", notice.KindRejection, m.citizen(12), policy.Citizen)
	s.file(34, plan{key: "rejected objection", service: "objection-registrar", by: m.citizen(12), on: "rejected", notice: notice.KindRejection})
	s.setAside(30, "rejected objection", "خواهان در مهلت قانونی رفع نقص کرده و رسید آن پیوست است.")

	// Rejected; the judge decides on the objection, in Tehran.
	s.file(50, plan{key: "objected", service: debt, by: m.citizen(15), against: []person{m.citizen(10)}, over: catalogue.Answers{"amount": 2050 * million}})
	s.refer(49, "objected", "1")
	s.halt(46, "objected", unclear)
	s.reject(20, "objected")
	s.open(19, "objected", notice.KindRejection, m.citizen(15), policy.Citizen)
	s.file(12, plan{key: "objected objection", service: "objection-registrar", by: m.citizen(15), on: "objected", notice: notice.KindRejection})
}

// service shows the ways in which a claim reaches its defendant.
func (s *script) service() {
	m := s.m

	// Several defendants, one of them an insurer: on paper.
	s.file(25, plan{key: "crash", service: "petition-damage", by: m.citizen(16), against: []person{m.citizen(21)}, over: catalogue.Answers{
		"amount": 1450 * million, "defendant_more": true, "defendant_2_kind": "entity", "defendant_2_entity_id": "10001234579",
		"defendant_2_entity_name": "شرکت بیمهٔ نمونه، سهامی عام", "defendant_2_province": "tehran", "defendant_2_county": "tehran",
		"defendant_2_address": "تهران، خیابان نمونه، ساختمان مرکزی بیمه", "defendant_2_more": false,
	}, files: []planFile{{"evidence_files", "خودرو.jpg", ""}}})
	s.refer(23, "crash", "1")
	s.serve(21, "crash", 15)

	// Unknown address: by publication.
	lost := m.citizen(17)
	s.file(33, plan{key: "lost", service: debt, by: m.citizen(13), against: []person{lost}, over: catalogue.Answers{
		"amount": 1300 * million, "defendant_address_unknown": true, "defendant_province": nil, "defendant_county": nil, "defendant_address": nil,
	}})
	s.refer(31, "lost", "1")
	s.serve(30, "lost", 30)

	// No account: on paper.
	s.file(14, plan{key: "offline", service: debt, by: m.citizen(0), against: []person{m.citizen(5)}, over: catalogue.Answers{"amount": 1150 * million}})
	s.refer(13, "offline", "2")
	s.serve(11, "offline", 10)

	// A lawyer on record, who receives the notices.
	lawyer, client := m.main(demoLawyer), m.citizen(25)
	s.file(45, plan{key: "land", service: debt, by: m.citizen(20), against: []person{client}, over: catalogue.Answers{"amount": 7800 * million}})
	s.refer(44, "land", "1")
	s.serve(42, "land", 15)
	s.open(41, "land", notice.KindClaimCopy, client, policy.Citizen)
	s.file(37, plan{key: "land power", service: "brief-representation", by: lawyer, role: policy.Lawyer, on: "land", represents: client,
		over: catalogue.Answers{"client_name": client.name()}, files: []planFile{{"power_of_attorney", "وکالت‌نامه.pdf", powerPage}}})
	s.lawyer(36, "land power")
	s.file(32, plan{key: "land answer", service: "brief-defence", by: lawyer, role: policy.Lawyer, on: "land"})
	s.seen(31, "land answer")
	s.hearing(3, "land", 17)

	// Abroad: two months.
	s.file(22, plan{key: "abroad", service: debt, by: m.citizen(19), against: []person{m.citizen(9)}, over: catalogue.Answers{"amount": 2200 * million}})
	s.refer(20, "abroad", "1")
	s.serve(18, "abroad", 60)
	s.open(15, "abroad", notice.KindClaimCopy, m.citizen(9), policy.Citizen)
}

// others are complaints, declarations and certificates, and petitions at other
// courts.
func (s *script) others() {
	m := s.m
	maryam, reza := m.main(demoPlaintiff), m.main(demoDefendant)

	// Received by the prosecutor's office and handed on.
	s.file(13, plan{key: "insult", service: "complaint-insult", by: maryam, against: []person{m.citizen(15)}, over: catalogue.Answers{"crime_province": "tehran", "crime_county": "tehran"}})
	s.refer(12, "insult", "1")
	s.seen(11, "insult")

	// Waits at the prosecutor's office.
	s.file(2, plan{key: "fraud", service: "complaint-bank-fraud", by: m.citizen(30), over: catalogue.Answers{"crime_province": "tehran", "crime_county": "tehran"}})
	s.refer(1, "fraud", "2")

	// Not prosecuted; the complainant objects, in Isfahan.
	s.file(50, plan{key: "assault", service: "complaint-assault", by: m.citizen(26), against: []person{m.citizen(31)}, over: catalogue.Answers{"crime_province": "isfahan", "crime_county": "isfahan"}})
	s.refer(49, "assault", "1")
	s.seen(48, "assault")
	s.send(12, "assault", policy.Judge, docket.NoticeOrder{Kind: notice.KindOrder, Rule: "crpc-270", Text: docket.Text{FA: noCaseFA, EN: noCaseEN}})
	s.open(11, "assault", notice.KindOrder, m.citizen(26), policy.Citizen)
	s.file(7, plan{key: "assault objection", service: "objection-no-prosecution", by: m.citizen(26), on: "assault", notice: notice.KindOrder})

	// Sent and replied to.
	s.file(19, plan{key: "demand", service: "declaration-debt", by: maryam, against: []person{reza}, over: catalogue.Answers{"amount": 800 * million}})
	s.serve(18, "demand", 0)
	s.open(17, "demand", notice.KindDeclaration, reza, policy.Citizen)
	s.file(14, plan{key: "demand reply", service: "reply-declaration", by: reza, on: "demand"})
	s.seen(13, "demand reply")

	// Sent; the addressee has not read it.
	s.file(6, plan{key: "vacate", service: "declaration-vacate", by: reza, against: []person{maryam}})
	s.serve(5, "vacate", 0)

	// Family court, the wife's place.
	s.file(11, plan{key: "mahr", service: "petition-mahr", by: m.citizen(32), against: []person{m.citizen(27)}})
	s.refer(9, "mahr", "1")
	s.serve(7, "mahr", 10)

	// Eviction, at the conciliation court of Rasht.
	s.file(5, plan{key: "evict", service: "petition-eviction", by: m.citizen(23), against: []person{m.citizen(28)}, over: catalogue.Answers{
		"property_province": "gilan", "property_county": "rasht", "property_address": "رشت، خیابان سعدی، کوچهٔ یاس، پلاک ۱۸",
	}})

	// Asked for and issued; asked for and waiting.
	letter := []planFile{{"letter_file", "نامه.pdf", letterPage}}
	s.file(12, plan{key: "clean", service: "certificate-criminal-record", by: maryam, files: letter})
	s.certify(10, "clean")
	s.file(1, plan{key: "record", service: "certificate-criminal-record", by: reza, files: letter})
}

// drafts are what is not finished.
func (s *script) drafts() {
	m := s.m
	maryam, reza := m.main(demoPlaintiff), m.main(demoDefendant)
	s.file(1, plan{key: "half", service: debt, by: maryam, against: []person{m.citizen(6)}, pages: 2, until: filing.Draft})
	s.file(2, plan{key: "full", service: "petition-deposit", by: m.citizen(24), against: []person{m.citizen(34)}, until: filing.Draft})
	s.file(2, plan{key: "unpaid", service: debt, by: maryam, against: []person{m.citizen(11)}, over: catalogue.Answers{"amount": 900 * million}, until: filing.Payable})
	s.file(1, plan{key: "unsigned", service: debt, by: reza, against: []person{m.citizen(33)}, over: catalogue.Answers{"amount": 1250 * million}, until: filing.Signable})
}
