// SPDX-License-Identifier: Apache-2.0

package blob

import "time"

// SetPatience makes a store give up sooner.
func (s *Store) SetPatience(d time.Duration) { s.patience = d }
