// SPDX-License-Identifier: Apache-2.0

package pdf

import "embed"

// Locale holds the words of the frame of a paper in both languages.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS
