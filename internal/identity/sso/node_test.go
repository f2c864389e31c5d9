// SPDX-License-Identifier: Apache-2.0

package sso_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/sso"
)

// TestOpenIDClient signs somebody in at a site made with openid-client for
// Node.js, a certified relying party that checks every answer strictly: with a
// secret in the header, with one in the body, and without one.
func TestOpenIDClient(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	for _, auth := range []string{"ClientSecretBasic", "ClientSecretPost", "None"} {
		t.Run(auth, func(t *testing.T) { // one after another: they share a browser
			s := newSite(t, e, func(c *sso.Client) { c.Public = auth == "None" })
			cmd := exec.CommandContext(t.Context(), "node", "test/relying-party.mjs")
			cmd.Dir = "../../../web"
			var faults strings.Builder
			cmd.Stderr = &faults
			in, err := cmd.StdinPipe()
			must(t, err)
			pipe, err := cmd.StdoutPipe()
			must(t, err)
			must(t, cmd.Start())
			out := bufio.NewReader(pipe)
			tell := func(v any) {
				t.Helper()
				must(t, json.NewEncoder(in).Encode(v))
			}
			hear := func(v any) {
				t.Helper()
				line, err := out.ReadString('\n')
				if err == nil {
					err = json.Unmarshal([]byte(line), v)
				}
				if err != nil {
					_ = cmd.Wait()
					t.Fatalf("the site says %q (%v)\n%s", line, err, faults.String())
				}
			}
			tell(map[string]string{
				"issuer": e.URL, "id": s.client.ID, "secret": s.secret, "auth": auth, "redirect": s.client.Redirects[0], "bye": s.client.Logouts[0],
				"scope": "openid profile phone offline_access",
			})
			var sent struct{ URL string }
			hear(&sent)
			// The browser stops before the site: its program takes the address.
			c := e.As(apptest.Plaintiff)
			path := strings.TrimPrefix(sent.URL, e.URL)
			p := c.Get(path)
			if !strings.HasPrefix(p.Location(), "/oidc/consent/") {
				t.Fatalf("%d %s", p.Status, p.Location())
			}
			back := strings.TrimPrefix(c.PostForm(p.Location(), "say", "allow", "offline_access", "1").Header.Get("Refresh"), "0; url=")
			tell(map[string]string{"back": back})
			var got struct {
				Claims, Info               map[string]any
				Scope, Twice, MixedUp, End string
				Refreshed, Active, Revoked bool
			}
			hear(&got)
			if err := cmd.Wait(); err != nil {
				t.Fatalf("%v\n%s", err, faults.String())
			}
			who := e.Person(apptest.Plaintiff)
			if got.Claims["acr"] != "urn:tarazu:acr:1" || got.Info["name"] != who.Name() || got.Info["phone_number"] != nil {
				t.Errorf("the site knows %v %v", got.Claims, got.Info)
			}
			if got.Scope != "openid profile offline_access" { // what was not allowed is said (RFC 6749 section 5.1)
				t.Errorf("scope %q", got.Scope)
			}
			if !got.Refreshed || !got.Revoked || got.Active != (auth != "None") || got.Twice != "invalid_grant" || got.MixedUp != "noticed" {
				t.Errorf("%+v", got)
			}
			if p := c.Get(strings.TrimPrefix(got.End, e.URL)); p.Status != http.StatusOK || !strings.Contains(p.Body, "Sign out here, too?") {
				t.Errorf("signing out: %d", p.Status)
			}
		})
	}
}
