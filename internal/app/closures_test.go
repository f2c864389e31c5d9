// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
)

// TestClosuresPage: an administrator sees what a closure would move, publishes
// it, moves an estimated feast to another day and takes a closure back; what was
// said before stays in the history.
func TestClosuresPage(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	admin := e.As(Administrator).In("fa")
	form := []string{
		"act", "close", "kind", "government", "province", "tehran", "name_fa", "توفان شن", "name_en", "Sandstorm", "source", "استانداری",
		"date.day", "12", "date.month", "4", "date.year", "1406",
	}
	has(t, admin.PostForm("/closures", append(form, "then", "preview")...).Want(http.StatusOK), "پیش از انتشار", "توفان شن", "تهران")
	if page := admin.Get("/closures?year=1406").Want(http.StatusOK); strings.Contains(page.Body, "توفان شن") {
		t.Error("a preview has published")
	}
	has(t, admin.PostForm("/closures", append(form, "then", "publish")...).Follow().Want(http.StatusOK), "توفان شن", "منتشر شد")

	has(t, admin.PostForm("/closures", "act", "open", "on", "2027-07-03", "kind", "government", "province", "tehran", "name_fa", "توفان شن", "name_en", "Sandstorm",
		"source", "استانداری، اصلاح", "then", "publish").Follow().Want(http.StatusOK), "تعطیل نیست")

	has(t, admin.Get("/closures/2027-07-03/government?province=tehran").Want(http.StatusOK), "استانداری، اصلاح", "دوباره تعطیل است")

	// Ashura of 1406 is an estimate: it was a day later.
	has(t, admin.Get("/closures/2027-06-16/lunar?do=move").Want(http.StatusOK), "تعطیل، غیرقطعی", "روز درست")
	admin.PostForm("/closures", "act", "move", "on", "2027-06-16", "kind", "lunar", "province", "", "name_fa", "عاشورا", "name_en", "Ashura",
		"to.day", "27", "to.month", "3", "to.year", "1406", "source", "دفتر", "then", "publish").Follow().Want(http.StatusOK)
	has(t, admin.Get("/closures/2027-06-16/lunar").Want(http.StatusOK), "تعطیل نیست", "دفتر")

	has(t, admin.Get("/closures/2027-06-17/lunar").Want(http.StatusOK), "عاشورا", "دفتر")

	// What is missing is said on the form that it belongs to.
	has(t, admin.PostForm("/closures", "act", "close", "then", "preview").Want(http.StatusUnprocessableEntity), "منبع")

	has(t, admin.PostForm("/closures", "act", "open", "on", "2027-06-17", "kind", "lunar", "name_fa", "عاشورا", "name_en", "Ashura", "then", "preview").
		Want(http.StatusUnprocessableEntity), "تعطیل نیست")
	admin.Get("/closures/2027-06-18/lunar").Want(http.StatusNotFound)

	// A year whose holidays are all published is called complete from its own page.
	year := admin.Get("/closures?year=1408").Want(http.StatusOK)
	has(t, year, "هنوز کامل منتشر نشده", "/closures?do=year&amp;year=1408")
	year = admin.Get("/closures?do=year&year=1408").Want(http.StatusOK)
	has(t, year.Submit("/closures", "then", "preview").Want(http.StatusUnprocessableEntity), "منبع", `name="date.year" value="1408"`)
	has(t, year.Submit("/closures", "source", "شورای تقویم", "then", "preview").Want(http.StatusOK), "سال کامل است")
	year.Submit("/closures", "source", "شورای تقویم", "then", "publish").Follow().Want(http.StatusOK)
	year = admin.Get("/closures?year=1408").Want(http.StatusOK)
	has(t, year, "سال کامل است")
	if strings.Contains(year.Body, "هنوز کامل منتشر نشده") || strings.Contains(year.Body, "do=year") {
		t.Error("a complete year can be called complete again")
	}
}

func has(t *testing.T, page *Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(page.Body, w) {
			t.Errorf("%q is not on the page", w)
		}
	}
}
