// SPDX-License-Identifier: Apache-2.0

package catalogue

// Example are the answers that the definition itself gives as a complete
// example: the demo files them, each time with other people.
func (d *Definition) Example() Answers { return Normal(d.example) }
