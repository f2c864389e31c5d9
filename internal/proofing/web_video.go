// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"net/http"
	"net/url"

	"github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// videoView is the choice of a broker.
type videoView struct {
	web.View
	sealed  string
	brokers []Broker
	fresh   bool
	barred  string // why the reader cannot order here; "" if he can
}

func (s *Service) showVideo(c *web.Ctx) error {
	return s.videoPage(c, c.View(nil, nil), c.Query("for"), http.StatusOK)
}

func (s *Service) videoPage(c *web.Ctx, view web.View, sealed string, status int) error {
	p, err := s.d.Identity.Person(c.Context(), c.Actor.Person)
	if err != nil {
		return err
	}
	v := videoView{View: view}
	if _, ok := s.d.Returns.Open(c.Actor, sealed); ok {
		v.sealed = sealed
	}
	if err := mayOrder(c.Actor, p); err != nil {
		v.barred = c.P.Error(err)
	} else if v.brokers, v.fresh, err = s.Brokers(c.Context()); err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("proofing.way.video"), Lead: c.T("proofing.about.video"), Active: "account", Back: pageFor(pathLevel, v.sealed),
		Errors: view.Errors, Status: status, Body: videoBody(v),
	})
}

func (s *Service) postVideo(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	broker, sealed := f.Text("broker", form.Missing("proofing.video.which")), f.Text("for", form.Max(4000))
	if err = f.Err(); err == nil {
		if _, ok := s.d.Returns.Open(c.Actor, sealed); !ok {
			sealed = ""
		}
		var o Order
		if o, err = s.Choose(c.Context(), c.Actor, broker, c.P.Lang(), sealed); err == nil {
			if o.State == Unpaid {
				return c.Redirect("/payments/" + o.Payment)
			}
			return c.Redirect(pathVideo + "/" + o.ID)
		}
	}
	shown, err := told(c, err)
	if err != nil {
		return err
	}
	return s.videoPage(c, c.View(f, shown), sealed, 0)
}

// told turns an error that the reader can do something about into one on the page.
func told(c *web.Ctx, err error) (*web.Errors, error) {
	if shown, ok := c.Errors(err, nil); ok {
		return shown, nil
	}
	if errs.Is(err, errs.Unavailable) || errs.Is(err, errs.Conflict) || errs.Is(err, errs.RateLimited) {
		return &web.Errors{Items: []web.ErrorItem{{Words: c.P.Error(err)}}}, nil
	}
	return nil, err
}

func (v videoView) choice() web.Choice {
	o := web.Choice{Name: "broker", Label: v.T("proofing.video.choose")}
	for i, b := range v.brokers {
		price := v.T("proofing.free")
		if b.Price > 0 {
			price = v.P.Money(b.Price)
		}
		o.Options = append(o.Options, web.Option{
			Value: b.ID, Label: b.Name(v.P.Lang()), On: i == 0 && len(v.brokers) == 1,
			Hint: v.T("proofing.video.price", "price", price, "day", civil.Of(b.Since)),
		})
	}
	return o
}

// orderView is one order: what happened, and what to do next.
type orderView struct {
	web.View
	o      Order
	last   Try
	refund *payment.Refund
	next   string // where to go on when it is done
	level  string // the page of the ways
	host   string // of the broker's page
	spent  bool   // the broker is not called again with it
}

func (s *Service) showOrder(c *web.Ctx) error { return s.orderPage(c, nil) }

func (s *Service) orderPage(c *web.Ctx, trouble error) error {
	o, last, err := s.Order(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.saw(c.Context(), o, last); err != nil {
		return err
	}
	v := orderView{View: c.View(nil, nil), o: o, last: last, level: pageFor(pathLevel, o.Return), next: pathLevel, spent: o.State == Ready && s.spent(o, last)}
	if b, ok := s.d.Returns.Open(c.Actor, o.Return); ok {
		v.next = b.Next
	}
	page := web.Page{Title: c.T("proofing.order.title." + v.stands()), Caption: o.Name(c.P.Lang()), Active: "account", Back: v.level}
	if trouble != nil {
		if v.Errors, err = told(c, trouble); err != nil {
			return err
		}
		page.Errors = v.Errors
	}
	if o.State == Back {
		if r, found, err := s.d.Payment.RefundOf(c.Context(), o.Owner, o.Payment); err != nil {
			return err
		} else if found {
			v.refund = &r
		}
	}
	if u, err := url.Parse(last.PageURL); err == nil {
		v.host = u.Host
	}
	if o.State == Proved {
		page.Back = ""
	}
	page.Body = orderBody(v)
	return c.Render(page)
}

// stands is how an order stands, as part of locale keys: the last attempt says
// more than the order while others are left.
func (v orderView) stands() string {
	if v.o.State != Ready {
		return string(v.o.State)
	}
	switch v.last.State {
	case "", TryReserved, TryRefused:
		return "ready"
	}
	return string(v.last.State)
}

// attempted tells that the last attempt has ended and another can follow.
func (v orderView) attempted() bool { return v.stands() != "ready" && v.last.State != TryOpen }

func (v orderView) rows() []web.SummaryRow {
	rows := []web.SummaryRow{{Key: v.T("proofing.order.broker"), Value: v.o.Name(v.P.Lang())}}
	if v.o.Price > 0 {
		rows = append(rows, web.SummaryRow{Key: v.T("proofing.costs"), Value: v.P.Money(v.o.Price)})
	}
	if v.o.State == Ready {
		rows = append(rows, web.SummaryRow{Key: v.T("proofing.order.left"), Value: v.T("proofing.order.left_of", "left", v.o.Left(), "of", Attempts)})
	}
	return rows
}

// act does something with an order and shows it again, with the trouble if there
// was some that the reader can do something about.
func (s *Service) act(c *web.Ctx, do func(id string) error) error {
	f, err := c.Form(maxForm)
	if err == nil {
		err = f.Err()
	}
	if err != nil {
		return err
	}
	err = do(c.Param("id"))
	switch {
	case errs.Is(err, errs.Unavailable), errs.Is(err, errs.Conflict), errs.Is(err, errs.RateLimited):
		return s.orderPage(c, err)
	case err != nil:
		return err
	}
	return c.Redirect(pathVideo + "/" + c.Param("id"))
}

func (s *Service) postBegin(c *web.Ctx) error {
	return s.act(c, func(id string) error {
		_, err := s.Begin(c.Context(), c.Actor, id)
		return err
	})
}

func (s *Service) postCheck(c *web.Ctx) error {
	return s.act(c, func(id string) error {
		_, last, err := s.Order(c.Context(), c.Actor, id)
		if err == nil && last.State == TryOpen {
			_, err = s.Settle(c.Context(), last.Token)
		}
		return err
	})
}

func (s *Service) postBack(c *web.Ctx) error {
	return s.act(c, func(id string) error { return s.GiveBack(c.Context(), c.Actor, id) })
}

// returned is where a broker sends the browser. Only the token is read of what it
// brings, and it only says which attempt to ask about.
func (s *Service) returned(c *web.Ctx) error {
	o, _, err := s.byToken(c.Context(), c.Query("token"))
	if err == nil {
		_, err = s.Settle(c.Context(), c.Query("token"))
	}
	if err != nil && !(errs.Is(err, errs.Unavailable) && o.ID != "") {
		return err
	}
	return c.Redirect(pathVideo + "/" + o.ID)
}

// called is where brokers call, server to server.
func (s *Service) called(c *web.Ctx) error {
	token, err := proofing.Callback(c.R.Body)
	if err == nil {
		err = s.Called(c.Context(), token)
	}
	if err != nil {
		return err
	}
	c.W.WriteHeader(http.StatusNoContent)
	return nil
}
