// SPDX-License-Identifier: Apache-2.0

// Package body owns the organisational units of government bodies and companies
// that have an account, and the posts of people at them: who acts for the body,
// from which desk, and what they may do there.
//
// # The tree
//
// A unit has the code that the body itself writes, a name and a place under another
// unit or at the top. Whoever manages the body (its managing director or head by the
// register, with the right to sign, no delegate) makes, renames, moves and ends units. Each step
// is evidence and stays as a row of the unit's history. The acts of one body wait for
// each other (they lock its account), so that two moves cannot make a circle. A unit
// under which another one stands is not ended; one that has ended keeps its history
// and gets no posts. The bounds stand in limits.json.
//
// # The life of a post
//
//  1. Who manages the body names a person by number and last name, the unit, what
//     they are there, what they may do and until when (Give). Nothing is allowed yet;
//     the person is told. Nobody is looked for before the rest is right; looks that
//     lead to no offer, and offers of a body to one person, are counted.
//  2. The person accepts (Accept). From there on they hold a capacity of a
//     representative of the body at that unit (identity.Capacity with Unit), which is
//     looked at with every request.
//  3. It ends with its last day, when the body ends it, when the person resigns, and
//     with the unit; in one transaction with the capacity, so that it bites at the
//     next click.
//
// One right only posts have: to send the notices of a government body (policy.Send). Who
// manages the body gives it.
//
// A post may let its holder give posts in their unit and below (Gives): with no right
// that they have not themselves, not beyond their own last day and not outside that
// part of the tree. A post so given lets nobody give others, unless the holder was
// allowed to name such heads; those name no further ones. Which part that is, is
// looked up at each act: when a unit moves, its new heads have their say and the
// former ones none.
//
// A post is of the body, not of whoever gave it: it stays when the director that the
// register names is another one, or the head who gave it has gone. The new ones see
// and can end them all. What was offered and not accepted falls: an offer ends with the
// post under which it was given, and is accepted only while its giver may still give. Who holds a post is a delegate: they arrange no units and give
// no mandates.
//
// Publishes: nothing. Hears: identity.status_changed. Evidence: body.unit_made,
// body.unit_renamed, body.unit_moved, body.unit_ended, body.post_given,
// body.post_accepted, body.post_ended.
package body
