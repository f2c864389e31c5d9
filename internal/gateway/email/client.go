// SPDX-License-Identifier: Apache-2.0

// Package email is the way to the server that takes e-mail from us (SMTP
// submission). It owns how a message is put together and handed over, and
// nothing that lasts. Double is a real SMTP server on the loopback interface
// that keeps what it gets, for tests and for the demo's pane.
//
// A message is plain text that says the same as a text message would: a mailbox
// is read by others than its owner, so no message holds the contents of a case.
package email

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Name of the gateway: its error code is gateway.email.down.
const Name = "email"

// Message is an e-mail to be sent. The Message-ID is made of Reference: sent
// again with the same one, after an answer that got lost, the message may
// arrive twice, and mail programs can tell that it is the same.
type Message struct {
	To        string // one address
	Subject   string
	Text      string
	Lang      string // "fa" or "en"
	Reference string
}

// Options of a client. Link and Clock are needed; the link's address is
// smtp://HOST:PORT, where the server must offer STARTTLS unless it is on this
// machine, or smtps://HOST:PORT; its secret is the password of User.
type Options struct {
	Link  *link.Link
	Clock clock.Clock
	User  string // "": the server asks for none
	From  string // sender's address
}

// Client sends messages.
type Client struct{ o Options }

// New makes a client.
func New(o Options) *Client { return &Client{o: o} }

// Send hands m over to the server; that it has it does not mean that anybody
// gets it. errs.Unavailable, code gateway.email.down: nobody knows whether it
// was taken, so try again with the same Reference. errs.Invalid, code
// gateway.email.refused: this is no address, or the server does not take it.
func (c *Client) Send(ctx context.Context, m Message) (err error) {
	defer errs.Wrap(&err, "email.Send")
	if !isAddress(m.To) {
		return errs.New(errs.Invalid, "gateway.email.refused")
	}
	msg, err := c.compose(m)
	if err != nil {
		return err
	}
	err = c.o.Link.Do(ctx, "send", func(ctx context.Context) error { return c.hand(ctx, msg) })
	if r, ok := errors.AsType[*link.Refused](err); ok && r.Code == "address" {
		return errs.New(errs.Invalid, "gateway.email.refused").Because(err)
	}
	return err
}

// isAddress: one bare address of at most 254 characters (RFC 5321 4.5.3.1.3)
// with a host that has a dot, without control characters.
func isAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 {
		return false
	}
	_, host, _ := strings.Cut(s[strings.LastIndex(s, "@"):], "@")
	return strings.Contains(host, ".") && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

func (c *Client) compose(m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP))
	if err := msg.From(c.o.From); err != nil {
		return nil, errors.New("the configured sender is no address")
	}
	if err := msg.To(m.To); err != nil {
		return nil, errs.New(errs.Invalid, "gateway.email.refused")
	}
	msg.Subject(strings.Join(strings.Fields(m.Subject), " "))
	sum := sha256.Sum256([]byte(m.Reference))
	msg.SetMessageIDWithValue(hex.EncodeToString(sum[:16]) + "@" + c.domain())
	msg.SetDateWithValue(c.o.Clock.Now())
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answer from a machine
	msg.SetGenHeader("Content-Language", m.Lang)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	return msg, nil
}

func (c *Client) domain() string {
	return c.o.From[strings.LastIndex(c.o.From, "@")+1:]
}

// hand speaks with the server once. The library's errors name the addressee,
// so none of them goes on as it is.
func (c *Client) hand(ctx context.Context, msg *gomail.Msg) error {
	base, password := c.o.Link.Address()
	u, err := url.Parse(base)
	if err != nil {
		return errors.New("the address of the server is no URL")
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		return errors.New("the address of the server has no port")
	}
	host := u.Hostname()
	var conn net.Conn
	options := []gomail.Option{
		gomail.WithPort(port), gomail.WithHELO(c.domain()), gomail.WithoutNoop(),
		gomail.WithDialContextFunc(func(_ context.Context, network, address string) (net.Conn, error) {
			conn, err = dial(ctx, network, address, host, u.Scheme == "smtps")
			return conn, err
		}),
	}
	local := isLocal(host)
	switch {
	case u.Scheme == "smtps":
		options = append(options, gomail.WithSSL())
	case local:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if c.o.User != "" {
		how := gomail.SMTPAuthAutoDiscover
		if local {
			how = gomail.SMTPAuthPlain
		}
		options = append(options, gomail.WithSMTPAuth(how), gomail.WithUsername(c.o.User), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(host, options...)
	if err != nil {
		return errors.New("the address of the server is not usable")
	}
	defer func() {
		if conn != nil {
			_ = conn.Close()
		}
	}()
	// The deadline and the caller's going away hold for the whole exchange.
	defer context.AfterFunc(ctx, func() {
		if conn != nil {
			_ = conn.Close()
		}
	})()
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return without(ctx, "connect", err)
	}
	if err := client.SendWithSMTPClient(session, msg); err != nil {
		return without(ctx, "send", err)
	}
	_ = session.Quit() // it has the message already
	return nil
}

func dial(ctx context.Context, network, address, host string, secure bool) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil || !secure {
		return conn, err
	}
	return tls.Client(conn, &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}), nil
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// without is err without anything about the addressee: where it failed, and
// the server's code.
func without(ctx context.Context, where string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", where, ctx.Err())
	}
	sent, ok := errors.AsType[*gomail.SendError](err)
	switch {
	case !ok:
		return errors.New(where + ": the server did not go along")
	case sent.Reason == gomail.ErrSMTPRcptTo && sent.ErrorCode() >= 550:
		return &link.Refused{Status: sent.ErrorCode(), Code: "address"}
	}
	return fmt.Errorf("%s: step %d, the server said %d", where, sent.Reason, sent.ErrorCode())
}
