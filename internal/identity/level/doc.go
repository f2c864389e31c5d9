// SPDX-License-Identifier: Apache-2.0

// Package level says how surely it must be known who somebody is before they may
// do something, and where they are sent when it is not known surely enough. What
// each service asks for is data (level.json), with the day from which it holds;
// a title of the catalogue and a site that people sign in to name their own. The
// act itself asks (Check, Need); the page only asks earlier. It owns no table.
//
// The life of a refusal:
//
//  1. An act finds the level too low and returns an error with a Missing in its
//     chain. A program is told the words; nothing was changed.
//  2. For a page, Returns seals what is missing and the page on which it was
//     missed into one address: nobody else can use it, and it leads nowhere but
//     back.
//  3. The page of that address offers the missing step and then leads back.
package level
