// SPDX-License-Identifier: Apache-2.0

// Package mandate owns what one person lets another do in their name: a helper
// for somebody who does not get along with the service, a contract with a
// lawyer, the staff of a lawyer's office, the representatives of a legal entity.
//
// # The life of a mandate
//
//  1. The giver names the taker by national code or judicial identifier and by
//     last name, and says what they may do and until when (Draft). Whether there
//     is such a person is told only if both fit, and a few times an hour.
//  2. A one-time code goes to the telephone of who gives. With it the mandate is
//     offered (Give): evidence mandate.given, event Given, and a text message to
//     the taker. Nothing is allowed yet.
//  3. The taker accepts (Accept) or declines. From there on the taker holds a
//     capacity on behalf of the giver, which package identity looks at with
//     every request, and can choose it on /capacity.
//  4. It ends with its last day, when the giver revokes it or the taker resigns
//     (End), in one transaction with the capacity: it bites at the next click in
//     every tab, and an act that is being submitted at that moment is refused.
//     Evidence mandate.ended, event Ended: docket serves papers on the party
//     again.
//
// A contract with a lawyer may be limited to some cases of the giver's and to titles
// for something new (limit.go). The limit goes into the capacity, and the rules of
// the modules above ask for it at each act (docs/adr/0030).
//
// It covers all notices or groups of them (scope.go, docs/adr/0054). The giver takes
// groups away at once; more of them are a new mandate, whose acceptance ends the one
// whose place it takes.
//
// The giver sees what was looked at under it. It is never passed on: who acts by
// a mandate cannot give one (policy.cedar). Who acts for another by law or
// appointment, a guardian or a managing director, is no delegate and can.
//
// The kinds, what each may cover and for how long stand in kinds.json.
//
// It also ends when one of the two dies, is put under guardianship or their account
// is merged into another one (CC 678 [mem]).
//
// Publishes: Given, Ended. Hears: identity.status_changed. Evidence: mandate.given,
// mandate.accepted, mandate.narrowed, mandate.ended.
package mandate
