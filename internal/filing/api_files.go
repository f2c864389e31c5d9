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
	api.Add(r, op("listFiles", http.MethodGet, "", "What is attached to a filing", api.ScopeRead), s.apiListFiles)
	api.AddFile(r, op("getFile", http.MethodGet, "/{file}", "One attached file", api.ScopeRead),
		[]string{intake.PDF, "image/jpeg", "image/png"}, s.apiGetFile)
	shared := func(id, path, summary string) api.Op {
		return api.Op{ID: id, Method: http.MethodGet, Path: "/cases/{id}/filings/{filing}" + path, Tag: "cases", Summary: summary, Roles: filers, Scope: api.ScopeRead}
	}
	api.Add(r, shared("getSharedFiling", "", "What another party filed in a case and is meant for its parties, with its files"), s.apiShared)
	api.AddFile(r, shared("getSharedPaper", "/paper.pdf", "Its paper"), []string{intake.PDF}, s.apiSharedPaper)
	api.AddFile(r, shared("getSharedFile", "/files/{file}", "One of its files"), []string{intake.PDF, "image/jpeg", "image/png"}, s.apiSharedFile)
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

func (s *Service) apiListFiles(c *api.Call, in *APIFilingAsked) (api.Page[apiFile], error) {
	list, err := s.Attachments(c.Context(), c.Actor, in.ID)
	var out []apiFile
	for _, a := range list {
		out = append(out, apiFileOf(a))
	}
	return api.NewPage(out, ""), err
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

// APISharedAsked names a filing in a case.
type APISharedAsked struct {
	ID     string `path:"id" maxLength:"64" doc:"Of the case."`
	Filing string `path:"filing" maxLength:"64"`
}

type apiSharedFiling struct {
	ID        string    `json:"id"`
	Service   string    `json:"service"`
	Title     api.Text  `json:"title"`
	Tracking  string    `json:"tracking"`
	SHA256    string    `json:"record_sha256"`
	Submitted time.Time `json:"submitted"`
	Files     []apiFile `json:"files"`
}

func (s *Service) apiShared(c *api.Call, in *APISharedAsked) (out apiSharedFiling, err error) {
	f, d, err := s.Shared(c.Context(), c.Actor, in.ID, in.Filing)
	if err != nil {
		return out, err
	}
	out = apiSharedFiling{
		ID: f.ID, Service: f.Service, Title: api.Text(d.Title), Tracking: f.Tracking, SHA256: f.Hash, Submitted: f.Submitted, Files: []apiFile{},
	}
	for _, a := range f.Files {
		out.Files = append(out.Files, apiFileOf(a))
	}
	return out, nil
}

func (s *Service) apiSharedPaper(c *api.Call, in *APISharedAsked) (api.File, error) {
	b, f, err := s.SharedPaper(c.Context(), c.Actor, in.ID, in.Filing, c.Lang())
	return api.File{Name: "tarazu-" + f.Tracking + ".pdf", Type: intake.PDF, Body: b}, err
}

type apiSharedFileAsked struct {
	APISharedAsked
	File string `path:"file" maxLength:"64"`
}

func (s *Service) apiSharedFile(c *api.Call, in *apiSharedFileAsked) (api.File, error) {
	r, a, err := s.SharedFile(c.Context(), c.Actor, in.ID, in.Filing, in.File)
	return apiRead(r, a, err)
}
