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
//   - The guardian that a court has appointed (qayyem) is entered by a judge, with
//     the number of the decision, for whom and until when (AppointGuardian), and
//     ended by a judge of the same unit.
//   - A father or paternal grandfather (vali) asks for the capacity himself
//     (ClaimWard): the civil registry says whether he is it. The child gets an
//     account if there is none. It ends by itself when the child comes of age.
//
// Evidence: that of identity for each capacity.
package appoint
