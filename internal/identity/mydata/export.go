// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// ForExport is the purpose of the code with which a copy is downloaded.
const ForExport identity.Purpose = "export"

// ExportCode is how long such a code lives.
var ExportCode = identity.CodeRule{Life: 7 * time.Minute, Resend: 2 * time.Minute}

// The states of a copy. They lead asked → ready → gone; one that could not be
// made is failed.
const (
	Asked  = "asked"
	Ready  = "ready"
	Gone   = "gone"
	Failed = "failed"
)

const (
	// aDay holds so many copies of one person: each reads all they have.
	copiesInADay = 3
	aDay         = 24 * time.Hour
	shownExports = 10
)

// Export is a copy of everything that is kept about somebody.
type Export struct {
	Owner, ID string
	State     string
	Bytes     int64
	LeftOut   int // files that had no room in it
	Asked     time.Time
	Ready     time.Time
	Until     time.Time // of the download
	Taken     time.Time // last download
	Times     int       // of downloads
	code      string
	blob, sum string
	by, lang  string
}

// AskExport has a copy made by a job. errs.Conflict, code mydata.export.there:
// there is one already; errs.RateLimited: too many in a day; errs.Forbidden with a
// level.Missing: the actor is not known surely enough.
func (s *Service) AskExport(ctx context.Context, a policy.Actor, lang i18n.Lang) (_ Export, err error) {
	defer errs.Wrap(&err, "mydata.AskExport")
	owner := Whose(a)
	if err := s.may(a, "mydata.export", owner); err != nil {
		return Export{}, err
	}
	if err := s.known(a); err != nil {
		return Export{}, err
	}
	row := exportRow{Owner: owner, ID: id.New(), State: Asked, By: a.Person, Lang: string(lang)}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		row.Asked = store.At(tx.Now())
		n, err := store.One[int64](ctx, tx, sqlExportsSince, owner, store.At(tx.Now().Add(-aDay)))
		if err != nil {
			return err
		}
		if n >= copiesInADay {
			return errs.New(errs.RateLimited, "mydata.export.limited", "n", copiesInADay)
		}
		if _, found, err := store.Find[string](ctx, tx, sqlOpenExport, owner); err != nil || found {
			if err == nil {
				err = errs.New(errs.Conflict, "mydata.export.there")
			}
			return err
		}
		if err := store.Insert(ctx, tx, "identity_export", row); err != nil {
			return err
		}
		if err := s.stage(ctx, tx, "identity.export_asked", row.ID, owner, a, nil); err != nil {
			return err
		}
		if err := s.d.Jobs.EnqueueTx(ctx, tx, jobExport, exportJob{Owner: owner, Export: row.ID}); err != nil {
			return err
		}
		return s.tellTx(ctx, tx, owner, "mydata.sms.export_asked", row.ID)
	})
	if err != nil && errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "mydata.export.there").Because(err)
	}
	return row.export(), err
}

// Exports lists the newest copies of the actor's, or of whom he may see all data.
func (s *Service) Exports(ctx context.Context, a policy.Actor) (_ []Export, err error) {
	defer errs.Wrap(&err, "mydata.Exports")
	owner := Whose(a)
	if err := s.may(a, "mydata.export", owner); err != nil {
		return nil, err
	}
	rows, err := store.All[exportRow](ctx, s.d.DB, sqlExports, owner, shownExports)
	out := make([]Export, len(rows))
	for i, r := range rows {
		out[i] = r.export()
	}
	return out, err
}

// Export reads one. Somebody else's is errs.NotFound.
func (s *Service) Export(ctx context.Context, a policy.Actor, export string) (_ Export, err error) {
	defer errs.Wrap(&err, "mydata.Export")
	owner := Whose(a)
	if err := s.may(a, "mydata.export", owner); err != nil {
		return Export{}, err
	}
	row, err := store.One[exportRow](ctx, s.d.DB, sqlExport, owner, export)
	return row.export(), err
}

// SendExportCode sends the actor a one-time code for the download. Errors are
// those of identity.SendCodeTx; errs.Conflict, code mydata.export.gone; errs.Forbidden
// with a level.Missing.
func (s *Service) SendExportCode(ctx context.Context, a policy.Actor, export string) (err error) {
	defer errs.Wrap(&err, "mydata.SendExportCode")
	if err := s.known(a); err != nil {
		return err
	}
	x, err := s.downloadable(ctx, a, export)
	if err != nil {
		return err
	}
	p, err := s.d.Identity.Person(ctx, a.Person)
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		code, err := s.d.Identity.SendCodeTx(ctx, tx, identity.Code{
			Purpose: ForExport, Person: a.Person, Mobile: p.Contact(), Subject: subject(a, x.ID), Lang: p.Lang,
		})
		if err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlExportCode, x.Owner, x.ID, code)
	})
}

// subject binds a code to one copy and one reader.
func subject(a policy.Actor, export string) string { return "export:" + export + ":" + a.Person }

// TakeExport gives the copy out, with a fresh code. Each download is evidence.
// errs.Forbidden with a level.Missing: the actor is not known surely enough, or no
// longer.
func (s *Service) TakeExport(ctx context.Context, a policy.Actor, export, code string) (_ []byte, err error) {
	defer errs.Wrap(&err, "mydata.TakeExport")
	x, err := s.downloadable(ctx, a, export)
	if err != nil {
		return nil, err
	}
	if x.code == "" {
		return nil, errs.InvalidFields([]errs.Field{{Name: "code", Code: "mydata.export.code_not_sent"}})
	}
	file, err := s.d.Blobs.Get(ctx, x.blob, x.sum)
	if err != nil {
		return nil, err
	}
	if err := s.d.Identity.CheckCode(ctx, x.code, subject(a, x.ID), code); err != nil {
		return nil, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		if err := s.d.Identity.KnownTx(ctx, tx, a, level.ExportData, s.d.Levels.Of(level.ExportData, s.today())); err != nil {
			return err
		}
		if err := s.d.Identity.UseCodeTx(ctx, tx, x.code); err != nil {
			return err
		}
		n, err := tx.ExecN(ctx, sqlExportTaken, x.Owner, x.ID, store.At(tx.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Conflict, "mydata.export.gone")
		}
		return s.stage(ctx, tx, "identity.export_taken", x.ID, x.Owner, a, map[string]string{"sha256": x.sum, "signature_method": "sms-code", "signature_code_id": x.code})
	})
	if err != nil {
		return nil, err
	}
	if err := s.looked(ctx, a); err != nil {
		return nil, err
	}
	return file, nil
}

// EraseExport ends a copy before its time. Its bytes go with the next sweep.
func (s *Service) EraseExport(ctx context.Context, a policy.Actor, export string) (err error) {
	defer errs.Wrap(&err, "mydata.EraseExport")
	x, err := s.Export(ctx, a, export)
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.ExecN(ctx, sqlExportGone, x.Owner, x.ID, Gone)
		return err
	})
}

// known refuses an actor who is not known surely enough to be handed everything
// that is kept about somebody.
func (s *Service) known(a policy.Actor) error {
	return s.d.Levels.Check(a, level.ExportData, s.today())
}

func (s *Service) today() civil.Day { return civil.Of(s.d.Clock.Now()) }

func (s *Service) downloadable(ctx context.Context, a policy.Actor, export string) (Export, error) {
	x, err := s.Export(ctx, a, export)
	if err == nil && (x.State != Ready || !s.d.Clock.Now().Before(x.Until)) {
		err = errs.New(errs.Conflict, "mydata.export.gone")
	}
	return x, err
}

// stage writes the evidence of a step.
func (s *Service) stage(ctx context.Context, tx *store.Tx, event, subject, owner string, by policy.Actor, members map[string]string) error {
	_, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: owner, Subject: subject, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For, Members: members,
	})
	return err
}
