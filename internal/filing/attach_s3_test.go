// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/blob/blobtest"
)

// TestFilesInS3: with the files in an S3 store a petition goes its way. While
// the store refuses, a file is said not to be attached and no row names it; one
// that was kept is out of reach, and there again afterwards.
func TestFilesInS3(t *testing.T) { // not parallel: the key to the store is in the environment
	env, err := blobtest.Environment(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range env {
		t.Setenv(k, v)
	}
	srv := blobtest.S3(t)
	e := apptest.New(t, "sqlite", "TARAZU_BLOBS_URL="+srv.URL)
	f, field, key := withFiles(e)
	me := e.As(apptest.Plaintiff)
	path := "/filings/" + f.ID + "/pages/" + key
	send := func() *apptest.Page {
		t.Helper()
		fields, ok := me.Get(path).Want(http.StatusOK).Form(path)
		if !ok {
			t.Fatal("no form")
		}
		sent := map[string]string{}
		for name := range fields {
			sent[name] = fields.Get(name)
		}
		delete(sent, field)
		return sendFiles(me, "/filings/"+f.ID+"/files", sent, field, map[string][]byte{"deed.pdf": aPDF("1")})
	}
	before, err := srv.Keys()
	if err != nil || len(before) == 0 {
		t.Fatalf("the papers of the petition are not in the store: %v, %v", before, err)
	}

	srv.Fail(blobtest.Denied)
	if page := send().Want(http.StatusUnprocessableEntity); !strings.Contains(page.Text(), "deed.pdf: This file could not be uploaded") || strings.Contains(page.Body, "file-facts") {
		t.Errorf("a store that refuses: %s", page.Text())
	}
	list, err := e.App.Filing.Attachments(t.Context(), e.Actor(apptest.Plaintiff), f.ID)
	if err != nil || len(list) != 0 {
		t.Errorf("%d rows of files that are not kept, %v", len(list), err)
	}

	srv.Fail(blobtest.None)
	page := send().Follow().Want(http.StatusOK)
	link := page.Link("/filings/" + f.ID + "/files/")
	if got := me.Get(link).Want(http.StatusOK); got.Body != string(aPDF("1")) {
		t.Errorf("another file came back: %d bytes", len(got.Body))
	}
	srv.Fail(blobtest.Denied)
	me.Get(link).Want(http.StatusServiceUnavailable)
	srv.Fail(blobtest.None)
	me.Get(link).Want(http.StatusOK)
	after, err := srv.Keys()
	if err != nil || len(after) != len(before)+1 {
		t.Errorf("%d files in the store, then %d, %v", len(before), len(after), err)
	}
}
