// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// packView is the page in a copy.
type packView struct {
	P       *i18n.Printer
	s       *Service
	Name    string
	At      time.Time
	Parts   []Part
	files   map[string]string
	LeftOut int
}

// packed value of a row: its words, or a file, or something long.
type packValue struct {
	Label, Text, File, Long string
	Code                    bool
}

func (v packView) values(set held.Set, row []any) []packValue {
	var out []packValue
	for i, c := range set.Columns {
		if held.Empty(row[i]) {
			continue
		}
		x := packValue{Label: v.P.T("held.column." + c.Name)}
		switch raw, isJSON := row[i].(json.RawMessage); {
		case isJSON:
			var b bytes.Buffer
			if json.Indent(&b, raw, "", "  ") == nil {
				x.Long = b.String()
			}
		case c.Kind == held.JSON:
			x.Long, _ = row[i].(string)
		case c.Kind == held.File:
			key, _ := row[i].(string)
			if x.File = v.files[key]; x.File == "" {
				x.Text = v.P.T("mydata.export.no_room")
			}
		default:
			x.Text, x.Code = v.s.said(v.P, c, row[i])
		}
		out = append(out, x)
	}
	return out
}
