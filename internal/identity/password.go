// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/tarazu/tarazu/internal/platform/argon2id"
	"github.com/tarazu/tarazu/internal/platform/aside"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// The shortest and the longest password, in characters. Length is what makes
// a password strong (NIST SP 800-63B 5.1.1); the upper bound keeps hashing
// cheap.
const (
	MinPassword = 10
	MaxPassword = 128
)

const (
	saltLen = 16
	keyLen  = 32
)

// Argon is how dear one guess of a password is.
type Argon struct {
	Memory uint32 // KiB
	Time   uint32 // passes over that memory
}

// DefaultArgon is OWASP's first choice for argon2id: 19 MiB, two passes, one
// lane. About 22 ms on one core (research/storage.md).
var DefaultArgon = Argon{Memory: 19 * 1024, Time: 2}

// normalPassword is what is hashed of a password: see the package comment.
func normalPassword(s string) string {
	s = persian.Digits(norm.NFKC.String(s))
	return strings.NewReplacer("ي", "ی", "ى", "ی", "ك", "ک").Replace(s)
}

// hasher computes argon2id, at most slots at once: more would only make
// everybody wait longer and use more memory.
type hasher struct {
	params Argon
	slots  chan struct{}
	dummy  string       // stands in for the password of nobody
	count  atomic.Int64 // computations so far; tests compare work by it
}

func newHasher(p Argon, slots int) *hasher {
	h := &hasher{params: p, slots: make(chan struct{}, slots)}
	salt := id.Bytes(saltLen)
	h.dummy = encode(p, salt, id.Bytes(keyLen)) // no password gives a random key
	return h
}

func (h *hasher) key(ctx context.Context, p Argon, salt []byte, password string) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, errs.New(errs.Unavailable, "").Because(ctx.Err())
	}
	defer func() { <-h.slots }()
	h.count.Add(1)
	var key []byte
	aside.Run(func() { key = argon2id.Key([]byte(normalPassword(password)), salt, p.Time, p.Memory, keyLen) })
	return key, nil
}

// hash makes the text that is stored, in the PHC string format.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := id.Bytes(saltLen)
	key, err := h.key(ctx, h.params, salt, password)
	if err != nil {
		return "", err
	}
	return encode(h.params, salt, key), nil
}

// verify does one computation, whatever stored is. An empty or broken one is
// compared with the dummy and never fits. stale tells that the stored text was
// made with other parameters than today's.
func (h *hasher) verify(ctx context.Context, stored, password string) (ok, stale bool, err error) {
	p, salt, want, good := decode(stored)
	if !good {
		p, salt, want, _ = decode(h.dummy)
	}
	got, err := h.key(ctx, p, salt, password)
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(got, want) == 1 && good
	return ok, ok && p != h.params, nil
}

var b64 = base64.RawStdEncoding

func encode(p Argon, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, p.Memory, p.Time,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

func decode(s string) (p Argon, salt, key []byte, ok bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &p.Memory, &p.Time); err != nil {
		return p, nil, nil, false
	}
	salt, err := b64.DecodeString(parts[4])
	key, err2 := b64.DecodeString(parts[5])
	ok = err == nil && err2 == nil && len(key) == keyLen && p.Time > 0 && p.Memory >= 8
	return p, salt, key, ok
}

// commonCores are the words that most guessed passwords are built on, in
// letters only, folded.
var commonCores = map[string]bool{
	"password": true, "passwort": true, "iloveyou": true, "letmein": true, "welcome": true, "admin": true,
	"administrator": true, "qwerty": true, "qwertyuiop": true, "asdfghjkl": true, "zxcvbnm": true, "abc": true,
	"tarazu": true, "adliran": true, "sana": true, "iran": true, "tehran": true, "persepolis": true,
	"esteghlal": true, "mohammad": true, "hossein": true, "khoda": true, "ramz": true, "ramzobur": true,
	"رمز": true, "رمزعبور": true, "گذرواژه": true, "ترازو": true, "ثنا": true, "ایران": true, "تهران": true,
	"پرسپولیس": true, "استقلال": true, "محمد": true, "حسین": true, "خدا": true, "دوستتدارم": true,
}

// runs are the rows that fingers slide along.
const runs = "01234567890 09876543210 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm " +
	"ضصثقفغعهخحجچ شسیبلاتنمکگ ظطزرذدپو ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"

// checkPassword returns the locale code of what is wrong with a new password,
// "" if nothing is. known are facts about the person that a stranger may know.
func checkPassword(password string, known ...string) string {
	s := normalPassword(password)
	switch n := utf8.RuneCountInString(s); {
	case n < MinPassword:
		return "identity.password.short"
	case n > MaxPassword:
		return "identity.password.long"
	}
	folded := strings.ReplaceAll(persian.Fold(s), " ", "")
	for _, k := range known {
		if k = strings.ReplaceAll(persian.Fold(k), " ", ""); utf8.RuneCountInString(k) >= 4 && strings.Contains(folded, k) &&
			utf8.RuneCountInString(folded)-utf8.RuneCountInString(k) < 6 {
			return "identity.password.about_you"
		}
	}
	if weak(s, folded) {
		return "identity.password.common"
	}
	return ""
}

// weak tells whether a password is among those that are tried first: few
// different characters, a short piece repeated, a run along the alphabet or
// the keyboard, a common word with a decoration of digits, digits alone.
//
// typed is the normalised password, folded the same without case and signs.
func weak(typed, folded string) bool {
	different := map[rune]bool{}
	for _, r := range typed {
		different[r] = true
	}
	core := strings.Trim(folded, "0123456789")
	switch {
	case len(different) < 5:
		return true
	case core == "" && len(folded) == len(typed) && len(typed) < 14:
		return true
	case commonCores[core]:
		return true
	}
	for n := 1; n <= len(typed)/2; n++ {
		if len(typed)%n == 0 && strings.Repeat(typed[:n], len(typed)/n) == typed {
			return true
		}
	}
	for run := range strings.FieldsSeq(runs) {
		if strings.Contains(run, core) && utf8.RuneCountInString(core) >= 4 {
			return true
		}
	}
	return false
}

// SamePassword tells whether two entries are the same password, also if they
// were typed on different keyboards.
func SamePassword(a, b string) bool { return normalPassword(a) == normalPassword(b) }
