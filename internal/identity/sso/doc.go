// SPDX-License-Identifier: Apache-2.0

// Package sso lets other sites have people sign in with their judicial
// identity: it is an OpenID Connect provider. It owns the sites that may
// (clients), what people allowed them (consents), what they were given for it
// (grants and tokens) and the keys that sign.
//
// # The life of a sign-in at another site
//
//  1. The site sends the browser to /oidc/authorize. Begin checks who asks and
//     that the address to come back to is, letter for letter, one that an
//     administrator registered; before that is known nothing is sent anywhere.
//     Only the code flow with PKCE (S256) is spoken.
//  2. The request is kept for minutes. Whoever is not signed in does so first;
//     Judge says what is missing: signing in anew, a higher level of proof, or
//     the person's word.
//  3. The person allows it (Approve) or not (Refuse). What is sensitive is
//     ticked one by one; what is not ticked the site does not get, and is not
//     asked about again unless the site asks for more.
//  4. The browser goes back with a code. It is given only in the session that
//     allowed it, lives a minute and is used once; a second use ends what the
//     first one got.
//  5. The site exchanges the code for an ID token, an access token and, if the
//     person allowed that too, a refresh token, which each use replaces: one
//     that is used twice ends the grant (RFC 9700 section 4.14).
//
// # What a site learns
//
// A site knows a person by a subject of its own sector (pairwise), so that two
// sites cannot find out that they speak of one person. The ID token carries
// nothing else of a person than the level of proof (acr) and when they signed
// in; all the rest is read from /oidc/userinfo, as far as it was allowed. Every
// token that is given out and every such reading stands in the person's log of
// accesses. /account/apps lists the sites and ends what they have. It ends by
// itself when the owner of a provisional account takes it over (identity.OnTakenOver).
//
// # Clocks
//
// What is kept is measured with the clock of the database. What is signed is
// checked by others, so ID tokens bear the time of the machine also where a
// demo's clock was moved forward (outward).
package sso
