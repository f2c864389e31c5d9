// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
)

// FeeItem is one fee of the table, from a day on. All amounts are whole rials.
type FeeItem struct {
	Code  string    `json:"code"`
	From  civil.Day `json:"from"`
	Kind  string    `json:"kind"` // "bands": a share of an amount; "each": a price for each sheet; "fixed": a price for each act
	Label Text      `json:"label"`
	Bands []Band    `json:"bands,omitempty"`
	// LowerBandsStay: true charges each band's rate on the part of the amount
	// inside it; false charges the rate of the band in which the whole amount
	// falls on the whole. Practice differs (domain B.7), so it is a setting.
	LowerBandsStay bool  `json:"lower_bands_stay,omitempty"`
	Amount         int64 `json:"amount,omitempty"`
	// RoundTo: each line is rounded down to a multiple of it, in favour of the
	// payer; 1 is the whole rial.
	RoundTo  int64  `json:"round_to"`
	Citation Text   `json:"citation"`
	Source   string `json:"source,omitempty"` // where the figure comes from, and how sure it is
	Note     Text   `json:"note"`             // for the person who pays; may be empty
	Version  int    `json:"-"`
}

// Band is a rate up to an amount, in basis points (hundredths of a percent).
// The last band has no end.
type Band struct {
	UpTo int64 `json:"upto,omitempty"`
	BP   int64 `json:"bp"`
}

//go:embed data/fees.json
var feeData []byte

// embeddedFees reads the embedded table.
func embeddedFees() ([]FeeItem, error) {
	var file struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(feeData, &file); err != nil {
		return nil, fmt.Errorf("data/fees.json: %w", err)
	}
	var out []FeeItem
	for i, raw := range file.Items {
		it, err := ParseFee(raw)
		if err != nil {
			return nil, fmt.Errorf("data/fees.json: item %d: %w", i+1, err)
		}
		out = append(out, it)
	}
	return out, nil
}

// ParseFee reads and checks one fee. Errors: Invalid.
func ParseFee(body []byte) (it FeeItem, err error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&it); err != nil {
		return it, errs.New(errs.Invalid, "catalogue.fee.shape").Because(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return it, errs.New(errs.Invalid, "catalogue.fee.shape")
	}
	return it, it.check()
}

var feeCode = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// maxBP is the highest rate a table may hold: 20 %.
const maxBP = 2_000

func (it FeeItem) check() error {
	var f []errs.Field
	bad := func(name string) { f = append(f, errs.Field{Name: name, Code: "catalogue.fee.wrong"}) }
	if !feeCode.MatchString(it.Code) {
		bad("code")
	}
	for name, t := range map[string]Text{"label": it.Label, "citation": it.Citation} {
		if t.FA == "" || t.EN == "" {
			bad(name)
		}
	}
	if it.RoundTo < 1 || it.RoundTo > 1_000_000 {
		bad("round_to")
	}
	switch it.Kind {
	case "each", "fixed":
		if it.Amount < 0 || it.Amount > 1_000_000_000_000 || len(it.Bands) > 0 {
			bad("amount")
		}
	case "bands":
		if !it.bandsFit() || it.Amount != 0 {
			bad("bands")
		}
	default:
		bad("kind")
	}
	slices.SortFunc(f, func(a, b errs.Field) int { return cmp.Compare(a.Name, b.Name) })
	return errs.InvalidFields(f)
}

// bandsFit tells whether the bands rise and end open. Rates may not fall: a
// larger claim never costs less.
func (it FeeItem) bandsFit() bool {
	var from, rate int64
	for i, b := range it.Bands {
		last := i == len(it.Bands)-1
		if b.BP < rate || b.BP > maxBP || last != (b.UpTo == 0) || (!last && (b.UpTo <= from || b.UpTo > form.MaxRials)) {
			return false
		}
		from, rate = b.UpTo, b.BP
	}
	return len(it.Bands) > 0
}

// share is rate basis points of an amount, rounded down. It cannot overflow
// for amounts up to form.MaxRials and rates up to maxBP.
func share(amount, bp int64) int64 {
	return amount/10_000*bp + amount%10_000*bp/10_000
}

// part is one line of a fee before it has words.
type part struct {
	base, bp, above int64
	amount          int64
}

// parts are the lines of a fee on a number: rials for bands, else a count.
func (it FeeItem) parts(of int64) ([]part, error) {
	if of < 0 || of > form.MaxRials {
		return nil, errs.New(errs.Invalid, "catalogue.fee.base")
	}
	round := func(n int64) int64 { return n - n%it.RoundTo }
	if it.Kind != "bands" {
		if it.Amount > 0 && of > form.MaxRials/it.Amount {
			return nil, errs.New(errs.Invalid, "catalogue.fee.base")
		}
		return []part{{base: of, amount: round(of * it.Amount)}}, nil
	}
	var out []part
	var from int64
	for _, b := range it.Bands {
		to := of
		if b.UpTo > 0 {
			to = min(of, b.UpTo)
		}
		switch {
		case it.LowerBandsStay && to > from:
			out = append(out, part{base: to - from, bp: b.BP, above: from, amount: round(share(to-from, b.BP))})
		case !it.LowerBandsStay && of > from && to == of:
			return []part{{base: of, bp: b.BP, amount: round(share(of, b.BP))}}, nil
		}
		if from = b.UpTo; to == of {
			break
		}
	}
	return out, nil
}

// FeeLine is one line of what is to be paid. Amount is in rials; Basis says how
// it was worked out.
type FeeLine struct {
	Code     string `json:"code"`
	Label    Text   `json:"label"`
	Amount   int64  `json:"amount"`
	Basis    Text   `json:"basis"`
	Citation Text   `json:"citation"`
	Note     Text   `json:"note"`
}

// Total is the sum of the lines.
func Total(lines []FeeLine) int64 {
	var sum int64
	for _, l := range lines {
		sum += l.Amount
	}
	return sum
}

// Fees are the lines to be paid for a filing with these answers on a day, each
// explained and cited; none where nothing is due. Errors: Invalid for an
// amount no fee can be taken of, NotFound where the table has no fee for the
// day.
func (d *Definition) Fees(ctx context.Context, answers Answers, at civil.Day) (_ []FeeLine, err error) {
	defer errs.Wrap(&err, "catalogue.Fees")
	vars := d.activation(d.Prune(answers))
	lines := []FeeLine{}
	for _, f := range d.c.fees {
		due, err := f.when.holds(vars)
		if err != nil {
			return nil, err
		}
		if !due {
			continue
		}
		of, err := f.of.int(vars)
		if err != nil {
			return nil, err
		}
		it, err := d.env.fee(ctx, f.item, at)
		if err != nil {
			return nil, err
		}
		parts, err := it.parts(of)
		if err != nil {
			return nil, err
		}
		for i, p := range parts {
			line := it.line(p)
			if len(parts) > 1 {
				line.Code = fmt.Sprintf("%s.%d", it.Code, i+1)
			}
			lines = append(lines, line)
		}
	}
	return lines, nil
}
