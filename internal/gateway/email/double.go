// SPDX-License-Identifier: Apache-2.0

package email

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/clock"
)

// DoubleUser is the user whose password the double's token is.
const DoubleUser = "tarazu"

// Kept is a message that the double has taken.
type Kept struct {
	From      string    `json:"from"`
	To        string    `json:"to"`
	Subject   string    `json:"subject"`
	Text      string    `json:"text"`
	Lang      string    `json:"lang"`
	MessageID string    `json:"message_id"`
	At        time.Time `json:"at"`
}

// Double is a small SMTP server that keeps every message. It asks for its user
// and password and takes no mail for addresses in refused.example. Beside SMTP
// it has, over HTTP, POST /_admin/list ({"to":""}) and /_control (package
// sandbox): a slow double greets late, a wrong one does not speak SMTP (garbage)
// or answers out of turn (other). Nothing in it outlives the process.
type Double struct {
	mux    *http.ServeMux
	faults sandbox.Faults
	token  string
	clock  clock.Clock

	mu       sync.Mutex
	kept     []Kept                // in order of arrival; guarded by mu, with the fields below
	conns    map[net.Conn]struct{} // being served
	listener net.Listener
}

// NewDouble makes a server that has no messages; Start lets it listen.
func NewDouble(token string, c clock.Clock) *Double {
	d := &Double{mux: http.NewServeMux(), token: token, clock: c, conns: map[net.Conn]struct{}{}}
	d.mux.Handle("POST /_admin/list", sandbox.Admin(token, func(in struct {
		To string `json:"to"`
	}) ([]Kept, error) {
		if in.To == "" {
			return d.List(), nil
		}
		return d.For(in.To), nil
	}))
	d.mux.Handle("/_control", sandbox.Control(&d.faults, token))
	return d
}

// Name implements sandbox.Double.
func (d *Double) Name() string { return Name }

// Faults implements sandbox.Double.
func (d *Double) Faults() *sandbox.Faults { return &d.faults }

// ServeHTTP implements http.Handler: the double's own side doors, no mail.
func (d *Double) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.mux.ServeHTTP(w, r) }

// Start listens for SMTP on a free port of the loopback interface and returns
// the address as a setting would have it.
func (d *Double) Start() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("email double: %w", err)
	}
	d.mu.Lock()
	d.listener = l
	d.mu.Unlock()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			d.mu.Lock()
			d.conns[conn] = struct{}{}
			d.mu.Unlock()
			go d.serve(conn)
		}
	}()
	return "smtp://" + l.Addr().String(), nil
}

// Close stops the server and ends its conversations.
func (d *Double) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.listener != nil {
		_ = d.listener.Close()
	}
	for c := range d.conns {
		_ = c.Close()
	}
}

// List returns all messages, the newest first.
func (d *Double) List() []Kept { return d.For("") }

// For returns the messages to an address ("": all), the newest first.
func (d *Double) For(to string) []Kept {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := []Kept{}
	for _, k := range slices.Backward(d.kept) {
		if to == "" || strings.EqualFold(k.To, to) {
			out = append(out, k)
		}
	}
	return out
}

// idle is how long the double waits for a client's next line.
const idle = time.Minute

// maxMail bounds one message, in bytes.
const maxMail = 256 << 10

func (d *Double) serve(conn net.Conn) {
	defer func() {
		_ = conn.Close()
		d.mu.Lock()
		delete(d.conns, conn)
		d.mu.Unlock()
	}()
	text := textproto.NewConn(conn)
	x := d.faults.Next()
	switch {
	case x.Mode == sandbox.Slow:
		// A client says nothing before the greeting: whatever comes is its end.
		_ = conn.SetReadDeadline(time.Now().Add(x.Delay()))
		if _, err := text.R.Peek(1); err == nil || !isTimeout(err) {
			return
		}
	case x.Mode == sandbox.Down && x.How == sandbox.Busy:
		_ = text.PrintfLine("421 4.3.2 service not available")
		return
	case x.Mode == sandbox.Down:
		return
	case x.Mode == sandbox.Wrong && x.How == sandbox.Garbage:
		_ = text.PrintfLine("HTTP/1.1 400 Bad Request")
		return
	}
	(&talk{d: d, conn: conn, text: text, outOfTurn: x.Mode == sandbox.Wrong}).run()
}

func isTimeout(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}

// talk is one client's conversation.
type talk struct {
	d         *Double
	conn      net.Conn
	text      *textproto.Conn
	outOfTurn bool
	known     bool // showed the password
	from, to  string
}

func (t *talk) run() {
	answer := "220 double.invalid ESMTP"
	for answer != "" {
		if t.text.PrintfLine("%s", answer) != nil {
			return
		}
		_ = t.conn.SetReadDeadline(time.Now().Add(idle))
		line, err := t.text.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		if verb = strings.ToUpper(verb); verb == "QUIT" {
			_ = t.text.PrintfLine("221 2.0.0 bye")
			return
		}
		answer = t.answer(verb, rest)
	}
}

// answer is what the double says to one command; "" ends the conversation.
func (t *talk) answer(verb, rest string) string {
	switch verb {
	case "EHLO":
		return "250-double.invalid\r\n250-8BITMIME\r\n250 AUTH PLAIN"
	case "HELO", "NOOP":
		return "250 2.0.0 ok"
	case "RSET":
		t.from, t.to = "", ""
		return "250 2.0.0 ok"
	case "AUTH":
		return t.login(rest)
	}
	if !t.known {
		return "530 5.7.0 authentication required"
	}
	switch verb {
	case "MAIL":
		from, ok := path(rest, "FROM:")
		if !ok {
			return "501 5.5.4 syntax"
		}
		t.from, t.to = from, ""
		return "250 2.1.0 ok"
	case "RCPT":
		to, ok := path(rest, "TO:")
		switch {
		case !ok:
			return "501 5.5.4 syntax"
		case t.from == "" || t.to != "":
			return "503 5.5.1 one sender and one addressee"
		case strings.HasSuffix(strings.ToLower(to), "@refused.example"):
			return "550 5.1.1 no such mailbox"
		}
		t.to = to
		return "250 2.1.5 ok"
	case "DATA":
		switch {
		case t.outOfTurn:
			return "250 2.0.0 ok"
		case t.to == "":
			return "503 5.5.1 no addressee"
		}
		return t.take()
	}
	return "500 5.5.2 unknown command"
}

func (t *talk) login(rest string) string {
	how, proof, _ := strings.Cut(rest, " ")
	raw, err := base64.StdEncoding.DecodeString(proof)
	if !strings.EqualFold(how, "PLAIN") || err != nil {
		return "504 5.5.4 only PLAIN, at once"
	}
	want := "\x00" + DoubleUser + "\x00" + t.d.token
	if subtle.ConstantTimeCompare(raw, []byte(want)) != 1 {
		return "535 5.7.8 wrong user or password"
	}
	t.known = true
	return "235 2.7.0 ok"
}

func (t *talk) take() string {
	if t.text.PrintfLine("354 go on") != nil {
		return ""
	}
	kept, err := read(io.LimitReader(t.text.DotReader(), maxMail))
	if err != nil {
		return "554 5.6.0 this is no message"
	}
	kept.From, kept.To, kept.At = t.from, t.to, t.d.clock.Now()
	t.d.mu.Lock()
	t.d.kept = append(t.d.kept, kept)
	t.d.mu.Unlock()
	t.from, t.to = "", ""
	return "250 2.0.0 taken"
}

// path reads "FROM:<a@b> SIZE=…".
func path(s, word string) (string, bool) {
	if len(s) < len(word) || !strings.EqualFold(s[:len(word)], word) {
		return "", false
	}
	address, _, ok := strings.Cut(strings.TrimLeft(s[len(word):], " <"), ">")
	return address, ok && address != ""
}

// read takes a message of one text part apart.
func read(r io.Reader) (Kept, error) {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return Kept{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return Kept{}, err
	}
	body := m.Body
	if strings.EqualFold(m.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	return Kept{
		Subject: subject, Text: strings.ReplaceAll(strings.TrimRight(string(text), "\r\n"), "\r\n", "\n"),
		Lang: m.Header.Get("Content-Language"), MessageID: m.Header.Get("Message-ID"),
	}, err
}
