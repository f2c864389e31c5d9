// SPDX-License-Identifier: Apache-2.0

package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestIntroduce checks a file, applies it and takes it back.
func TestIntroduce(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, s site) {
		people := s.file("people.csv", "\xef\xbb\xbfکد ملی;نام;نام خانوادگی;تاریخ تولد;شماره همراه\n"+
			"۰۰۰۱۲۳۴۵۶۰;مریم;کریمی;1370/02/14;09121234567\n0009999992;حسن;یزدی;1370/02/14;09121234568\n")
		out := s.ok("admin", "introduce", "people", people)
		if !strings.Contains(out, "2 rows, 1 of them wrong") || !strings.Contains(out, "3\tnational_code\t") || strings.Contains(out, "یزدی") {
			t.Errorf("%s", out)
		}
		a := s.start()
		count := func(query string) int {
			t.Helper()
			n, err := store.One[int](t.Context(), a.DB, query)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := count(`SELECT count(*) FROM identity_person`); n != 0 {
			t.Errorf("%d people before it was applied", n)
		}
		if out := s.ok("admin", "introduce", "people", people, "apply"); !strings.Contains(out, "applied; granted 1,") {
			t.Errorf("%s", out)
		}
		lawyers := s.file("lawyers.csv", "national code,last name,licence number,grade,valid until\n0001234560,کریمی,12,1,1420/1/1\n")
		out = s.ok("admin", "introduce", "lawyers", lawyers, "apply")
		if !strings.Contains(out, "applied; granted 1,") {
			t.Errorf("%s", out)
		}
		standing := `SELECT count(*) FROM identity_capacity WHERE role = 'lawyer' AND ended_us = 0`
		if n := count(standing); n != 1 {
			t.Errorf("%d lawyers", n)
		}
		batch := regexp.MustCompile(`batch (\S+):`).FindStringSubmatch(out)[1]
		if out := s.ok("admin", "introduce", "undo", batch); !strings.Contains(out, "undone; granted 0,") || !strings.Contains(out, "taken back 1") {
			t.Errorf("%s", out)
		}
		if n := count(standing); n != 0 {
			t.Errorf("%d lawyers after it was undone", n)
		}
		s.oneLine("has no column", "admin", "introduce", "lawyers", people)
		s.oneLine("There is no such kind", "admin", "introduce", "kings", people)
	})
}
