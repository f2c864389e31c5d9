// SPDX-License-Identifier: Apache-2.0

package proofing

// GiveBackRead gives back an order as it was read some time ago.
var GiveBackRead = (*Service).giveBack
