// SPDX-License-Identifier: Apache-2.0

package form

// Rule narrows what a field takes, or gives its errors words of their own.
type Rule func(*rules)

type rules struct {
	required bool
	min, max int
	empty    string // words if nothing was typed
	wrong    string // words for every other failure
}

func collect(required bool, list []Rule) rules {
	r := rules{required: required, max: DefaultMaxText}
	for _, rule := range list {
		rule(&r)
	}
	return r
}

func (r rules) emptyCode() string { return r.emptyCodeOr("form.required") }

func (r rules) emptyCodeOr(code string) string {
	if r.empty != "" {
		return r.empty
	}
	return code
}

func (r rules) code(code string) string {
	if r.wrong != "" {
		return r.wrong
	}
	return code
}

// Required refuses an empty field.
func Required(r *rules) { r.required = true }

// Optional lets a field be empty that is required by its kind.
func Optional(r *rules) { r.required = false }

// Missing refuses an empty field with words of the page's own: the locale key
// of a sentence such as "Enter your father's name".
func Missing(code string) Rule {
	return func(r *rules) { r.required, r.empty = true, code }
}

// Wrong replaces the words of every failure but emptiness.
func Wrong(code string) Rule { return func(r *rules) { r.wrong = code } }

// Max is the longest text in runes.
func Max(n int) Rule { return func(r *rules) { r.max = n } }

// Min is the shortest text in runes; an empty optional field passes.
func Min(n int) Rule { return func(r *rules) { r.min = n } }
