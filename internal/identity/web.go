// SPDX-License-Identifier: Apache-2.0

package identity

const pathContinue = "/register/continue"
