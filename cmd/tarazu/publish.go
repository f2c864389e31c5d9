// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// operator is whoever may run the program on the server: no person of the
// register.
var operator = policy.Actor{Role: policy.System, Name: "operator"}

// publisher puts one entry of a dated table into force. What held before stays.
type publisher func(ctx context.Context, a *app.App, body []byte) error

func publishers() map[string]publisher {
	return map[string]publisher{
		"closure": func(ctx context.Context, a *app.App, body []byte) error {
			return entry(body, func(c calendar.Closure) error {
				_, err := a.Calendar.Publish(ctx, operator, c)
				return err
			})
		},
		"threshold": func(ctx context.Context, a *app.App, body []byte) error {
			return entry(body, func(t authority.Threshold) error { return a.Authority.PublishThreshold(ctx, operator, t) })
		},
		"fee": func(ctx context.Context, a *app.App, body []byte) error {
			_, err := a.Catalogue.PublishFee(ctx, operator, body)
			return err
		},
		"service": func(ctx context.Context, a *app.App, body []byte) error {
			_, err := a.Catalogue.Publish(ctx, operator, body)
			return err
		},
	}
}

// publish puts a closure, a threshold, a fee or a version of a service into
// force, from its first day on, in every running process.
func publish(ctx context.Context, cfg config.Config, args []string, e env) error {
	all := publishers()
	into, ok := all[args[0]]
	if !ok {
		return fmt.Errorf("%q cannot be published; one of: %s", args[0], strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	}
	body, err := readTable(args[1])
	if err != nil {
		return err
	}
	if err := withApp(ctx, cfg, func(a *app.App) error { return readable(a, args[1], into(ctx, a, body)) }); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "The %s was published.\n", args[0])
	return nil
}

// entry reads JSON, refusing members that nobody knows, and publishes it.
func entry[T any](body []byte, publish func(T) error) error {
	var v T
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		return err
	}
	return publish(v)
}

// maxTable bounds a file to publish: the largest embedded one has 50 KB.
const maxTable = 4 << 20

func readTable(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxTable+1))
	if err == nil && len(body) > maxTable {
		err = fmt.Errorf("%s has more than %d bytes", path, maxTable)
	}
	return body, err
}
