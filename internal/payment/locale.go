// SPDX-License-Identifier: Apache-2.0

package payment

import "embed"

// Locale holds the words payment.*.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS
