// SPDX-License-Identifier: Apache-2.0

// Package licence asks those who license legal professions whether somebody's
// licence stands. It owns no tables: the capacities are identity's.
//
//  1. Whoever holds a licence as a lawyer or an official expert asks for the
//     capacity (Claim): the issuers are asked, and every licence that is valid
//     today becomes a capacity with its issuer, number, grade or fields and last
//     day. Level 2 is needed (domain B.1).
//  2. A capacity that rests on a licence, however it was given, is asked about
//     again after a week, and when its last day is over (Ask): one that is
//     suspended cannot be acted in from the next click on, one that is revoked
//     ends, one that was renewed goes on. Whoever renews long after the last day
//     claims again.
//  3. If issuers report the end, suspension or an earlier last day of very many, at
//     once or within a day, they are not believed, as the civil registry is not
//     (package steward).
//
// What an association's file has suspended (package intro), only its file lifts.
// A licence that its issuer does not know is left as it is: the issuer's own file
// gave it.
//
// Evidence: that of identity for each capacity.
package licence
