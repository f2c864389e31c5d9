// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"encoding/json"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// kindConfirmName is the job that asks the registry again after its outage.
const kindConfirmName = "filing.confirm_name"

type nameJob struct {
	Owner  string `json:"owner"`
	Filing string `json:"filing"`
	Prefix string `json:"prefix"`
	Asked  string `json:"asked"`
}

// confirmLater asks about a name that the registry did not answer for. A draft
// whose name turns out wrong cannot be frozen any more; a submitted filing keeps
// what was signed, and the answer becomes evidence beside it, for the court.
func (s *Service) confirmLater(ctx context.Context, j nameJob) (err error) {
	if j.Owner, err = s.ownerNow(ctx, j.Owner, j.Filing); err != nil {
		return err
	}
	f, err := read(ctx, s.d.DB, j.Owner, j.Filing)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil || f.Names[j.Prefix] != (Named{NameUnanswered, j.Asked}) {
		return err
	}
	def, err := s.definition(ctx, f)
	if err != nil {
		return err
	}
	for _, pg := range def.Pages {
		for _, n := range namesOn(pg) {
			code, first, last, print, ok := n.of(f.Answers)
			if n.prefix != j.Prefix || print != j.Asked || !ok {
				continue
			}
			check, _, err := s.confirm(ctx, system, code, first, last)
			if err != nil {
				return err
			}
			if check == NameUnanswered {
				return errs.New(errs.Unavailable, "") // the job is tried again
			}
			return s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.nameAnsweredTx(ctx, tx, j, check) })
		}
	}
	return nil
}

// system acts where a job does.
var system = policy.Actor{Role: policy.System}

func (s *Service) nameAnsweredTx(ctx context.Context, tx *store.Tx, j nameJob, check NameCheck) error {
	f, err := lockTx(ctx, tx, j.Owner, j.Filing)
	if err != nil || f.Names[j.Prefix] != (Named{NameUnanswered, j.Asked}) {
		return err
	}
	f.Names[j.Prefix] = Named{Check: check, Asked: j.Asked}
	names, err := json.Marshal(f.Names)
	if err != nil {
		return err
	}
	if err := tx.ExecOne(ctx, updateNames, j.Owner, j.Filing, string(names)); err != nil || !f.received() {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "filing.name_checked", Time: tx.Now(), Owner: f.Owner, Subject: f.ID, Role: string(policy.System),
		Previous: f.Evidence, Members: map[string]string{"name": j.Prefix, "answer": string(check)},
	})
	return err
}
