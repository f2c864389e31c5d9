// SPDX-License-Identifier: Apache-2.0

package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) { return Micros(t.Time), nil }

// Scan implements sql.Scanner.
func (t *Time) Scan(v any) error {
	switch n := v.(type) {
	case nil:
		t.Time = time.Time{}
	case int64:
		t.Time = FromMicros(n)
	default:
		return fmt.Errorf("store: %T is no time in microseconds", v)
	}
	return nil
}

// Micros is what a column keeps of an instant.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// FromMicros is the instant a column keeps.
func FromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
