// SPDX-License-Identifier: Apache-2.0

// Package notice owns electronic service of process: the notice with the paper
// in it, the facts of its life, and the work item
// for serving on paper whoever has no account. It does not know what a case is;
// Case, CaseNumber and Unit are opaque to it.
//
// The life of a notice:
//
//  1. Issued. A unit hands over the paper for an addressee: IssueTx, in the
//     transaction of the act that causes it. Content and hash are fixed.
//     Evidence notice.issued (ETSI SubmissionAcceptance).
//
//  2. Arrived. With an account, the same transaction places the notice in it.
//     Evidence notice.arrived (ContentConsignment). By article 13 of the by-law
//     of 1395/05/24 this is service; event Arrived.
//
//  3. No account, or a judge has ordered paper. Then nothing is served
//     electronically: a work item for service on paper opens instead, or for
//     publication if nobody knows the address. Evidence notice.no_account or
//     notice.on_paper (RelayToNonERDS, with the reasons); event NoAccount. A notice goes one way or the other, never both.
//
//  4. Alerted, by module alert: one row and one job of 2's transaction. It has no
//     legal effect (opinion 7/96/687) and can neither delay nor undo 2. A reminder
//     comes some days before the safe date if the notice is unopened (RemindTx).
//
//  5. Listed. The notice was in a list that its owner looked at. A fact without
//     effect, kept because it may matter when service is contested.
//
//  6. Viewed. Its owner was told what opening means and opened it. Evidence
//     notice.viewed (ContentHandover), once. By article 13 this has all effects
//     of actual service; event Viewed.
//
//  7. Deemed. Nobody opened it for the time that the reading names (Deem): not
//     looking is refusing (article 13, note 2). Evidence notice.deemed
//     (AcceptanceRejectionExpiry).
//
//  8. Tried and served on paper (PaperOutcomeTx): what an officer did, with the
//     reason of every failure; event ServedOnPaper. The open work item is the
//     lock: paper that was taken back (WithdrawPaperTx) cannot be served, and
//     what was served cannot be taken back.
//
//  9. Published, where nobody knows the address (by-law article 16).
//
//  10. Contested (ContestTx) and decided by a judge (DecideTx): it stands, it
//     holds since another time, or it is set aside; event Contested.
//
//  11. Replaced (ReplaceTx): taken back, corrected or served anew; event
//     Replaced. It stays readable and serves nothing any more.
//
// When the owner of an account has died or is under guardianship, what lies in it
// unopened becomes a work item too (hears identity.StatusChanged).
//
// The addressee is the party, or the lawyer who represents it (LawyerOf): service
// on him is service on the party. Whom to serve is the caller's matter.
//
// Only these facts are stored (Fact), each with its evidence, in the transaction
// in which it was learned. What they mean in law is computed from them by the
// dated table effects.json: kind of notice × kind of addressee × version of the
// law, and whose opening counts (Effect). Another reading of the law changes no
// row.
package notice
