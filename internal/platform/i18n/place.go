// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"embed"
	"encoding/json"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // the machine may have no time zones of its own

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Country is one that somebody may live in or come from.
type Country struct {
	Code string // ISO 3166-1 alpha-2
	Name string
}

// Zone is one of the time zones that people may choose.
type Zone struct {
	Name  string // IANA
	Words string
}

//go:embed zones.json
var zonesFile embed.FS

type places struct {
	countries []Country
	zones     []Zone
}

var (
	placesFA = sync.OnceValue(func() places { return readPlaces(FA, language.Persian) })
	placesEN = sync.OnceValue(func() places { return readPlaces(EN, language.English) })
)

// readPlaces takes the names of countries from CLDR and the zones from
// zones.json. Both are part of the program, so a fault in them is ours.
func readPlaces(l Lang, tag language.Tag) (out places) {
	names := display.Regions(tag)
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			r, err := language.ParseRegion(code)
			if err != nil || !r.IsCountry() || r.Canonicalize() != r || r.String() != code {
				continue
			}
			if name := names.Name(r); name != "" && name != code {
				out.countries = append(out.countries, Country{code, name})
			}
		}
	}
	order := collate.New(tag)
	slices.SortFunc(out.countries, func(a, b Country) int { return order.CompareString(a.Name, b.Name) })
	text, err := zonesFile.ReadFile("zones.json")
	var list []struct{ Zone, FA, EN string }
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil {
		panic(err)
	}
	for _, z := range list {
		words := z.FA
		if l == EN {
			words = z.EN
		}
		out.zones = append(out.zones, Zone{z.Zone, words})
	}
	return out
}

func placesOf(l Lang) places {
	if l == EN {
		return placesEN()
	}
	return placesFA()
}

// Countries lists all countries in the order of the language's alphabet.
func Countries(l Lang) []Country { return placesOf(l).countries }

// Zones lists the time zones that people choose from, from west to east.
func Zones(l Lang) []Zone { return placesOf(l).zones }

// In writes times for somebody who lives in another time zone: Tehran's first,
// which counts, and theirs beside it. An unknown zone, and Tehran's own, change
// nothing.
func (p *Printer) In(zone string) *Printer {
	if zone == "" || zone == "Asia/Tehran" {
		return p
	}
	at, err := time.LoadLocation(zone)
	if err != nil {
		return p
	}
	out := *p
	out.local = at
	return &out
}
