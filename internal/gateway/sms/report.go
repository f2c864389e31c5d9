// SPDX-License-Identifier: Apache-2.0

package sms

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Report is what a provider says of a message without being asked.
type Report struct {
	Reference string `json:"reference"`
	State     State  `json:"state"`
}

// reportLife is how old a report may be: an old one is a replay.
const reportLife = 5 * time.Minute

// maxReport bounds what is read of a report, in bytes.
const maxReport = 4 << 10

// ReadReport reads a provider's call. It is signed as Standard Webhooks are:
// HMAC-SHA256 under key over id, time and body. errs.Unauthenticated: it is not
// signed, or wrongly, or not now. errs.Invalid: it is no report.
func ReadReport(r *http.Request, key []byte, now time.Time) (_ Report, err error) {
	defer errs.Wrap(&err, "sms.ReadReport")
	body, err := io.ReadAll(io.LimitReader(r.Body, maxReport+1))
	if err != nil || len(body) > maxReport {
		return Report{}, errs.New(errs.Invalid, "")
	}
	id, at := r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Timestamp")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if age := now.Sub(time.Unix(seconds, 0)); err != nil || len(key) == 0 || id == "" || age > reportLife || age < -reportLife {
		return Report{}, errs.New(errs.Unauthenticated, "")
	}
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte(id + "." + at + "."))
	_, _ = mac.Write(body)
	want, signed := mac.Sum(nil), false
	for one := range strings.FieldsSeq(r.Header.Get("Webhook-Signature")) { // several while a key is changed
		if b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(one, "v1,")); err == nil && strings.HasPrefix(one, "v1,") && hmac.Equal(b, want) {
			signed = true
		}
	}
	if !signed {
		return Report{}, errs.New(errs.Unauthenticated, "")
	}
	var out Report
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if d.Decode(&out) != nil || out.Reference == "" || (out.State != Accepted && out.State != Delivered && out.State != Failed) {
		return Report{}, errs.New(errs.Invalid, "")
	}
	return out, nil
}
