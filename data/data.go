// SPDX-License-Identifier: Apache-2.0

// Package data carries the reference data that ships with the program. It is a
// default: what an administrator publishes goes before it.
package data

import _ "embed" // for the holiday table

// Holidays is the table of official holidays, holidays.json. Its own "about"
// and "sources" say where it comes from and what is provisional.
//
//go:embed holidays.json
var Holidays []byte
