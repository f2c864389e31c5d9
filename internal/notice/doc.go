// SPDX-License-Identifier: Apache-2.0

// Package notice owns electronic service of process: the notice with the paper
// in it, the facts of its life, the alert that points to it, and the work item
// for serving on paper whoever has no account. It does not know what a case is;
// Case, CaseNumber and Unit are opaque to it.
//
// The life of a notice:
//
//  1. Issued. A unit hands over the paper for an addressee: IssueTx, in the
//     transaction of the act that causes it. Content and hash are fixed.
//     Evidence notice.issued (ETSI SubmissionAcceptance).
//  2. Arrived. With an account, the same transaction places the notice in it.
//     Evidence notice.arrived (ContentConsignment). By article 13 of the by-law
//     of 1395/05/24 this is service; event Arrived.
//  3. No account. Then nothing is served electronically: a work item for
//     service on paper opens instead, or for publication if nobody knows the
//     address. Evidence notice.no_account (RelayToNonERDS, with the reasons);
//     event NoAccount. A notice goes one way or the other, never both.
//  4. Alerted. A job sends a text message without the subject and keeps a row
//     for each attempt. It has no legal effect (opinion 7/96/687) and can
//     neither delay nor undo 2.
//  5. Listed. The notice was in a list that its owner looked at. A fact without
//     effect, kept because it may matter when service is contested.
//  6. Viewed. Its owner was told what opening means and opened it. Evidence
//     notice.viewed (ContentHandover), once. By article 13 this has all effects
//     of actual service; event Viewed.
//
// When the owner of an account has died or is under guardianship, what lies in it
// unopened becomes a work item too (hears identity.StatusChanged).
//
// The addressee is the party, or the lawyer who represents it (LawyerOf): service
// on him is service on the party. Whom to serve is the caller's matter.
//
// Only these facts are stored. What they mean in law is computed from them by
// the dated table effects.json (Effect), so that another reading of the law
// changes no row.
package notice
