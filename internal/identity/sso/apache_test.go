// SPDX-License-Identifier: Apache-2.0

package sso_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/sso"
)

// apacheModules is where Debian keeps them.
const apacheModules = "/usr/lib/apache2/modules"

// apacheConfig is a server that lets in whoever signed in with us, and says in
// headers what it knows of them. The order of values is that of apache.
const apacheConfig = `
ServerRoot %[1]q
ServerName 127.0.0.1
Listen %[2]s
PidFile %[1]s/pid
ErrorLog %[1]s/error.log
DocumentRoot %[1]s/docs
%[3]s
LoadModule mpm_event_module %[4]s/mod_mpm_event.so
LoadModule authn_core_module %[4]s/mod_authn_core.so
LoadModule authz_core_module %[4]s/mod_authz_core.so
LoadModule authz_user_module %[4]s/mod_authz_user.so
LoadModule headers_module %[4]s/mod_headers.so
LoadModule auth_openidc_module %[4]s/mod_auth_openidc.so
OIDCProviderMetadataURL %[5]s/.well-known/openid-configuration
OIDCClientID %[6]s
OIDCClientSecret %[7]s
OIDCRedirectURI http://%[2]s/secret/callback
OIDCCryptoPassphrase a-passphrase-of-this-test-only
OIDCScope "openid profile assurance phone"
OIDCPKCEMethod S256
OIDCRemoteUserClaim sub
OIDCPassClaimsAs environment
<Location /secret>
	AuthType openid-connect
	Require valid-user
	Header always set X-User "%%{REMOTE_USER}s"
	Header always set X-Acr "%%{OIDC_CLAIM_acr}e"
	Header always set X-Level "%%{OIDC_CLAIM_assurance_level}e"
	Header always set X-Phone "%%{OIDC_CLAIM_phone_number}e"
</Location>
`

// TestModAuthOpenIDC signs somebody in at an Apache server with
// mod_auth_openidc, a certified relying party that many sites use.
func TestModAuthOpenIDC(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(filepath.Join(apacheModules, "mod_auth_openidc.so")); err != nil {
		t.Fatalf("mod_auth_openidc is missing: scripts/setup.sh test (%v)", err)
	}
	e := apptest.New(t, "sqlite")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	addr := l.Addr().String()
	must(t, l.Close())
	client, secret, err := e.App.SSO.AddClient(t.Context(), system, sso.Client{
		NameFA: "سایت آپاچی", NameEN: "Apache site", OwnerFA: "کسی", OwnerEN: "Somebody",
		Redirects: []string{"http://" + addr + "/secret/callback"}, Scopes: sso.Scopes(),
	})
	must(t, err)
	// Not t.TempDir: the server's own user reads it.
	dir, err := os.MkdirTemp("", "tarazu-apache-")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	must(t, os.Chmod(dir, 0o755))
	must(t, os.MkdirAll(filepath.Join(dir, "docs", "secret"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "docs", "secret", "page.txt"), []byte("what only they may see"), 0o644))
	user := ""
	if os.Geteuid() == 0 {
		user = "User nobody\nGroup nogroup"
	}
	conf := filepath.Join(dir, "apache.conf")
	must(t, os.WriteFile(conf, fmt.Appendf(nil, apacheConfig, dir, addr, user, apacheModules, e.URL, client.ID, secret), 0o600))
	apache := func(act string) ([]byte, error) {
		return exec.Command("/usr/sbin/apache2", "-d", dir, "-f", conf, "-k", act).CombinedOutput() // its port is bound when it returns
	}
	if out, err := apache("start"); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "error.log"))
		t.Fatalf("apache: %v\n%s\n%s", err, out, log)
	}
	t.Cleanup(func() {
		if out, err := apache("stop"); err != nil {
			t.Errorf("apache does not stop: %v %s", err, out)
		}
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "error.log"))
			t.Logf("%s", log)
		}
	})

	c := e.As(apptest.Plaintiff)
	at := surf(c, "http://"+addr+"/secret/page.txt")
	s := &site{t: t, e: e}
	if strings.Contains(at.body, "what only") {
		t.Fatal("nobody was asked")
	}
	at = s.say(c, at, "allow", "phone")
	if at.status != 200 || !strings.Contains(at.body, "what only they may see") {
		t.Fatalf("%d %s\n%s", at.status, at.url, at.body)
	}
	p := e.Person(apptest.Plaintiff)
	if h := at.header; h.Get("X-User") == "" || h.Get("X-Acr") != "urn:tarazu:acr:1" || h.Get("X-Level") != "1" || h.Get("X-Phone") != p.Mobile {
		t.Errorf("the server knows %v", h)
	}
	if again := surf(c, "http://"+addr+"/secret/page.txt"); again.status != 200 {
		t.Errorf("the second page: %d", again.status)
	}
	if at = surf(e.Anonymous(), "http://"+addr+"/secret/page.txt"); !strings.HasPrefix(at.local(e), "/login?next=") {
		t.Errorf("nobody gets to %s", at.url)
	}
}
