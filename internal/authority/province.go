// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"

	"github.com/tarazu/tarazu/internal/calendar"
)

// Province is one of the 31 provinces. Key is what is kept; Code is a label
// that has changed over the years (ISO 3166-2:IR since 2020, 00 to 30) and is
// used only inside numbers that people read.
type Province struct {
	Key, Code            string
	NameFA, NameEN       string
	CapitalFA, CapitalEN string
}

// Name is the province's name.
func (p Province) Name() Text { return Text{p.NameFA, p.NameEN} }

// capitals stand in the order of calendar.Provinces.
var capitals = [...]Text{
	{"اراک", "Arak"}, {"رشت", "Rasht"}, {"ساری", "Sari"}, {"تبریز", "Tabriz"},
	{"ارومیه", "Urmia"}, {"کرمانشاه", "Kermanshah"}, {"اهواز", "Ahvaz"}, {"شیراز", "Shiraz"},
	{"کرمان", "Kerman"}, {"مشهد", "Mashhad"}, {"اصفهان", "Isfahan"}, {"زاهدان", "Zahedan"},
	{"سنندج", "Sanandaj"}, {"همدان", "Hamadan"}, {"شهرکرد", "Shahrekord"}, {"خرم\u200cآباد", "Khorramabad"},
	{"ایلام", "Ilam"}, {"یاسوج", "Yasuj"}, {"بوشهر", "Bushehr"}, {"زنجان", "Zanjan"},
	{"سمنان", "Semnan"}, {"یزد", "Yazd"}, {"بندرعباس", "Bandar Abbas"}, {"تهران", "Tehran"},
	{"اردبیل", "Ardabil"}, {"قم", "Qom"}, {"قزوین", "Qazvin"}, {"گرگان", "Gorgan"},
	{"بجنورد", "Bojnurd"}, {"بیرجند", "Birjand"}, {"کرج", "Karaj"},
}

// Provinces lists the provinces in the order of their codes.
func Provinces() []Province {
	all := calendar.Provinces()
	out := make([]Province, len(all))
	for i, p := range all {
		out[i] = Province{
			Key: p.Key, Code: fmt.Sprintf("%02d", i), NameFA: p.FA, NameEN: p.EN,
			CapitalFA: capitals[i].FA, CapitalEN: capitals[i].EN,
		}
	}
	return out
}

// FindProvince finds a province by its key.
func FindProvince(key string) (Province, bool) {
	for _, p := range Provinces() {
		if p.Key == key {
			return p, true
		}
	}
	return Province{}, false
}

// Provinces lists the provinces in the order of their codes.
func (s *Service) Provinces() []Province { return Provinces() }
