// SPDX-License-Identifier: Apache-2.0

// Package sender lets other organisations serve their own notices through the
// system: government bodies whose own law allows it. It owns their contracts,
// templates, keys and figures, and tells their programs what became of a notice.
// The notice itself is of module notice, of kinds that are no court's.
//
// The life of a sender:
//
//  1. Applied. Who may sign for a government body applies: number of the contract,
//     the law that lets it serve here, kinds of notices, expected volume (Apply).
//  2. Decided by the centre, with reasons: approved with first and last day and with
//     quotas, or refused (Decide). It can be suspended, go on and be ended (Hold).
//  3. Templates are submitted and approved or refused (Submit, Judge). A version
//     that was decided never changes; what stands is the newest approved one.
//  4. Keys are made and revoked (MakeKey, RevokeKey): live ones, and test ones with
//     which everything is real but nobody is reached (the codes of rules.json).
//  5. Sent (Send). One transaction: contract, key and quota hold, the addressee has
//     an account that is in use, the notice is issued and has arrived. Whom the
//     system does not reach is never served by it: the answer says so, and the body
//     serves on paper.
//     Many go as a batch of notice/bulk (OpenBatch, TakeRows, SealBatch, StartBatch):
//     each row is sent as one notice is, over a quota the batch waits, and it is
//     stopped when the contract or the key does not hold any more.
//  6. What happens then (viewed, deemed) is heard from notice and told to the
//     body's address by platform/program, with waits and for days. What it does not
//     take is work for the body, and the centre sees it.
//
// Publishes: nothing. Hears: notice.viewed, notice.deemed. Evidence:
// sender.applied, sender.decided, sender.template_submitted,
// sender.template_decided, sender.key_made, sender.key_revoked, sender.hook_set,
// sender.hook_rotated, sender.hook_tried, sender.hook_left, sender.sent (with what
// became of it). Why so: docs/adr/0046-other-organisations-as-senders.md.
package sender
