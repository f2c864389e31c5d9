// SPDX-License-Identifier: Apache-2.0

// Package browser holds the journeys: the whole program with its outside
// systems' doubles, used by a person in a real browser. It owns no code of the
// program, only tests.
//
// How a test runs:
//
//  1. boot starts a demo country of its own on free loopback ports, with the
//     same parts as `tarazu serve --demo`.
//  2. chromium starts one browser; a missing browser is a failure.
//  3. Each person has a tab with cookies of its own, a language, a theme, a
//     width, and script or none.
//  4. A person finds fields by their names and buttons by their words, clicks
//     where they are on the screen and types as on a keyboard.
//  5. Every page that is seen is inspected: axe, overflow, console, content
//     policy, size, language, digits, words (see inspect_test.go).
//
// Each pair of language, theme and width, and of script and language, occurs at
// least once; TARAZU_TEST_FULL=1 runs every combination.
// TARAZU_TEST_SCREENSHOTS=DIR also writes a picture of every page that is seen.
// TARAZU_TEST_PICTURES=DIR takes the pictures of README (see pictures_test.go).
package browser
