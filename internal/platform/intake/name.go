// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName bounds a name, in runes and without its ending.
const maxName = 80

// cleanName makes a name that can be shown, written into a header and saved
// anywhere: no folders, no control characters, nothing that turns the direction
// of writing (a name could pretend to another ending with it), and the ending of
// the type that the file really has.
func cleanName(name, kind string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.Is(unicode.Cc, r):
			return -1
		case r == '\u200c' || r == '\u200d': // joiners are part of Persian spelling
			return r
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, name)
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 && len(name)-dot <= 6 {
		name = name[:dot]
	}
	name = strings.Trim(strings.Join(strings.Fields(name), " "), " .\u200c\u200d")
	if runes := []rune(name); len(runes) > maxName {
		name = strings.TrimRight(string(runes[:maxName]), " .\u200c\u200d")
	}
	if name == "" {
		name = "file"
	}
	return name + map[string]string{PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}[kind]
}
