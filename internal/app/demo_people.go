// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"github.com/tarazu/tarazu/internal/gateway/professions"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// demoPassword opens the accounts of the demo's main characters.
const demoPassword = "tarazu-demo-1404"

// person is somebody of the demo country. The national codes begin with 000,
// which no issuing place has, so that they are nobody's; a foreign national's
// code is that of their register.
type person struct {
	n                   int
	class               identity.Class // "": Resident
	code, mobile        string
	first, last, father string
	birth               civil.Day
	province, county    string // keys; where the person lives
	address             string
	abroad              bool
	noAccount           bool // known to the registries only
	password            bool // of the main characters; all others enter by one click
	level               int  // of the proof; 0: what the posts need
	elsewhere                // of those who are not residents
	posts               []post
}

func (p person) name() string { return p.first + " " + p.last }

// elsewhere is what the registers of those say who have no address or no
// national code here.
type elsewhere struct {
	email, country, zone string
	latin                string // first and last name
	reference            string // of the consular case
	passport, issuer     string // issuer is also the nationality
}

// post is a capacity of a person.
type post struct {
	role             policy.Role
	unit, branch     string
	titleFA, titleEN string
	licence          *professions.Licence // on which it rests
}

// The units of the demo's main characters, in Tehran.
const (
	demoCourt        = "23101" // general civil court
	demoConciliation = "23201" // conciliation court
	demoProsecutor   = "23401" // prosecutor's office
)

func someone(n int, first, last, father string, y, m, d int) person {
	birth, err := civil.FromJalali(y, m, d)
	if err != nil {
		panic(fmt.Sprintf("demo person %d: %v", n, err)) // a table of ours, run by every test
	}
	return person{
		n: n, code: syntheticCode(n), mobile: fmt.Sprintf("+98912%07d", n), first: first, last: last, father: father, birth: birth,
		province: "tehran", county: "tehran", address: "تهران، خیابان آزادی، کوچهٔ نسترن، پلاک ۱۲",
	}
}

// syntheticCode is a national code with a right check digit and an issuing
// place that does not exist.
func syntheticCode(n int) string {
	body := fmt.Sprintf("%09d", n)
	sum := 0
	for i, r := range body {
		sum += int(r-'0') * (10 - i)
	}
	check := sum % 11
	if check >= 2 {
		check = 11 - check
	}
	return body + fmt.Sprint(check)
}

// newcomers are in the registries and have no account: a visitor of the demo
// registers as one of them.
func newcomers() []person {
	return append([]person{
		someone(demoNewcomer, "نیلوفر", "صادقی", "حسین", 1372, 4, 15),
		someone(102, "آرش", "مرادی", "علی", 1360, 11, 2),
		someone(103, "زهرا", "کاظمی", "محمود", 1349, 7, 28),
	}, strangers()...)
}

// The main characters by their number.
const (
	demoNewcomer  = 101
	demoPlaintiff = 201
	demoDefendant = 202
	demoClerk     = 203
	demoJudge     = 204
	demoAdmin     = 207
	demoLawyer    = 208
	demoProsecute = 209
	demoOperator  = 210
	demoCentre    = 211
	demoElder     = 212
	demoHelper    = 213
	demoDirector  = 214
	demoHead      = 215
	demoAssistant = 216
	demoGraduate  = 217
	demoEmigrant  = 218
	demoResident  = 219 // a foreign national who lives here
	demoManager   = 220
	demoInspector = 221
	demoBar       = 222
	demoExpert    = 223
	demoDeputy    = 224 // deputy prosecutor
	demoBailiff   = 225
	demoAdminToo  = 226 // some acts take two administrators
	demoGuardian  = 227
	demoWard      = 228
)

// residents are the main characters: they have accounts with a password, and
// most of them a card on the sign-in page.
func residents() []person {
	with := func(p person, posts ...post) person { p.password, p.posts = true, posts; return p }
	return []person{
		with(someone(demoPlaintiff, "مریم", "احمدی", "رضا", 1365, 2, 9)),
		with(someone(demoDefendant, "رضا", "کریمی", "اکبر", 1358, 9, 21)),
		with(someone(demoClerk, "سارا", "نوری", "ناصر", 1370, 1, 5), post{role: policy.Clerk, unit: demoCourt, titleFA: "مدیر دفتر، مجتمع حقوقی", titleEN: "Clerk, general civil court"}),
		with(someone(demoJudge, "محمد", "یزدانی", "کریم", 1350, 6, 30), post{role: policy.Judge, unit: demoCourt, branch: "1", titleFA: "رئیس شعبهٔ یکم، مجتمع حقوقی", titleEN: "Head of branch 1, general civil court"}),
		with(someone(205, "لیلا", "رستمی", "داوود", 1368, 12, 11), post{role: policy.Clerk, unit: demoConciliation, titleFA: "مدیر دفتر، دادگاه صلح", titleEN: "Clerk, conciliation court"}),
		with(someone(206, "کاوه", "شریفی", "منوچهر", 1354, 3, 17), post{role: policy.Judge, unit: demoConciliation, branch: "1", titleFA: "رئیس شعبهٔ یکم، دادگاه صلح", titleEN: "Head of branch 1, conciliation court"}),
		with(someone(demoAdmin, "امید", "بهرامی", "جواد", 1362, 8, 8), post{role: policy.Administrator, titleFA: "مدیر سامانه", titleEN: "Administrator"}),
		with(someone(demoLawyer, "شهرام", "فلاحی", "بهرام", 1357, 5, 19), lawyerPost(demoLawyer, "tehran", "تهران", "Tehran")),
		with(someone(demoProsecute, "نرگس", "حاتمی", "صادق", 1369, 10, 3), post{role: policy.Clerk, unit: demoProsecutor, titleFA: "مدیر دفتر، دادسرا", titleEN: "Clerk, prosecutor’s office"}),
		with(someone(demoOperator, "مینا", "صالحی", "یوسف", 1373, 7, 14), officePost(policy.Operator, demoOfficesOf(authority.Provinces(), "tehran")[0])),
		with(someone(demoCentre, "فرهاد", "کامرانی", "ایرج", 1356, 4, 22), post{role: policy.Centre, titleFA: "کارشناس مرکز آمار و فناوری", titleEN: "Officer of the centre"}),
		with(someone(demoElder, "طوبی", "میرزایی", "قنبر", 1322, 1, 20)).seen(),
		with(someone(demoHelper, "پروانه", "سلطانی", "احمد", 1367, 3, 12)),
		with(someone(demoDirector, "سامان", "وثوقی", "هرمز", 1359, 6, 4)),
		with(someone(demoHead, "شیما", "کیانی", "فرخ", 1361, 11, 27)),
		with(someone(demoAssistant, "یاسمن", "رهنما", "بهزاد", 1375, 9, 9)),
		with(someone(demoGraduate, "آیدین", "پارسا", "صمد", 1377, 2, 18), post{role: policy.Graduate, titleFA: "دانش‌آموختهٔ حقوق، کارشناسی ارشد", titleEN: "Law graduate, master’s degree"}),
		with(emigrant(demoEmigrant, "نیما", "تهرانی", "بیژن", 1361, 5, 30, elsewhere{
			email: "nima@mail.example", country: "DE", zone: "Europe/Berlin", reference: "M140400218", passport: "X21800218",
		})),
		with(foreigner(demoResident, "1402180021900", "آنا", "وبر", 1364, 4, 1, elsewhere{
			country: identity.Home, latin: "Anna Weber", passport: "C01X00T47", issuer: "DE",
		})),
		with(someone(demoManager, "جمال", "فرزانه", "عطا", 1352, 12, 2), officePost(policy.Manager, demoOfficesOf(authority.Provinces(), "tehran")[0])),
		with(someone(demoInspector, "هما", "صفوی", "کاظم", 1355, 10, 16), post{role: policy.Inspector, titleFA: "بازرس", titleEN: "Inspector"}),
		with(someone(demoBar, "نسرین", "بهروزی", "حبیب", 1360, 7, 23), post{role: policy.Association, unit: "bar-tehran", titleFA: "کارشناس کانون وکلای دادگستری مرکز", titleEN: "Officer of the Central Bar Association"}),
		with(someone(demoExpert, "بابک", "نیک‌نام", "سیروس", 1355, 2, 3), expertPost(demoExpert)),
		with(someone(demoDeputy, "حمید", "رفیعی", "مسعود", 1359, 5, 7), post{role: policy.Prosecutor, unit: demoProsecutor, titleFA: "دادیار، دادسرا", titleEN: "Deputy prosecutor"}),
		with(someone(demoBailiff, "علی", "منصوری", "قاسم", 1372, 8, 1), post{role: policy.Bailiff, unit: demoCourt, titleFA: "مأمور ابلاغ، مجتمع حقوقی", titleEN: "Bailiff, general civil court"}),
		with(someone(demoAdminToo, "شیرین", "پاکدل", "نادر", 1366, 4, 12), post{role: policy.Administrator, titleFA: "مدیر سامانه", titleEN: "Administrator"}),
		with(someone(demoGuardian, "منیژه", "توکلی", "رحیم", 1363, 10, 19)).seen(),
		someone(demoWard, "آرش", "توکلی", "سعید", 1394, 6, 2),
	}
}
