// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// value is a field of Config that can be read from text and shown as text.
// The error of set says what is expected; it never repeats the text, which may
// be a secret.
type value interface {
	set(text string) error
	show() string
	quoted() bool // a string in TOML
}

type text struct{ p *string }

func (v text) set(s string) error { *v.p = s; return nil }
func (v text) show() string       { return *v.p }
func (v text) quoted() bool       { return true }

type truth struct{ p *bool }

func (v truth) set(s string) (err error) {
	if *v.p, err = strconv.ParseBool(s); err != nil {
		return errors.New("write true or false")
	}
	return nil
}
func (v truth) show() string { return strconv.FormatBool(*v.p) }
func (v truth) quoted() bool { return false }

type number[N uint32 | int] struct {
	p        *N
	min, max N
}

func (v number[N]) set(s string) error {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < int64(v.min) || n > int64(v.max) {
		return fmt.Errorf("write a whole number from %d to %d", v.min, v.max)
	}
	*v.p = N(n)
	return nil
}
func (v number[N]) show() string { return strconv.FormatInt(int64(*v.p), 10) }
func (v number[N]) quoted() bool { return false }

type between struct {
	p        *time.Duration
	min, max time.Duration
}

func (v between) set(s string) error {
	d, err := time.ParseDuration(s)
	if err != nil || d < v.min || d > v.max {
		return fmt.Errorf(`write a duration such as "90s" or "8h", from %s to %s`, span(v.min), span(v.max))
	}
	*v.p = d
	return nil
}
func (v between) show() string { return span(*v.p) }
func (v between) quoted() bool { return true }

// span writes a duration without its zero parts: 15m, not 15m0s.
func span(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

type rate struct{ p *Limit }

func (v rate) set(s string) error {
	if s == "off" {
		*v.p = Limit{}
		return nil
	}
	n, per, _ := strings.Cut(s, "/")
	count, err := strconv.Atoi(n)
	d, err2 := time.ParseDuration(per)
	if err != nil || err2 != nil || count < 1 || d < time.Second || d > 30*day {
		return errors.New(`write COUNT/PERIOD such as "10/15m", or "off"`)
	}
	*v.p = Limit{N: count, Per: d}
	return nil
}
func (v rate) show() string { return v.p.String() }
func (v rate) quoted() bool { return true }

type share struct{ p *float64 }

func (v share) set(s string) error {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f <= 1) {
		return errors.New(`write a share such as "0.1", from 0 to 1`)
	}
	*v.p = f
	return nil
}
func (v share) show() string { return strconv.FormatFloat(*v.p, 'g', -1, 64) }
func (v share) quoted() bool { return true }

type level struct{ p *slog.Level }

func (v level) set(s string) error {
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, s) {
		return errors.New("write debug, info, warn or error")
	}
	return v.p.UnmarshalText([]byte(s))
}
func (v level) show() string { return strings.ToLower(v.p.String()) }
func (v level) quoted() bool { return true }

type choice struct {
	p       *string
	allowed []string
}

func (v choice) set(s string) error {
	if !slices.Contains(v.allowed, s) {
		return errors.New("write " + strings.Join(v.allowed, " or "))
	}
	*v.p = s
	return nil
}
func (v choice) show() string { return *v.p }
func (v choice) quoted() bool { return true }

type hostPort struct{ p *string }

func (v hostPort) set(s string) error {
	_, port, err := net.SplitHostPort(s)
	_, err2 := strconv.ParseUint(port, 10, 16) // 0 is allowed: any free port
	if err != nil || err2 != nil {
		return errors.New(`write ADDRESS:PORT such as "127.0.0.1:8080"`)
	}
	*v.p = s
	return nil
}
func (v hostPort) show() string { return *v.p }
func (v hostPort) quoted() bool { return true }

// webURL is an absolute http or https address without query and fragment; the
// slash at its end is dropped.
type webURL struct{ p *string }

func (v webURL) set(s string) error {
	u, err := url.Parse(s)
	if s != "" && (err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "") {
		return errors.New("write a whole address that starts with https:// or http://, without a user, ? or #")
	}
	*v.p = strings.TrimSuffix(s, "/")
	return nil
}
func (v webURL) show() string { return *v.p }
func (v webURL) quoted() bool { return true }

// mailURL is an SMTP server: smtp:// or smtps:// with host and port.
type mailURL struct{ p *string }

func (v mailURL) set(s string) error {
	u, err := url.Parse(s)
	if s != "" && (err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" || u.Port() == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "") {
		return errors.New("write smtp://HOST:PORT or smtps://HOST:PORT, without a user")
	}
	*v.p = s
	return nil
}
func (v mailURL) show() string { return *v.p }
func (v mailURL) quoted() bool { return true }

// address is one bare e-mail address.
type address struct{ p *string }

func (v address) set(s string) error {
	if a, err := mail.ParseAddress(s); s != "" && (err != nil || a.Address != s) {
		return errors.New("write an e-mail address, without a name")
	}
	*v.p = s
	return nil
}
func (v address) show() string { return *v.p }
func (v address) quoted() bool { return true }

type blobs struct{ p *string }

func (v blobs) set(s string) error {
	dir, folder := strings.CutPrefix(s, "file:")
	u, err := url.Parse(s)
	bucket := err == nil && u.Scheme == "s3" && u.Host != "" && u.User == nil
	if (folder && dir == "") || (!folder && !bucket && s != "mem:") {
		return errors.New("write file:FOLDER or s3://BUCKET?region=REGION")
	}
	*v.p = s
	return nil
}
func (v blobs) show() string { return *v.p }
func (v blobs) quoted() bool { return true }

type database struct{ p *string }

func (v database) set(s string) error {
	path, lite := strings.CutPrefix(s, "sqlite:")
	u, err := url.Parse(s)
	pg := err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") && (u.Host != "" || u.Query().Has("host"))
	if (lite && path == "") || (!lite && !pg) {
		return errors.New("write sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME")
	}
	*v.p = s
	return nil
}

// show hides the password, wherever it stands.
func (v database) show() string {
	u, err := url.Parse(*v.p)
	switch {
	case strings.HasPrefix(*v.p, "sqlite:") || *v.p == "":
		return *v.p
	case err != nil:
		return masked
	}
	q := u.Query()
	for k := range q {
		if strings.Contains(k, "password") {
			q.Set(k, masked)
		}
	}
	u.RawQuery = q.Encode()
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), masked)
	}
	return u.String()
}
func (v database) quoted() bool { return true }

// origin is a name of a log as C2SP tlog-checkpoint recommends: a schema-less
// URL without a port, spaces or plus signs (note forbids these).
type origin struct{ p *string }

func (v origin) set(s string) error {
	u, err := url.Parse("https://" + s)
	if err != nil || s == "" || u.Host == "" || u.Port() != "" || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(s, " +\t") || strings.HasSuffix(s, "/") || strings.Contains(s, "://") {
		return errors.New("write your domain and a path such as example.org/evidence, without a scheme, port, space or +")
	}
	*v.p = s
	return nil
}
func (v origin) show() string { return *v.p }
func (v origin) quoted() bool { return true }

// Watch is a witness of the evidence log: its public key and where it answers.
type Watch struct{ VKey, URL string }

// watches is a list of witnesses, each "KEY URL".
type watches struct{ p *[]Watch }

func (v watches) set(s string) error {
	bad := errors.New(`write each witness as its public key, a space and its address, such as ["bar.example+1a2b3c4d+BA== https://witness.bar.example"]`)
	var list []Watch
	for item := range strings.SplitSeq(s, ",") {
		f := strings.Fields(item)
		if len(f) == 0 {
			continue
		}
		if len(f) != 2 || strings.Count(f[0], "+") < 2 {
			return bad
		}
		u, err := url.Parse(f[1])
		if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(f[1])) {
			return errors.New("a witness is asked over https:// (http:// on this machine only)")
		}
		list = append(list, Watch{VKey: f[0], URL: strings.TrimSuffix(f[1], "/")})
	}
	*v.p = list
	return nil
}

func (v watches) show() string {
	list := make([]string, len(*v.p))
	for i, w := range *v.p {
		list[i] = quote(w.VKey + " " + w.URL)
	}
	return "[" + strings.Join(list, ", ") + "]"
}
func (v watches) quoted() bool { return false }

// networks is a list of networks in CIDR notation (RFC 4632 section 3.1,
// RFC 4291 section 2.3); a bare address is a network of one.
type networks struct{ p *[]netip.Prefix }

func (v networks) set(s string) error {
	var list []netip.Prefix
	for item := range strings.SplitSeq(s, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		n, err := netip.ParsePrefix(item)
		if err != nil {
			a, err := netip.ParseAddr(item)
			if err != nil || a.Zone() != "" {
				return errors.New(`write addresses or networks such as ["10.0.0.7", "192.0.2.0/24", "2001:db8::/32"]`)
			}
			n = netip.PrefixFrom(a, a.BitLen())
		}
		if n.Addr().Is4In6() {
			return errors.New("write IPv4 networks as such, without ::ffff: before them")
		}
		list = append(list, n.Masked())
	}
	*v.p = list
	return nil
}

func (v networks) show() string {
	list := make([]string, len(*v.p))
	for i, n := range *v.p {
		list[i] = quote(n.String())
	}
	return "[" + strings.Join(list, ", ") + "]"
}
func (v networks) quoted() bool { return false }

// hours is a part of the day, which may go over midnight, or "off".
type hours struct{ p *string }

func (v hours) set(s string) error {
	if s == "" || s == "off" {
		*v.p = s
		return nil
	}
	from, to, ok := strings.Cut(s, "-")
	for _, at := range []string{from, to} {
		if _, err := time.Parse("15:04", at); !ok || err != nil {
			return errors.New("must be like 22:00-07:00, or off")
		}
	}
	*v.p = s
	return nil
}
func (v hours) show() string { return *v.p }
func (v hours) quoted() bool { return true }
