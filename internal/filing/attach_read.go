// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"bytes"
	"cmp"
	"context"
	"io"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// mayRead asks the rules about the files and the paper of a filing. To those
// who may not read them they do not exist. shared says that they are meant for
// the parties of its case, party that the actor is one.
func (s *Service) mayRead(a policy.Actor, f Filing, party, shared bool) error {
	status := f.Status
	if f.received() && (status == Payable || status == Signable) { // being mended: the court has what was signed before
		status = Halted
	}
	err := s.d.Policy.Check(a, "filing.read_file", policy.Resource{Type: "FilingFile", ID: f.ID, Attrs: map[string]any{
		"owner": f.Owner, "case": f.Case, "title": f.Service, "standing": string(f.Standing), "status": string(status), "unit": cmp.Or(f.desk, f.Unit), "party": party, "shared": shared,
	}})
	if err != nil && !policy.Outside(err) {
		return errs.New(errs.NotFound, "filing.not_found").Because(err)
	}
	return err
}

// Attachments lists what is attached to a filing of the actor.
func (s *Service) Attachments(ctx context.Context, a policy.Actor, filing string) (_ []Attached, err error) {
	defer errs.Wrap(&err, "filing.Attachments")
	f, _, err := s.Get(ctx, a, filing)
	return f.Files, err
}

// AttachmentFile is one file of a filing of the actor. Its bytes are those that
// were attached: they are compared with their hash first.
func (s *Service) AttachmentFile(ctx context.Context, a policy.Actor, filing, file string) (_ io.ReadCloser, _ Attached, err error) {
	defer errs.Wrap(&err, "filing.AttachmentFile")
	f, _, err := s.Get(ctx, a, filing)
	if err != nil {
		return nil, Attached{}, err
	}
	if err := s.mayRead(a, f, false, false); err != nil {
		return nil, Attached{}, err
	}
	return s.open(ctx, f, file)
}

// ReceivedFile is one file of a filing on the desk of the actor's unit; that it
// was read is recorded.
func (s *Service) ReceivedFile(ctx context.Context, a policy.Actor, filing, file string) (_ io.ReadCloser, _ Attached, err error) {
	defer errs.Wrap(&err, "filing.ReceivedFile")
	r, err := s.received(ctx, a, filing)
	if err != nil {
		return nil, Attached{}, err
	}
	if err := s.mayRead(a, r.f, false, false); err != nil {
		return nil, Attached{}, err
	}
	return s.open(ctx, r.f, file)
}

// open reads one of the files that f counts.
func (s *Service) open(ctx context.Context, f Filing, file string) (io.ReadCloser, Attached, error) {
	for _, x := range f.Files {
		if x.ID != file {
			continue
		}
		b, err := s.d.Blobs.Get(ctx, x.blob, x.SHA256)
		return io.NopCloser(bytes.NewReader(b)), x, err
	}
	return nil, Attached{}, errs.New(errs.NotFound, "filing.not_found")
}

// Shared is a filing as the parties of its case may read it: a brief from its
// submission on, what is served from its service on. That somebody else than
// its owner read it is recorded.
func (s *Service) Shared(ctx context.Context, a policy.Actor, caseID, filing string) (f Filing, d *catalogue.Definition, err error) {
	defer errs.Wrap(&err, "filing.Shared")
	none := errs.New(errs.NotFound, "filing.not_found")
	c, err := s.d.Docket.Case(ctx, a, caseID) // to others the case does not exist
	if err != nil {
		return f, nil, err
	}
	row, found, err := store.Find[deskRow](ctx, s.d.DB, selectDeskOne, c.Unit, filing)
	if err == nil && (!found || row.Case != caseID) {
		err = none
	}
	if err != nil {
		return f, nil, err
	}
	if f, err = read(ctx, s.d.DB, row.Owner, row.Filing); err != nil {
		return f, nil, err
	}
	// What came from the court below, or goes to the one above, was served before.
	shared := row.Kind == string(catalogue.Brief) || row.Unit != f.Unit || Act(row.Act) == ActServe || Act(row.Act) == ActSend
	if err := s.mayRead(a, f, true, shared); err != nil {
		return Filing{}, nil, err
	}
	if d, err = s.definition(ctx, f); err != nil {
		return Filing{}, nil, err
	}
	if f, err = withFiles(ctx, s.d.DB, f, d); err == nil {
		f, err = lastSigned(ctx, s.d.DB, f)
	}
	if err != nil || a.Owner() == f.Owner {
		return f, d, err
	}
	return f, d, s.d.Identity.RecordAccess(ctx, identity.Access{Subject: f.Owner, By: a, What: "filing", Why: "party", Object: f.Tracking})
}

// SharedFile is one file of such a filing.
func (s *Service) SharedFile(ctx context.Context, a policy.Actor, caseID, filing, file string) (_ io.ReadCloser, _ Attached, err error) {
	defer errs.Wrap(&err, "filing.SharedFile")
	f, _, err := s.Shared(ctx, a, caseID, filing)
	if err != nil {
		return nil, Attached{}, err
	}
	return s.open(ctx, f, file)
}
