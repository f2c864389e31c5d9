// SPDX-License-Identifier: Apache-2.0

// Package blobtest runs a store that speaks S3 inside a test: gofakes3 behind
// https, which asks for the operator's key and can be made to fail. Nothing in
// the program uses it.
package blobtest

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

const (
	bucket    = "tarazu-blobs"
	accessKey = "AKIATARAZUTEST"
)

// Environment is what an operator exports before the program starts: the key to
// the store, and the authority that signed its certificate, kept in dir.
func Environment(dir string) (map[string]string, error) {
	srv := httptest.NewTLSServer(nil) // all of them have the same certificate
	defer srv.Close()
	path := filepath.Join(dir, "store-ca.pem")
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	return map[string]string{
		"AWS_ACCESS_KEY_ID": accessKey, "AWS_SECRET_ACCESS_KEY": "of-no-use-elsewhere", "AWS_CA_BUNDLE": path,
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	}, os.WriteFile(path, ca, 0o600)
}

// A Fault is what is wrong with a store.
type Fault int32

// The faults, beside that of a store that is stopped.
const (
	None   Fault = iota
	Denied       // the key may do nothing
	Busy         // "slow down", which the client is to try again
	Silent       // it takes the request and never answers
	Torn         // half of a file comes, then the line is cut
)

// Server is a store with one bucket.
type Server struct {
	URL     string // as the setting blobs.url has it
	fault   atomic.Int32
	stopped chan struct{}
	back    *s3mem.Backend
	srv     *httptest.Server
}

// S3 starts a store and ends it with the test.
func S3(t testing.TB) *Server {
	t.Helper()
	s := &Server{back: s3mem.New(), stopped: make(chan struct{})}
	if err := s.back.CreateBucket(bucket); err != nil {
		t.Fatal(err)
	}
	fake := gofakes3.New(s.back, gofakes3.WithTimeSkewLimit(0)).Server() // the program's clock is not the store's
	s.srv = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, fake) }))
	s.srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.srv.StartTLS()
	s.URL = "s3://" + bucket + "?region=ir-tehran&use_path_style=true&endpoint=" + url.QueryEscape(s.srv.URL)
	t.Cleanup(s.Stop)
	return s
}

// Fail makes every request from now on fail in one way; Fail(None) mends it.
func (s *Server) Fail(f Fault) { s.fault.Store(int32(f)) }

// Stop ends the store: nothing answers at its address any more.
func (s *Server) Stop() {
	select {
	case <-s.stopped:
	default:
		close(s.stopped)
		s.srv.Close()
	}
}

// Damage changes the bytes of a key behind the program's back.
func (s *Server) Damage(key string, b []byte) error {
	_, err := s.back.PutObject(bucket, key, map[string]string{}, bytes.NewReader(b), int64(len(b)), nil)
	return err
}

// Lose removes a key behind the program's back.
func (s *Server) Lose(key string) error {
	_, err := s.back.DeleteObject(bucket, key)
	return err
}

// Keys are what the store holds.
func (s *Server) Keys() (keys []string, err error) {
	list, err := s.back.ListBucket(bucket, &gofakes3.Prefix{}, gofakes3.ListBucketPage{})
	if err != nil {
		return nil, err
	}
	for _, o := range list.Contents {
		keys = append(keys, o.Key)
	}
	return keys, nil
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, fake http.Handler) {
	fault := Fault(s.fault.Load())
	if !strings.Contains(r.Header.Get("Authorization"), "Credential="+accessKey+"/") {
		fault = Denied
	}
	switch fault {
	case Denied:
		refuse(w, http.StatusForbidden, "AccessDenied", "Access Denied")
	case Busy:
		refuse(w, http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
	case Silent:
		_, _ = io.Copy(io.Discard, r.Body) // else the end of the client is not noticed
		select {
		case <-r.Context().Done():
		case <-s.stopped:
		}
		panic(http.ErrAbortHandler)
	case Torn:
		if r.Method == http.MethodGet && !r.URL.Query().Has("list-type") {
			w = &torn{w}
		}
		fake.ServeHTTP(w, r)
	default:
		fake.ServeHTTP(w, r)
	}
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, message)
}

// torn cuts the line in the middle of the first write.
type torn struct{ http.ResponseWriter }

func (t *torn) Write(b []byte) (int, error) {
	_, _ = t.ResponseWriter.Write(b[:len(b)/2])
	panic(http.ErrAbortHandler)
}
