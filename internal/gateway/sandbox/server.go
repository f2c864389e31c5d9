// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Double is an outside system's stand-in.
type Double interface {
	http.Handler
	Name() string // "population": its path under the server
	Faults() *Faults
}

// Server offers doubles on the loopback interface, each under its name.
type Server struct {
	listener net.Listener
	http     *http.Server
	done     chan error
}

// Serve starts to listen at addr ("127.0.0.1:0" takes a free port) and refuses
// an address that is not loopback: a double believes whoever holds its token.
func Serve(addr string, log *slog.Logger, doubles ...Double) (*Server, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox: listen: %w", err)
	}
	if tcp, ok := listener.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		_ = listener.Close()
		return nil, errors.New("sandbox: doubles are offered on the loopback interface only")
	}
	mux := http.NewServeMux()
	for _, d := range doubles {
		mux.Handle("/"+d.Name()+"/", http.StripPrefix("/"+d.Name(), d))
		mux.Handle("GET /"+d.Name()+"/_health", health(d.Faults()))
	}
	s := &Server{
		listener: listener,
		http: &http.Server{
			Handler:           mux,
			ReadHeaderTimeout: 10 * time.Second,
			ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		},
		done: make(chan error, 1),
	}
	go func() { s.done <- s.http.Serve(listener) }()
	return s, nil
}

// URL is the base address of the double called name.
func (s *Server) URL(name string) string {
	return "http://" + s.listener.Addr().String() + "/" + name
}

// Close stops the server; requests under way have until ctx ends.
func (s *Server) Close(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		_ = s.http.Close()
	}
	if served := <-s.done; served != nil && !errors.Is(served, http.ErrServerClosed) {
		return errors.Join(err, served)
	}
	return err
}
