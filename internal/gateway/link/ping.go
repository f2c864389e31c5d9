// SPDX-License-Identifier: Apache-2.0

package link

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// healthPath is where a system may tell how it is. One that has no such address
// answers that it does not know it, and so shows that it is up.
const healthPath = "/_health"

// Ping asks the outside system for a sign of life, and says nothing else. A
// breaker that is not closed is a failure; the question is then the call that
// tries whether the system is back, so that it is found out without people's
// calls. While it is closed, the breaker is not told.
func (l *Link) Ping(ctx context.Context) error {
	if s, _ := l.breaker.state(); s != circuitbreaker.ClosedState {
		if err := l.Do(ctx, healthPath, l.ping); err != nil {
			return err
		}
		return errors.New("its breaker is " + s.String())
	}
	if !l.Connected() {
		return errors.New("no address is configured")
	}
	ctx, cancel := context.WithTimeout(ctx, l.o.Timeout)
	defer cancel()
	return l.ping(ctx)
}

func (l *Link) ping(ctx context.Context) error {
	u, err := url.Parse(l.o.BaseURL)
	if err != nil {
		return errors.New("the base address is not a URL")
	}
	if u.Scheme != "http" && u.Scheme != "https" { // a mail server
		var d net.Dialer
		conn, err := d.DialContext(ctx, "tcp", u.Host)
		if err != nil {
			return errors.New("it does not accept a connection")
		}
		return conn.Close()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.o.BaseURL+healthPath, nil)
	if err != nil {
		return errors.New("the base address is not a URL")
	}
	res, err := l.client.Do(req)
	if err != nil {
		return errors.New("it does not answer")
	}
	defer func() { _ = res.Body.Close() }()
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)); err != nil {
		return errors.New("it does not answer to the end")
	}
	if res.StatusCode >= http.StatusInternalServerError {
		return statusError(res.StatusCode)
	}
	return nil
}
