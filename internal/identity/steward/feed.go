// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// feedLine is one line of a file of the civil registry.
type feedLine struct {
	nationalCode string
	to           identity.Status
}

// Fed is what came of a file of the civil registry.
type Fed struct {
	Lines   int // people named in the file
	Unknown int // of them without an account here
	Before  int // whose account was not in use any more
	Closed  int
}

// parseFeed reads lines of a national code and what happened (deceased or
// incapable), with a comma or semicolon between; empty lines and those that begin
// with # count for nothing. A file with one wrong line is refused as a whole, and
// the error names the line but not what stands in it.
func parseFeed(text []byte) ([]feedLine, error) {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	var out []feedLine
	seen := map[string]identity.Status{}
	scan := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; scan.Scan(); n++ {
		line := strings.TrimSpace(scan.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == ';' || r == '؛' || r == '،' })
		if len(cells) != 2 {
			return nil, fmt.Errorf("line %d: a national code and what happened are needed", n)
		}
		code, err := persian.NationalCode(cells[0])
		if err != nil {
			return nil, fmt.Errorf("line %d: the national code cannot be right", n)
		}
		to := identity.Status(strings.ToLower(strings.TrimSpace(cells[1])))
		if to != identity.Deceased && to != identity.Incapable {
			return nil, fmt.Errorf("line %d: deceased or incapable is needed", n)
		}
		switch before, twice := seen[code]; {
		case twice && before != to:
			return nil, fmt.Errorf("line %d: the same person stands in another line with something else", n)
		case twice:
			continue
		}
		seen[code] = to
		out = append(out, feedLine{code, to})
	}
	return out, scan.Err()
}

// ApplyFeed closes the accounts of whom a file of the civil registry names. The
// file is read to its end before anything is closed; run again it closes what is
// left. Its hash stands in the evidence of each account.
func (s *Service) ApplyFeed(ctx context.Context, text []byte) (sum Fed, err error) {
	defer errs.Wrap(&err, "steward.ApplyFeed")
	lines, err := parseFeed(text)
	if err != nil {
		return Fed{}, err
	}
	hash := sha256.Sum256(text)
	sum.Lines = len(lines)
	for _, l := range lines {
		p, found, err := s.d.Identity.FindByNationalCode(ctx, s.d.DB, l.nationalCode)
		if err != nil {
			return sum, err
		}
		if !found {
			sum.Unknown++
			continue
		}
		done := false
		err = s.d.DB.Write(ctx, func(tx *store.Tx) (err error) {
			done, err = s.endTx(ctx, tx, p.ID, l.to, WhyFeed, "sha256:"+hex.EncodeToString(hash[:]))
			return err
		})
		switch {
		case err != nil:
			return sum, err
		case done:
			sum.Closed++
		default:
			sum.Before++
		}
	}
	return sum, nil
}
