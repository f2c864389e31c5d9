// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// submission is the body of an add-checkpoint request.
type submission struct {
	old   int64
	proof tlog.TreeProof

	note   []byte // the checkpoint as it came, with its signatures
	origin string
	size   int64
	root   tlog.Hash
}

// maxProof is the longest consistency proof there can be.
const maxProof = 63

var errMalformed = errors.New("malformed request")

// parse reads a request's body. The signatures are checked elsewhere.
func parse(body []byte) (c submission, err error) {
	head, rest, found := bytes.Cut(body, []byte("\n\n"))
	if !found {
		return c, errMalformed
	}
	lines := strings.Split(string(head), "\n")
	old, ok := strings.CutPrefix(lines[0], "old ")
	if !ok || len(lines)-1 > maxProof {
		return c, errMalformed
	}
	if c.old, err = decimal(old); err != nil {
		return c, err
	}
	for _, l := range lines[1:] {
		h, err := hash(l)
		if err != nil {
			return c, err
		}
		c.proof = append(c.proof, h)
	}
	c.note = rest
	return c, c.checkpoint()
}

// checkpoint reads the first three lines of the note. Further lines
// (extensions) may follow; they are signed with the rest.
func (c *submission) checkpoint() (err error) {
	text, _, found := bytes.Cut(c.note, []byte("\n\n"))
	lines := strings.Split(string(text), "\n")
	if !found || len(lines) < 3 || lines[0] == "" {
		return errMalformed
	}
	c.origin = lines[0]
	if c.size, err = decimal(lines[1]); err != nil {
		return err
	}
	c.root, err = hash(lines[2])
	return err
}

func decimal(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != s {
		return 0, errMalformed
	}
	return n, nil
}

func hash(s string) (h tlog.Hash, err error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != len(h) || base64.StdEncoding.EncodeToString(b) != s {
		return h, errMalformed
	}
	return tlog.Hash(b), nil
}
