// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// step is one act of a story: so many days before today, by the clock of the
// demo.
type step struct {
	ago, hour int
	what      string // for errors
	do        func(ctx context.Context) error
}

// script collects what happens in a new demo country.
type script struct {
	m     *maker
	steps []step
}

func (s *script) at(ago, hour int, what string, do func(ctx context.Context) error) {
	s.steps = append(s.steps, step{ago, hour, what, do})
}

// stories plays all steps that were not played yet, in the order of their
// times.
func (m *maker) stories(ctx context.Context) error {
	steps := m.script().steps
	slices.SortStableFunc(steps, func(a, b step) int {
		if a.ago != b.ago {
			return b.ago - a.ago
		}
		return a.hour - b.hour
	})
	today := civil.Of(m.st.Today)
	for i, s := range steps {
		if i >= m.st.Steps {
			m.travel(today.Add(-s.ago).Time().Add(time.Duration(s.hour)*time.Hour + 7*time.Minute).In(clock.Tehran))
			if err := s.do(ctx); err != nil {
				return fmt.Errorf("%s: %w", s.what, err)
			}
			if _, err := m.Jobs.Drain(ctx); err != nil {
				return err
			}
			m.st.Steps = i + 1
			if err := m.writeDemo(m.st); err != nil {
				return err
			}
		}
		m.progress(DemoProgress{DemoCases, i + 1, len(steps)})
	}
	return nil
}

// actorAs is somebody of the demo country in a role.
func (m *maker) actorAs(ctx context.Context, p person, role policy.Role) (policy.Actor, error) {
	account := m.accounts[p.code]
	if role == policy.Citizen || role == "" {
		return m.Identity.Actor(ctx, account, "")
	}
	for _, k := range m.posts[p.code] {
		if k.Role == role {
			return m.Identity.Actor(ctx, account, k.ID)
		}
	}
	return policy.Actor{}, errs.New(errs.NotFound, "").Because(fmt.Errorf("nobody acts as %s", role))
}

// staffOf is who holds a post in a unit.
func (m *maker) staffOf(ctx context.Context, unit string, role policy.Role) (policy.Actor, error) {
	p, ok := m.country.staff(unit, role)
	if !ok {
		return policy.Actor{}, errs.New(errs.NotFound, "").Because(fmt.Errorf("unit %s has no %s", unit, role))
	}
	return m.actorAs(ctx, p, role)
}

// act is the key of an act of a story: the same when the story is played again.
func (m *maker) act(key string) string {
	b := binary.BigEndian.AppendUint64([]byte(m.st.Owner+"/"+key+"/"), m.st.Seed)
	sum := sha256.Sum256(b)
	sum[6], sum[8] = sum[6]&0x0f|0x70, sum[8]&0x3f|0x80 // version 7
	u, _ := uuid.FromBytes(sum[:16])                    // of sixteen bytes
	return u.String()
}

// pay pays a filing's fee at the provider's double.
func (m *maker) pay(ctx context.Context, me policy.Actor, f filing.Filing) error {
	url, err := m.Payment.Begin(ctx, me, f.Payment)
	if err != nil {
		return err
	}
	token := url[strings.LastIndexByte(url, '/')+1:]
	if !m.Doubles.Payments.Choose(token, payments.Pay) {
		return fmt.Errorf("the payment double knows no such payment")
	}
	if _, err := m.Payment.Settle(ctx, token); err != nil {
		return err
	}
	_, err = m.Jobs.Drain(ctx)
	return err
}

var reCode = regexp.MustCompile(`\d{5,8}`)

// code lets ask send a code and reads it from the text message.
func (m *maker) code(ctx context.Context, mobile string, ask func() error) (string, error) {
	before := len(m.Doubles.SMS.For(mobile))
	if err := ask(); err != nil {
		return "", err
	}
	if _, err := m.Jobs.Drain(ctx); err != nil {
		return "", err
	}
	all := m.Doubles.SMS.For(mobile) // the newest first
	for _, s := range all[:len(all)-before] {
		if code := reCode.FindString(persian.Digits(s.Text)); code != "" {
			return code, nil
		}
	}
	return "", fmt.Errorf("no code came by text message")
}
