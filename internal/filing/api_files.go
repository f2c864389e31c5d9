// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/intake"
)

// apiFiles adds what is done with attached files.
func (s *Service) apiFiles(r *api.Registry) {
	op := func(id, method, path, summary string, scope api.Scope) api.Op {
		return api.Op{ID: id, Method: method, Path: "/filings/{id}/files" + path, Tag: "filings", Summary: summary, Roles: filers, Scope: scope}
	}
	add := op("attachFile", http.MethodPost, "", "Attach a file as an answer to a question for files", api.ScopeFile)
	add.Note = "The body is the file itself, as application/octet-stream: a PDF, a JPEG or a PNG. The same bytes again are the same file."
	add.Takes, add.MaxBody, add.Timeout, add.Status = "application/octet-stream", s.d.Uploads.File+1, time.Minute, http.StatusCreated
	api.Add(r, add, s.apiAttach)
	api.AddFile(r, op("getFile", http.MethodGet, "/{file}", "One attached file", api.ScopeRead),
		[]string{intake.PDF, "image/jpeg", "image/png"}, s.apiGetFile)
	api.Add(r, op("detachFile", http.MethodDelete, "/{file}", "Take a file away from a draft", api.ScopeFile), s.apiDetach)
}

type apiFile struct {
	ID      string    `json:"id"`
	Field   string    `json:"field"`
	Name    string    `json:"name"`
	Type    string    `json:"type"`
	Bytes   int64     `json:"bytes"`
	Pages   int       `json:"pages"`
	SHA256  string    `json:"sha256"`
	Created time.Time `json:"created"`
}

func apiFileOf(a Attached) apiFile {
	return apiFile{ID: a.ID, Field: a.Field, Name: a.Name, Type: a.Type, Bytes: a.Bytes, Pages: a.Pages, SHA256: a.SHA256, Created: a.Created}
}

type apiUpload struct {
	APIFilingAsked
	Field   string `query:"field" required:"true" maxLength:"80"`
	Name    string `query:"name" required:"true" maxLength:"200" doc:"Name of the file, for people."`
	RawBody []byte
}

func (s *Service) apiAttach(c *api.Call, in *apiUpload) (apiFile, error) {
	a, err := s.Attach(c.Context(), c.Actor, in.ID, in.Field, in.Name, bytes.NewReader(in.RawBody))
	if err != nil {
		return apiFile{}, err
	}
	return apiFileOf(a), nil
}

type apiFileAsked struct {
	APIFilingAsked
	File string `path:"file" maxLength:"64"`
}

func (s *Service) apiGetFile(c *api.Call, in *apiFileAsked) (api.File, error) {
	r, a, err := s.AttachmentFile(c.Context(), c.Actor, in.ID, in.File)
	return apiRead(r, a, err)
}

func apiRead(r io.ReadCloser, a Attached, err error) (api.File, error) {
	if err != nil {
		return api.File{}, err
	}
	b, err := io.ReadAll(r)
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	return api.File{Name: a.Name, Type: a.Type, Body: b}, err
}

func (s *Service) apiDetach(c *api.Call, in *apiFileAsked) (api.None, error) {
	return api.None{}, s.Detach(c.Context(), c.Actor, in.ID, in.File)
}
