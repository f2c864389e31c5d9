// SPDX-License-Identifier: Apache-2.0

package web

import "embed"

// Locale holds the words of the interface (web.*) and of forms (form.*).
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS
