// SPDX-License-Identifier: Apache-2.0

package intro_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/intro"
)

// upload sends a file as the form of the page does.
func upload(t *testing.T, c *Client, text string, fields ...string) *Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "وکلا.csv")
	if err == nil {
		_, err = part.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return c.Send(http.MethodPost, intro.Path, w.FormDataContentType(), &body)
}

func has(t *testing.T, p *Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.Body, w) {
			t.Errorf("%s does not say %q", p.Path, w)
		}
	}
}

// The whole way on the pages: sent, every row with its result, applied, the
// report, taken back; a file that is wrong as a whole is said so beside its field.
func TestPages(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	bar := e.As(Association).In("fa")
	me := e.Person(Plaintiff)
	bar.Get(intro.Path).Want(http.StatusOK)
	has(t, bar.Get(intro.Path+"/new").Want(http.StatusOK), "شماره پروانه", "multipart/form-data") // the only kind: no question
	has(t, bar.Get(intro.Path+"/template?kind=lawyers").Want(http.StatusOK), "کد ملی,نام خانوادگی")
	has(t, upload(t, bar, "national code,last name\n1,2", "kind", "lawyers").Want(http.StatusUnprocessableEntity), "ستون «شماره پروانه» در پرونده نیست")
	const head = "کد ملی,نام خانوادگی,شماره پروانه,پایه,اعتبار تا\n"
	file := head + me.NationalCode + "," + me.LastName + ",77,پایه یک,1410/01/01\n0000000018,کسی,=1+1,1,1410/01/01\n"
	page := upload(t, bar, file, "kind", "lawyers").Follow().Want(http.StatusOK)
	has(t, page, "وکلا.csv", "به‌کاربردن ۱ ردیف", "کد ملی: ")
	path := page.Path
	if i := strings.IndexByte(path, '?'); i > 0 {
		path = path[:i]
	}
	page = bar.PostForm(path + "/apply").Follow().Want(http.StatusOK)
	has(t, page, "<progress")
	e.Drain()
	has(t, bar.Get(path).Want(http.StatusOK), "داده شد", "پس‌گرفتن کل پرونده")
	has(t, bar.Get(path+"/report").Want(http.StatusOK), "داده شد", "کنار گذاشته شد", "'=1+1")
	has(t, e.As(Plaintiff).In("fa").Get("/capacity").Want(http.StatusOK), "وکیل دادگستری")
	has(t, bar.PostForm(path+"/apply").Want(http.StatusUnprocessableEntity), "پیش‌تر به کار رفته")
	has(t, bar.Get(path+"/undo").Want(http.StatusOK), "بله، پس گرفته شود")
	bar.PostForm(path + "/undo").Follow()
	e.Drain()
	has(t, bar.Get(path).Want(http.StatusOK), "پس گرفته شد")
	if strings.Contains(e.As(Plaintiff).In("fa").Get("/capacity").Body, "وکیل دادگستری") {
		t.Error("the capacity stays")
	}
	// An administrator looks at it: the person is told.
	e.As(Administrator).In("fa").Get(path + "?rows=all").Want(http.StatusOK)
	has(t, e.As(Plaintiff).In("fa").Get("/account").Want(http.StatusOK), "نتیجهٔ معرفی")
	has(t, e.As(Administrator).In("fa").Get(intro.Path+"/new").Want(http.StatusOK), "دانش‌آموختگان حقوق", "نمایندگان حقوقی دستگاه")
	has(t, upload(t, e.As(Administrator).In("fa"), file, "kind", "representatives", "body", "none").Want(http.StatusUnprocessableEntity), "با این کد حساب ندارد")
}
