// SPDX-License-Identifier: Apache-2.0

// Package web owns everything between a browser and a module's page handler:
// the router that denies by default, sessions, languages and themes, security
// headers, the one place where an error becomes a status and a page, and the
// components that every page is made of.
//
// # The life of a request
//
//  1. It gets a reference (shown on error pages, written to the log), a time
//     limit and a body limit; security headers are set; a write from another
//     site is refused.
//  2. The router finds its route. An unknown path and a wrong method get our
//     own pages.
//  3. The session is read, and the ActorSource is asked whether the person
//     still holds the capacity: a revoked one bites at the next click.
//  4. The route's roles are compared with the actor's. Nobody is sent to sign
//     in; somebody without the role is refused.
//  5. The handler runs and renders a Page, redirects, or returns an error.
//  6. The session is saved before the first byte leaves.
//
// # Components
//
// Form components take a View first (words, what was typed, what was wrong),
// content components a *i18n.Printer. All words in their options are ready to
// be shown: translate them with v.T or p.T. No component needs script, and
// none has inline style or script, which the content security policy forbids.
package web
