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
// Publishes: nothing. Hears: nothing. Evidence: office.registered,
// office.state_set; appointments are evidence of identity.
package office
