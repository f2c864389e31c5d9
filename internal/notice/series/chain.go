// SPDX-License-Identifier: Apache-2.0

package series

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Hash is a SHA-256.
type Hash [sha256.Size]byte

// String is the hash in lower-case hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// parseHash reads what String writes and nothing else.
func parseHash(s string) (h Hash, ok bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(h) || hex.EncodeToString(b) != s {
		return h, false
	}
	return Hash(b), true
}

// What stands before that which is hashed, so that no hash is taken for one of
// another kind. docs/receipt-format.md, section 12, names them.
const (
	tagText   = "tarazu series tag v1\n"
	startText = "tarazu series start v1\n"
	lineText  = "tarazu series line v1\n"
)

// TagOf is the name of somebody's series in the trees of the days: it tells
// nothing to whoever does not have the salt.
func TagOf(salt []byte, person string) (h Hash) {
	m := hmac.New(sha256.New, salt)
	m.Write([]byte(tagText + person))
	m.Sum(h[:0])
	return h
}

// startOf is the link before the first line.
func startOf(tag Hash) Hash { return sha256.Sum256(append([]byte(startText), tag[:]...)) }

// linkOf is the link of a line: it commits to all lines up to it.
func linkOf(previous Hash, serial int64, log string, index int64, leaf Hash) Hash {
	b := append([]byte(lineText), previous[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(serial))
	b = binary.BigEndian.AppendUint64(b, uint64(index))
	b = append(b, leaf[:]...)
	return sha256.Sum256(append(b, log...))
}
