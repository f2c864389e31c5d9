// SPDX-License-Identifier: Apache-2.0

// Package bailiff owns service on paper: the task of taking a notice to somebody
// without an account, the attempts of the bailiffs, and publication for those
// whom nobody can reach. What an outcome means in law is notice's matter; here
// are the facts, with a code for each reason.
//
// The life of a task:
//
//  1. Opened. Hears notice.NoAccount: one task for each notice, with the address
//     that the case has of its addressee (Deps.Destination). Its id is the
//     notice's, so that there is never a second one.
//  2. Assigned. A clerk of the unit gives it to one of the unit's bailiffs (Assign),
//     or has the open ones shared out by place and load (Share). From here runs
//     the term within which papers are to be taken there (rules.json). The papers
//     are printed with a slip to be signed and a QR code that leads here.
//  3. Attempted. The bailiff records what happened at the door (Record): outcome by
//     its code (outcomes.json), who took it, place, time, picture, signature. Each
//     attempt is a row and an evidence record, never changed. The telephone may
//     have been without a signal: it keeps its own time and sends later, and the
//     server adds when it heard. The same key is one attempt.
//  4. Served, in fact or by law; or tried and to be tried again; or failed. A failed
//     task goes back to the clerk: another address (Readdress), again, or
//     publication.
//  5. Published. The clerk asks (AskPublication), a judge of the unit orders or
//     refuses (DecidePublication). The call stands on /publications and in the
//     files for the electronic newspaper; where it was printed is kept (Printed).
//  6. Withdrawn. The addressee has an account by now and docket has served the
//     notice there instead (hears notice.PaperWithdrawn).
//
// A notice is never open on both ways. Its open work item in notice is the lock:
// service closes it (PaperOutcomeTx), withdrawal closes it, and whoever comes
// second changes nothing. An attempt that comes after that is kept as a fact, marked
// as not counted, with the reason.
package bailiff
