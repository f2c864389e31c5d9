// SPDX-License-Identifier: Apache-2.0

// Package shelter hides where somebody lives who is in danger.
//
// Whoever says so is believed, at once and without a proof: nobody should have to
// write down why they are afraid, and a wrong answer costs a life (ADR 47). What
// it does:
//
//  1. The person leaves an address with the court, or none, and from then on
//     nobody but a judge of their case is shown any address of theirs: not the
//     other parties, not the clerks, not the bailiff, on no page, paper or API.
//  2. In what they file themselves a fixed sentence stands where their
//     address would (Check); the record, the paper and every copy have only that.
//  3. A judge who must know asks for it with a reason (Show). The reading stands in
//     the list of who looked at the person's data, and is evidence.
//  4. End makes it undone. Addresses that others wrote into a case show again.
//
// An account that went on in another one hides with it. What the other side wrote
// into its own petition, and papers made before, cannot be taken back: the page
// says so.
package shelter
