// SPDX-License-Identifier: Apache-2.0

package main

import (
	"regexp"
	"strings"
	"testing"
)

// TestClients registers a site, lists it and shuts it out.
func TestClients(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, s site) {
		const good = `{"name_fa": "سایت", "name_en": "Site", "owner_fa": "کسی", "owner_en": "Somebody", "redirects": ["https://site.example/callback"], "scopes": ["profile", "phone"]}`
		if out := s.ok("admin", "client", "list"); !strings.Contains(out, "No site") {
			t.Error(out)
		}
		s.oneLine("https://", "admin", "client", "add", s.file("a.json", strings.Replace(good, "callback", "*", 1)))
		out := s.ok("admin", "client", "add", s.file("b.json", good))
		id := regexp.MustCompile(`site-[0-9a-f-]{36}`).FindString(out)
		if id == "" || !strings.Contains(out, "client_secret: tarazu_site_") {
			t.Fatal(out)
		}
		if out := s.ok("admin", "client", "list"); !strings.Contains(out, id) || !strings.Contains(out, "openid,profile,phone") || strings.Contains(out, "tarazu_site_") {
			t.Error(out)
		}
		s.ok("admin", "client", "end", id)
		s.oneLine("shut out before", "admin", "client", "end", id)
		if out := s.ok("admin", "signing-key", "list"); !strings.Contains(out, "no key yet") {
			t.Error(out)
		}
		s.ok("admin", "signing-key", "rotate")
		s.ok("admin", "signing-key", "rotate", "drop")
		if out := s.ok("admin", "signing-key", "list"); strings.Count(out, "\n") != 2 {
			t.Error(out)
		}
	})
}
