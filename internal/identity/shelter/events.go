// SPDX-License-Identifier: Apache-2.0

package shelter

// Hidden says that a person hides their address from now on: whoever keeps a copy
// of one for work that is under way takes it out.
type Hidden struct {
	Person string `json:"person"`
}

// EventKind implements jobs.Event.
func (Hidden) EventKind() string { return "identity.address_hidden" }
