// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/persian"
)

// Province is one of the 31 provinces. Closures are announced by province. The
// key is what is kept; ISO codes have changed over the years and are no key.
type Province struct {
	Key    string // "east-azerbaijan"
	FA, EN string
}

// Provinces lists the provinces in the order of their current ISO codes, 00 to
// 30.
func Provinces() []Province {
	return []Province{
		{"markazi", "مرکزی", "Markazi"},
		{"gilan", "گیلان", "Gilan"},
		{"mazandaran", "مازندران", "Mazandaran"},
		{"east-azerbaijan", "آذربایجان شرقی", "East Azerbaijan"},
		{"west-azerbaijan", "آذربایجان غربی", "West Azerbaijan"},
		{"kermanshah", "کرمانشاه", "Kermanshah"},
		{"khuzestan", "خوزستان", "Khuzestan"},
		{"fars", "فارس", "Fars"},
		{"kerman", "کرمان", "Kerman"},
		{"razavi-khorasan", "خراسان رضوی", "Razavi Khorasan"},
		{"isfahan", "اصفهان", "Isfahan"},
		{"sistan-and-baluchestan", "سیستان و بلوچستان", "Sistan and Baluchestan"},
		{"kurdistan", "کردستان", "Kurdistan"},
		{"hamadan", "همدان", "Hamadan"},
		{"chaharmahal-and-bakhtiari", "چهارمحال و بختیاری", "Chaharmahal and Bakhtiari"},
		{"lorestan", "لرستان", "Lorestan"},
		{"ilam", "ایلام", "Ilam"},
		{"kohgiluyeh-and-boyer-ahmad", "کهگیلویه و بویراحمد", "Kohgiluyeh and Boyer-Ahmad"},
		{"bushehr", "بوشهر", "Bushehr"},
		{"zanjan", "زنجان", "Zanjan"},
		{"semnan", "سمنان", "Semnan"},
		{"yazd", "یزد", "Yazd"},
		{"hormozgan", "هرمزگان", "Hormozgan"},
		{"tehran", "تهران", "Tehran"},
		{"ardabil", "اردبیل", "Ardabil"},
		{"qom", "قم", "Qom"},
		{"qazvin", "قزوین", "Qazvin"},
		{"golestan", "گلستان", "Golestan"},
		{"north-khorasan", "خراسان شمالی", "North Khorasan"},
		{"south-khorasan", "خراسان جنوبی", "South Khorasan"},
		{"alborz", "البرز", "Alborz"},
	}
}

// FindProvince finds a province by its key or its Persian or English name,
// however spaced, cased or typed.
func FindProvince(name string) (Province, bool) {
	want := bare(name)
	for _, p := range Provinces() {
		if want == bare(p.Key) || want == bare(p.FA) || want == bare(p.EN) {
			return p, true
		}
	}
	return Province{}, false
}

// bare folds a name to its letters, without the word province.
func bare(s string) string {
	s = persian.Fold(strings.ReplaceAll(s, "&", " and "))
	s = strings.TrimSuffix(strings.TrimPrefix(s, "استان "), " province")
	return strings.ReplaceAll(s, " ", "")
}
