// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// main is a main character.
func (m *maker) main(n int) person {
	p, _ := m.country.find(syntheticCode(n))
	return p
}

// citizenOf is the n-th citizen with an account whose home is in a province;
// the number decides where a province has fewer.
func (m *maker) citizenOf(province string, n int) person {
	var fit []person
	for _, p := range m.country.people {
		if p.province == province && !p.noAccount && !p.abroad && !p.password && len(p.posts) == 0 {
			fit = append(fit, p)
		}
	}
	if len(fit) == 0 {
		return m.main(demoPlaintiff)
	}
	return fit[n%len(fit)]
}

// script is everything that happens in a new demo country.
func (m *maker) script() []step {
	var all []step
	plaintiff, defendant := m.main(demoPlaintiff), m.main(demoDefendant)
	add := func(ago, hour int, what string, do func(ctx context.Context) error) {
		all = append(all, step{ago, hour, what, do})
	}
	file := func(ago, hour int, p plan) {
		add(ago, hour, p.key, func(ctx context.Context) error { return m.file(ctx, p) })
	}

	file(16, 10, plan{key: "loan", service: "petition-debt", by: plaintiff, against: []person{defendant}, over: catalogue.Answers{
		"amount": int64(2_400_000_000), "evidence_kind": "contract",
		"narrative": "در تاریخ دهم مهر ماه مبلغ دو میلیارد و چهارصد میلیون ریال به خوانده قرض دادم و رسید دستی دارم. با گذشت سررسید و چند بار مراجعه، خوانده بدهی خود را نپرداخته است.",
	}})
	add(15, 9, "loan refer", m.refer("loan", ""))
	add(6, 10, "loan serve", m.serve("loan", 15))
	file(3, 11, plan{key: "car", service: "petition-debt", by: defendant, against: []person{plaintiff}, over: catalogue.Answers{
		"amount": int64(650_000_000), "evidence_kind": "contract",
		"narrative": "بابت فروش یک دستگاه خودرو، ششصد و پنجاه میلیون ریال از بهای آن باقی مانده و خواندهٔ محترم با وجود تحویل خودرو از پرداخت خودداری می\u200cکند.",
	}})
	file(1, 17, plan{key: "half", service: "petition-debt", by: plaintiff, against: []person{m.citizenOf("isfahan", 0)}, pages: 1, until: filing.Draft})
	return all
}

// refer confirms the proposed branch of a filing's case, or another one.
func (m *maker) refer(key, branch string) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		judge, err := m.staffOf(ctx, m.st.Things[key+".unit"], policy.Judge)
		if err != nil {
			return err
		}
		k, err := m.Docket.Case(ctx, judge, m.st.Things[key+".case"])
		if err != nil {
			return err
		}
		if branch == "" {
			branch = k.Proposed
		}
		return m.Docket.ConfirmBranch(ctx, judge, k.ID, branch, k.Version)
	}
}

// serve serves a filing on the other side and keeps the notices as KEY.notice,
// KEY.notice.2 and so on.
func (m *maker) serve(key string, days int) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		clerk, err := m.staffOf(ctx, m.st.Things[key+".unit"], policy.Clerk)
		if err != nil {
			return err
		}
		issued, err := m.Filing.ServeClaim(ctx, clerk, m.st.Things[key], days)
		if err != nil {
			return err
		}
		m.keep(key, issued)
		return nil
	}
}

// keep remembers notices as KEY.notice, KEY.notice.2 and so on.
func (m *maker) keep(key string, issued []notice.Issued) {
	for i, n := range issued {
		name := key + ".notice"
		if i > 0 {
			name += fmt.Sprintf(".%d", i+1)
		}
		m.st.Things[name] = n.ID
	}
}
