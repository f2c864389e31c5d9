// SPDX-License-Identifier: Apache-2.0

// Package sandbox is what the doubles of the outside systems share: a switch
// that makes a double slow, wrong, down or flapping, the guard of their
// machine interface (bearer token, strict JSON, request id), and a server that
// offers them on the loopback interface, over real HTTP. It owns nothing that
// lasts.
//
// The switch is set by Faults.Set, or over HTTP:
//
//	POST /_control  {"mode":"slow","delay_ms":30000}
//	POST /_control  {"mode":"wrong","how":"other"}      other, garbage, amount
//	POST /_control  {"mode":"down","how":"503"}         closed (default), 503
//	POST /_control  {"mode":"flapping","pattern":"uud"} u = answers, d = down
//	POST /_control  {"mode":"ok"}
//	GET  /_control                                      says how it is set
package sandbox
