// SPDX-License-Identifier: Apache-2.0

package identity

// Registered says that somebody has an account from now on: papers that waited
// for one may find their way.
type Registered struct {
	Person string `json:"person"`
}

// EventKind implements jobs.Event.
func (Registered) EventKind() string { return "identity.registered" }
