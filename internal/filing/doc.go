// SPDX-License-Identifier: Apache-2.0

// Package filing takes what a person asks of a court from the first question
// to the court's desk. It owns the tables filing_…, the clerk's desk and the
// dashboard, publishes Submitted and Mended and hears payment.Paid and
// docket.LawyerLeft.
//
// The life of a filing:
//
//  1. Start makes a draft of one title of the catalogue, in the version that
//     is current on that day; the draft keeps that version. It is of whom the
//     actor acts for: a company files as itself, a lawyer in the name of a client
//     whom he chose among his contracts (Clients). What begins a case a lawyer
//     does not file in his own name.
//  2. Save keeps a page's answers and says what is wrong beside each field; what
//     cannot be read at all is shown again on the page and not kept. Each person's
//     name is compared with the civil registry and kept as the registry writes
//     it; a name that it does not know stops the draft. When it
//     does not answer, the draft goes on and a job asks again; an answer that
//     comes after the submission is evidence beside it.
//     While somebody types, the page saves itself (Keep); a tab that was left
//     behind overwrites nothing: neither by itself nor when it is sent (SaveFrom),
//     where the page says what is kept and asks which answers hold. Files are taken in by Attach: what platform/intake
//     lets in is kept in platform/blob first, then its row is committed.
//  3. Freeze checks every answer, routes the filing to its court, fixes the
//     fee line by line, and builds the canonical record: what will be signed.
//     A filing with a fee waits for its payment; one without waits for its
//     signature.
//  4. payment.Paid moves it on. Nothing of the record can change any more.
//  5. SendSignatureCode sends a one-time code that is bound to the record's
//     hash; Submit takes the code and, in one transaction, marks the filing
//     submitted, uses the code up, opens the case with its 18-digit number
//     (CPC 49) or adds the brief to its case, stages the evidence, puts the
//     filing on the unit's desk and publishes Submitted. Fixing, sending a code and
//     submitting ask again in their transactions whether who acts may still do so,
//     and on a case whether the owner still stands in it (filesTx).
//  6. A second later the ledger's checkpoint covers the evidence and the
//     receipt can be downloaded. A job makes the paper in both languages, signs
//     it, keeps it and leaves evidence of its hash behind that of the submission;
//     what people download later are those bytes. The other party reads paper and
//     files from their service on, or of a brief at once (Shared).
//  7. At the desk it goes by the procedure of its kind (procedure.go): a petition
//     is served once its branch is confirmed (docket), a complaint is handed to its
//     branch, a declaration is sent or declined, a brief is put before the branch,
//     an objection is served or decided, a request is answered by a certificate, a
//     lawyer is put on record. One act, by one clerk; who comes second is told who
//     was faster with what.
//  8. A defective petition or objection is halted (Halt, CPC 54): the notice says
//     what is wrong in which answer, and only these answers open again. The owner
//     mends, pays what is missing of the fee, signs and submits the new version; it
//     takes the place of the one before, which is kept (filing_version, Versions). Date,
//     tracking code and case number stay. The court sees what was signed last.
//  9. What is not mended in time is rejected (Reject); what is mended late the
//     registrar accepts, by going on with it, or rejects. The court decides on the
//     objection to a rejection (DecideRejection).
//     A halted filing whose lawyer has left is taken over (TakeOver) by the party for
//     whom it was filed, or by its next lawyer, and the notice of its defects is
//     served again (onLawyerLeft, docs/adr/0044).
//  10. An appeal waits, once it is served, for the other side's answer or the end
//     of its term; then the registry sends the file to the court that
//     authority/data/jurisdiction.json names (SendOn, CPC 346 [mem]). What came
//     late only a judge sends. There the appeal stands on the desk, and the rest of
//     the file can be read.
//
// A draft that is never submitted is nobody's business: only its owner sees it.
package filing
