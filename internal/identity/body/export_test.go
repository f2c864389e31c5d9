// SPDX-License-Identifier: Apache-2.0

package body

// ShowInTree has the tree name no more than n posts.
func (s *Service) ShowInTree(n int) { s.shownTree = n }
