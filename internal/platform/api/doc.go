// SPDX-License-Identifier: Apache-2.0

// Package api owns everything between another program and a module's
// operation: the registry that denies by default, bearer tokens, problems
// (RFC 9457), idempotency keys, limits, pages by key and the OpenAPI document.
// The operations themselves stand in the modules' api.go and call the same
// services as their pages.
//
// # The life of a call
//
//  1. It gets a reference, a time limit and headers. Cookies are thrown away:
//     who calls is said by a bearer token only, so a page of another site can
//     do nothing in somebody's name. There is no CORS.
//  2. The mux finds the operation. An unknown path and a wrong method are
//     problems.
//  3. The token is asked for its person, capacity and scopes, now: what was
//     revoked bites at the next call. Roles and scope of the operation are
//     compared; limits count.
//  4. The body is read within its bound. A write needs an Idempotency-Key; what
//     was answered to the same key before is answered again, see idempotency.go.
//  5. huma reads and checks the parameters and the body against their schema,
//     unknown members included; what it finds becomes a problem in the caller's
//     language.
//  6. The operation runs, with the key of its act, and its answer or its error
//     is written.
package api
