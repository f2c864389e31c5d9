// SPDX-License-Identifier: Apache-2.0

package calendar

import "testing"

// FuzzParseRules: whatever is read as a table of terms can be counted with, day
// by day and abroad, and ends.
func FuzzParseRules(f *testing.F) {
	f.Add(rulesJSON)
	f.Add([]byte(`{"rules":[{"code":"a-1","version":1,"name":{"fa":"ا","en":"a"},"article":{"fa":"ا","en":"a"},"days":0,"days_abroad":0,"starts":"service","from":"2000-01-01","source":"s","mark":"mem","counting_mark":"inf","outage":"evidence","outage_source":"s"}]}`))
	f.Add([]byte(`{"rules":[],"moments":[{"code":"m","name":{"fa":"ا","en":"a"},"minutes":-1,"source":"s","mark":"mem"}]}`))
	cal, err := DefaultCalendar(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		rules, err := ParseRules(b)
		if err != nil {
			return
		}
		for _, r := range rules.List() {
			in := Input{Served: r.From, Abroad: true}
			if r.SetByCourt() {
				in.Days = 1
			}
			got, err := Compute(r, cal, in)
			if err != nil || got.Last <= r.From || len(got.Days) == 0 {
				t.Fatalf("%s: %s, %v", r.Code, got.Last, err)
			}
		}
	})
}
