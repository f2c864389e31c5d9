// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/bench/world"
)

// visitors read pages at once.
const visitors = 8

// newestCode finds the code that a person was sent: it stands in for looking
// at the telephone.
const newestCode = `SELECT id FROM identity_code WHERE subject = $1 ORDER BY sent_us DESC, id DESC LIMIT 1`

// inbox reads a page of 50 notices over HTTP.
func (r *rig) inbox(ctx context.Context, t *table) error {
	return r.both(ctx, r.plain, 2*visitors, app.Options{}, func(a *app.App, b raw) error {
		site, page, body, stop, err := r.openInbox(ctx, a)
		if err != nil {
			return err
		}
		defer stop()
		if n := bytes.Count(body, []byte(`href="/inbox/0`)); n < 50 {
			return fmt.Errorf("the page shows %d notices", n)
		}
		q := r.inboxQuery.after[0]
		bare, stopBare, err := listen(bareHandler(b, q, len(body)))
		if err != nil {
			return err
		}
		defer stopBare()
		l := r.load(visitors)
		ours, base, err := r.pair(
			func() (sample, error) { return visit(ctx, l, site, page, len(body)) },
			func() (sample, error) { return visit(ctx, l, bare, request(bare, "/", ""), len(body)) },
		)
		if err == nil {
			t.add(Row{What: "inbox page of 50 notices, HTTP", Clients: visitors, Against: againstBytes, Wanted: "0.5"}, ours, base)
		}
		return err
	})
}

// openInbox serves a and signs the first person in; page asks for their inbox,
// and body is what comes.
func (r *rig) openInbox(ctx context.Context, a *app.App) (site string, page, body []byte, stop func(), err error) {
	site, stop, err = listen(a.Handler())
	if err != nil {
		return "", nil, nil, nil, err
	}
	cookie, err := r.signIn(ctx, a, site)
	if err == nil {
		page = request(site, "/inbox", cookie)
		body, err = fetch(ctx, site, page)
	}
	if err != nil {
		stop()
	}
	return site, page, body, stop, err
}

// bareHandler runs the query of the page and writes as many bytes.
func bareHandler(b raw, q statement, size int) http.Handler {
	body := bytes.Repeat([]byte("x"), size)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if n, err := b.read(req.Context(), q.sql, q.args...); err != nil || n < 50 {
			http.Error(w, "no rows", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body) // a visitor who left notices by himself
	})
}

// listen serves h on a free loopback port.
func listen(h http.Handler) (addr string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	return l.Addr().String(), func() { _ = srv.Close(); <-done }, nil
}

// request is the text of a GET.
func request(addr, path, cookie string) []byte {
	var more []string
	if cookie != "" {
		more = append(more, "Cookie: "+cookie)
	}
	return requestWith(addr, path, more...)
}

func requestWith(addr, path string, headers ...string) []byte {
	s := "GET " + path + " HTTP/1.1\r\nHost: " + addr + "\r\n"
	for _, h := range headers {
		s += h + "\r\n"
	}
	return []byte(s + "\r\n")
}

// visitor is a connection that is kept open: a lean client, so that what is
// measured is the server.
type visitor struct {
	conn net.Conn
	in   *bufio.Reader
}

func connect(ctx context.Context, addr string) (*visitor, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &visitor{conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}, nil
}

func (v *visitor) get(req []byte, into io.Writer) (int64, error) {
	if _, err := v.conn.Write(req); err != nil {
		return 0, err
	}
	res, err := http.ReadResponse(v.in, nil)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(into, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", res.StatusCode)
	}
	return n, err
}

func fetch(ctx context.Context, addr string, req []byte) ([]byte, error) {
	v, err := connect(ctx, addr)
	if err != nil {
		return nil, err
	}
	defer v.conn.Close()
	var b bytes.Buffer
	if _, err = v.get(req, &b); err != nil { // the first one marks the notices as listed
		return nil, err
	}
	b.Reset()
	_, err = v.get(req, &b)
	return b.Bytes(), err
}

// visit loads a page again and again.
func visit(ctx context.Context, l load, addr string, req []byte, size int) (sample, error) {
	pool := make(chan *visitor, l.clients)
	for range l.clients {
		v, err := connect(ctx, addr)
		if err != nil {
			return sample{}, err
		}
		defer v.conn.Close()
		pool <- v
	}
	return closed(ctx, l, func(context.Context, int) error {
		v := <-pool
		defer func() { pool <- v }()
		n, err := v.get(req, io.Discard)
		if d := int(n) - size; err == nil && (d > 64 || d < -64) { // a clock time may change its length
			err = fmt.Errorf("the page has %d bytes, before it had %d", n, size)
		}
		return err
	})
}

// signIn signs the first person in as a browser does and returns the cookie.
func (r *rig) signIn(ctx context.Context, a *app.App, addr string) (string, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	key, err := world.CodeKey(a.Config)
	if err != nil {
		return "", err
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	post := func(path string, form url.Values) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+path, bytes.NewBufferString(form.Encode()))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := browser.Do(req)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, res.Body)
		if res.StatusCode != http.StatusSeeOther {
			err = errors.Join(err, fmt.Errorf("POST %s: status %d", path, res.StatusCode))
		}
		return errors.Join(err, res.Body.Close())
	}
	p := r.people[0]
	if err := post("/login", url.Values{"national_code": {p.NationalCode}, "password": {password}, "next": {""}}); err != nil {
		return "", err
	}
	b, err := openRaw(ctx, a.Config.Database, 1)
	if err != nil {
		return "", err
	}
	codeID, err := b.text(ctx, newestCode, p.ID)
	if err = errors.Join(err, b.close()); err != nil {
		return "", err
	}
	if err := post("/login/code", url.Values{"code": {world.Code(key, codeID)}}); err != nil {
		return "", err
	}
	for _, c := range jar.Cookies(&url.URL{Scheme: "http", Host: addr, Path: "/"}) {
		return c.Name + "=" + c.Value, nil
	}
	return "", errors.New("no session cookie came")
}
