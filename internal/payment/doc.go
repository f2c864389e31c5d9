// SPDX-License-Identifier: Apache-2.0

// Package payment collects a person's payment of a fee that another module has
// computed, through a payment service provider (gateway/payments). It owns the
// tables payment_…, publishes Paid and hears nothing. It computes no fee: lines
// come with their amount and citation from the caller.
//
// The life of a payment:
//
//  1. CreateTx writes it in the caller's transaction, with its lines: created.
//  2. The payer sees the lines and presses the button: Begin reserves an attempt
//     with a reference of its own, starts it at the provider outside any
//     transaction, and keeps the token and the address of the provider's page:
//     started. A second press, or a press after a crash, is the same attempt,
//     because the reference is the provider's idempotency key. In the same
//     transaction a payment.check job is left behind. Of who pays in the payer's
//     name each of these transactions asks again whether he still may (Deps.Still).
//  3. The payer follows a plain link to the provider's page and pays, cancels or
//     goes away.
//  4. If the browser comes back with the token, Settle asks the provider, server
//     to server. What the browser says is not read.
//  5. If the provider says paid, reference and amount are compared with ours.
//     Only one attempt of a payment can claim the right to be confirmed (column
//     settling); then the provider is asked to confirm; then, in one
//     transaction, the payment becomes paid by a conditional update, the
//     evidence payment.paid is staged and the event Paid is published: once,
//     however many callbacks, presses and jobs there were.
//  6. A paid attempt that is not confirmed (another attempt was faster, the
//     amount is not ours, the payment was made void) is given back to the payer
//     by the provider 15 minutes later.
//  7. If the browser never comes back, payment.check finds out the same: every
//     minute at first, then less and less often. After 20 minutes without a
//     decision the attempt has lapsed and the payment is expired; the provider
//     is still asked for three days, so that a late answer is not lost.
//  8. If the provider confirms another amount than ours, or has not said after
//     three days whether it took the money of a claimed attempt, the payment is
//     disputed: it keeps the claim, cannot be begun again, and the job fails
//     until the provider's books fit or say that the money went back.
//  9. A cancelled, expired or failed payment may be begun again, as a new
//     attempt, unless an attempt is being confirmed.
//
// 10. Money taken for what could not be had goes back (RefundTx): a row beside the
// payment, which stays paid, and a job that asks the provider until it says so.
//
// That a payment is paid, disputed, made void, or given back is evidence.
package payment
