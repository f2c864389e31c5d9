// SPDX-License-Identifier: Apache-2.0

// Package alert owns how people are told that something waits for them: over
// which channels, at which hours, in which words, and what became of each
// message. An alert has no legal effect (opinion 7/96/687), and nothing that has
// one waits for it.
//
// The life of an alert:
//
//  1. Requested (RequestTx), in the transaction of the act that it is about: one
//     row and one job. Whoever asks names a person, a thing and a kind; the words
//     belong to the kind and have no place for a name, a case or a subject.
//  2. Planned, when the job runs: is it still wanted (Handle), over which of the
//     person's channels, and may anything be sent at this hour where they live?
//     If not, the job comes again at the next hour at which it may.
//  3. Sent, over each channel. What a provider did is a try of its own. A provider
//     that does not answer is asked again over hours (rules.json); after that the
//     channel is dead, and an administrator can have it tried once more.
//  4. Reported. A provider of text messages is asked, or calls: delivered, or
//     failed. Of what nobody heard for three days the fate is unknown.
//
// A number that does not exist, or a mailbox that takes nothing, is a bounce: work
// for an administrator until the person has given another address. A chat whose
// owner has blocked the bot is one only if nothing else reached them.
//
// A chat of a messenger is connected by a code (link.go): the person's page shows
// it, they send it to the bot, and confirm on the page that it was them. A chat is
// one person's. /stop in the chat turns the channel off.
//
// Once an opt-out is committed nothing more is handed over on that channel (gate).
// With several processes that holds for the one that took it; another one hands
// over at most what it had looked at just before.
//
// Evidence: each transition of a message that ends something (evidence.go), with a
// reason if it is negative: alert.sent, alert.delivered, alert.failed, alert.unknown,
// alert.bounced; of an alert: alert.dropped, alert.given_up; of what a person does:
// alert.wishes, alert.opted_out, alert.linked, alert.unlinked; and of what an
// administrator takes off the desk: alert.bounce_closed. A channel is a case in hand
// and targets (send.go).
//
// Providers of text messages lose their share of messages while they are slow and
// get it back (providers.go). Codes for signing in are no alerts and go their own
// way, but to the same providers by the same shares.
package alert
