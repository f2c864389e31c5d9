// SPDX-License-Identifier: Apache-2.0

// Package appoint gives people the posts that come from an appointment (judge,
// clerk, prosecutor, bailiff, inspector, auditor, staff of the associations and
// the Centre, administrator), and guardians their capacity. It owns no tables:
// the capacities are identity's. Which posts there are, who gives them and when a
// child comes of age stands in posts.json; managers and operators of offices are
// package office's.
//
//   - An administrator appoints somebody whose identity is known at level 2
//     (Appoint), by a letter with its number, and ends the post with a reason
//     (End). Nobody appoints themselves.
//   - Who is an administrator is decided by two of them: one proposes to give or to
//     end the post, another one agrees (Decide). The first ones are named on the
//     command line.
//   - A post is of use only while its holder is known at level 2: a recovery that
//     ends what was proved ends its powers until it is proved again.
//   - The guardian that a court has appointed (qayyem) is entered by a judge, with
//     the number of the decision, for whom and until when (AppointGuardian), and
//     ended by a judge of the same unit. The ward is a child, or the civil registry
//     calls them incapable; the ward is told.
//   - A father or paternal grandfather (vali) asks for the capacity himself
//     (ClaimWard): the civil registry says whether he is it. The child gets an
//     account if there is none. It ends by itself when the child comes of age.
//
// Evidence: that of identity for each capacity.
package appoint
