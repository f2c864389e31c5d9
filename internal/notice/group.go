// SPDX-License-Identifier: Apache-2.0

package notice

import (
	_ "embed" // for the groups
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/policy"
)

//go:embed groups.json
var groupsJSON []byte

// group is some kinds of notices that go together: of which a post has to do, and by
// which rules send notices to desks.
type group struct {
	Code   string   `json:"code"`
	Kinds  []string `json:"kinds"`
	Source string   `json:"source"`
	Mark   string   `json:"mark"`
}

var groups = func() []group {
	list, err := parseGroups(groupsJSON)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return list
}()

// parseGroups reads a table and refuses one in which a kind has no group, or two.
func parseGroups(b []byte) ([]group, error) {
	var file struct {
		Groups []group `json:"groups"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("notice: groups.json: %w", err)
	}
	at := map[string]string{}
	for _, g := range file.Groups {
		if g.Code == "" || g.Source == "" || g.Mark == "" {
			return nil, fmt.Errorf("notice: groups.json: %q is not whole", g.Code)
		}
		for _, kind := range g.Kinds {
			if at[kind] != "" || !slices.Contains(Kinds(), kind) {
				return nil, fmt.Errorf("notice: groups.json: %s is unknown or in two groups", kind)
			}
			at[kind] = g.Code
		}
	}
	if len(at) != len(Kinds()) {
		return nil, fmt.Errorf("notice: groups.json: some kind has no group")
	}
	return file.Groups, nil
}

// Groups lists the codes of all groups of notices.
func Groups() []string {
	out := make([]string, len(groups))
	for i, g := range groups {
		out[i] = g.Code
	}
	return out
}

// GroupOf is the group in which a kind stands.
func GroupOf(kind string) string {
	for _, g := range groups {
		if slices.Contains(g.Kinds, kind) {
			return g.Code
		}
	}
	return ""
}

// Within tells whether an actor has to do with notices of a kind.
func Within(a policy.Actor, kind string) bool {
	return a.Notices == nil || slices.Contains(a.Notices, GroupOf(kind))
}

// KindsOf is the limit of an actor to some groups as a list has to know it: whether
// there is one, and the kinds that are within; never nil.
func KindsOf(a policy.Actor) (some bool, kinds []string) {
	kinds = []string{}
	for _, g := range groups {
		if slices.Contains(a.Notices, g.Code) {
			kinds = append(kinds, g.Kinds...)
		}
	}
	return a.Notices != nil, kinds
}
