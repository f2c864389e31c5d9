// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"strings"
	"testing"
)

func TestPasswordsOfAnotherKeyboardAreTheSame(t *testing.T) {
	t.Parallel()
	h := newHasher(Argon{Memory: 64, Time: 1}, 1)
	stored, err := h.hash(t.Context(), "كتاب علي ۱۲۳۴۵")
	must(t, err)
	for password, want := range map[string]bool{
		"کتاب علی 12345":  true,
		"كتاب علي ١٢٣٤٥":  true,
		"کتاب علی ۱۲۳۴۵":  true,
		"کتابعلی 12345":   false,
		"کتاب علی 12345 ": false,
		"":                false,
	} {
		ok, stale, err := h.verify(t.Context(), stored, password)
		must(t, err)
		if ok != want || stale {
			t.Errorf("%q: %v (stale %v), want %v", password, ok, stale, want)
		}
	}
	stronger := newHasher(Argon{Memory: 128, Time: 1}, 1)
	if ok, stale, err := stronger.verify(t.Context(), stored, "کتاب علی 12345"); !ok || !stale || err != nil {
		t.Errorf("a weaker hash: %v, stale %v, %v", ok, stale, err)
	}
	for _, broken := range []string{"", "x", "$argon2id$v=19$m=64,t=1,p=1$$", strings.Replace(stored, "v=19", "v=16", 1)} {
		before := h.count.Load()
		ok, _, err := h.verify(t.Context(), broken, "کتاب علی 12345")
		must(t, err)
		if ok || h.count.Load() != before+1 {
			t.Errorf("%q: fits %v after %d computations, want one", broken, ok, h.count.Load()-before)
		}
	}
}

func TestNewPasswords(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		goodPassword:               "",
		"correct horse battery":    "",
		"گربه روی بام":             "",
		"k2#Vq9!xLm":               "",
		"کوتاه۱۲۳":                 "identity.password.short",
		strings.Repeat("خوب ", 40): "identity.password.long",
		"aaaaaaaaaaaa":             "identity.password.common",
		"1234567890":               "identity.password.common",
		"۰۹۸۷۶۵۴۳۲۱":               "identity.password.common",
		"password1404!":            "identity.password.common",
		"Esteghlal1324":            "identity.password.common",
		"qwertyuiop12":             "identity.password.common",
		"abcdeabcdeabcde":          "identity.password.common",
		"رمزعبور۱۴۰۴":              "identity.password.common",
		"0001234560ab":             "identity.password.about_you",
		"۰۹۱۲۱۲۳۴۵۶۷":              "identity.password.about_you",
		"rezaei-رضایی12":           "",
		"رضایی۱۳۶۲!":               "identity.password.about_you",
	} {
		if got := checkPassword(password, "0001234560", "09121234567", "مریم", "رضایی", "1362-07-15"); got != want {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
}

func TestLuhn(t *testing.T) {
	t.Parallel()
	if got := luhn("7992739871"); got != 3 { // the standard's example
		t.Errorf("check digit %d, want 3", got)
	}
	if j := newJudicialID(); len(j) != 12 || j[0] == '0' || luhn(j[:11]) != int(j[11]-'0') {
		t.Errorf("judicial identifier %q", j)
	}
}
