// SPDX-License-Identifier: Apache-2.0

// Package contest owns what a party says against the service of a notice: that it
// did not happen as the record says, or not lawfully; and what a judge of the
// case's branch decides about it. What service there was, and since when, are facts
// of notice; what follows for terms is docket's matter.
//
// The life of a contest:
//
//  1. Draft. From the page of the notice, or of the case for what went on paper: a
//     reason (reasons.json: which may be said depends on the way of service), what
//     happened in the person's words, files. Everything is kept, right or wrong.
//     Beside it stands what the record says, with every outage that touches the
//     notice's days: nobody has to prove those.
//  2. Open. Signed with a code by text message, bound to the record of the contest
//     (Sign). In the same transaction: evidence, the notice's fact "contested", the
//     case's timeline. A notice has one open contest at a time. The service holds
//     until a judge says otherwise, and terms run on.
//  3. Withdrawn by whoever made it, or left without object (Moot) because the notice
//     is no longer to be heeded for another reason.
//  4. Decided (Decide) by a judge of the branch who has no part in the case: the
//     service stands, or it holds since another day, or it is set aside and the
//     paper served anew, on paper if the judge orders that. In the same
//     transaction: the fact of the notice, the new notice, the order served on
//     whoever contested and, without the reasons, on the other side. The order is
//     made as a PDF afterwards. The first decision holds; a second one is a Conflict.
//
// A term for contesting is a row that an administrator enters (term.go); what comes
// after it is late and decided all the same.
package contest
