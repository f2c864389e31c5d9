// SPDX-License-Identifier: Apache-2.0

// Package office owns the register of the offices of electronic judicial
// services, and what is done at their counters. Who works in an office is a
// capacity of package identity whose unit is the office's code.
//
// # The life of an office
//
//  1. The centre (or an administrator) enters an office with its licence
//     (Register). It is licensed.
//  2. A manager and operators are appointed (Appoint). They need a proof of who
//     they are of level 2 or more, and nobody appoints themselves.
//  3. The office opens (SetState). From now on the public list has it.
//  4. It may be suspended and opened again. What its people may do at the
//     counter they may do only while it is open: every act asks for the state.
//  5. It is closed, for good: the capacities of everybody in it end.
//
// Each step is kept with its day, who did it and why, and is evidence.
//
// # The life of a visit
//
//  1. An operator of an open office enters who stands at the counter (Begin). A
//     scanned card lands in the right field. The registry is asked at once, the
//     SIM registry too, and a code goes to the client's own telephone. For
//     somebody with an account nothing of it is shown, only the code goes out
//     (BeginRaise).
//  2. The client tells the code, which is their consent. Who has no telephone
//     signs the slip. A picture, and a signature or the reference of a
//     fingerprint, are taken.
//  3. Finish makes the account at level 3, or raises the one that is there, in one
//     transaction with the consent, the evidence, and the entry in the client's
//     list of who looked.
//  4. The operator neither sets a password nor sees one: a link goes to the
//     client's telephone (identity.ClaimTx), or its code is on the slip, which can
//     be printed for half an hour.
//  5. For somebody without any papers two people who know them, of level 2 or more
//     and not of this office, vouch before the manager, each with a code of their
//     own (BeginVouch). That is level 2, for a year by default; an hourly job ends
//     it.
//  6. An operator sees the details of an account (Look) shortly after its owner
//     told them a code, or for a written reason, which is flagged: the manager, the
//     inspector and the owner read it. Report counts all this for each operator.
//  7. A visit that comes to nothing is forgotten after a day, with its pictures.
//
// Publishes: nothing. Hears: nothing. Evidence: office.registered,
// office.state_set, office.served, office.vouched; appointments are evidence of identity.
package office
