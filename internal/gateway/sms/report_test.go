// SPDX-License-Identifier: Apache-2.0

package sms_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

func TestReadReport(t *testing.T) {
	t.Parallel()
	key, now := []byte("0123456789abcdef0123456789abcdef"), sandboxtest.Start
	const good = `{"reference":"r-1","state":"delivered"}`
	sign := func(key []byte, id string, at time.Time, body string) string {
		mac := hmac.New(sha256.New, key)
		_, _ = mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "." + body))
		return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	for name, c := range map[string]struct {
		body, id, signature string
		at                  time.Time
		key                 []byte
		want                errs.Kind // 0: it is taken
	}{
		"right":                            {good, "m1", sign(key, "m1", now, good), now, key, 0},
		"under an old key too":             {good, "m1", "v1,AAAA " + sign(key, "m1", now, good), now, key, 0},
		"forged":                           {good, "m1", sign([]byte("another key"), "m1", now, good), now, key, errs.Unauthenticated},
		"unsigned":                         {good, "m1", "", now, key, errs.Unauthenticated},
		"without the version":              {good, "m1", strings.TrimPrefix(sign(key, "m1", now, good), "v1,"), now, key, errs.Unauthenticated},
		"body changed":                     {`{"reference":"r-2","state":"delivered"}`, "m1", sign(key, "m1", now, good), now, key, errs.Unauthenticated},
		"id changed":                       {good, "m2", sign(key, "m1", now, good), now, key, errs.Unauthenticated},
		"replayed after an hour":           {good, "m1", sign(key, "m1", now.Add(-time.Hour), good), now.Add(-time.Hour), key, errs.Unauthenticated},
		"time changed":                     {good, "m1", sign(key, "m1", now.Add(-time.Hour), good), now, key, errs.Unauthenticated},
		"of a provider that does not call": {good, "m1", sign(nil, "m1", now, good), now, nil, errs.Unauthenticated},
		"no report":                        {`{"reference":"r-1"}`, "m1", sign(key, "m1", now, `{"reference":"r-1"}`), now, key, errs.Invalid},
		"too long":                         {good + strings.Repeat(" ", 5000), "m1", "", now, key, errs.Invalid},
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(c.body))
		r.Header.Set("Webhook-Id", c.id)
		r.Header.Set("Webhook-Timestamp", strconv.FormatInt(c.at.Unix(), 10))
		r.Header.Set("Webhook-Signature", c.signature)
		got, err := sms.ReadReport(r, c.key, now)
		if c.want == 0 && (err != nil || got != (sms.Report{Reference: "r-1", State: sms.Delivered})) || c.want != 0 && !errs.Is(err, c.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
