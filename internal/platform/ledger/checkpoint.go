// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// checkpointText is the signed text of a C2SP tlog-checkpoint.
func checkpointText(origin string, size int64, root tlog.Hash) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
}

// checkHead makes sure that a head's checkpoint says what the head says, in the
// one spelling, and that the head's key signed it.
func checkHead(h head) error {
	if h.Size == 0 && len(h.Checkpoint) == 0 {
		return nil
	}
	if len(h.Root) != tlog.HashSize {
		return errors.New("the root has the wrong length")
	}
	v, err := note.NewVerifier(h.VKey)
	if err != nil {
		return err
	}
	n, err := note.Open(h.Checkpoint, note.VerifierList(v))
	if err != nil {
		return err
	}
	if len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 || n.Text != checkpointText(h.Origin, h.Size, tlog.Hash(h.Root)) {
		return errors.New("the checkpoint is not that of the head")
	}
	_, err = signature(h)
	return err
}

// signature takes the 64 bytes of the signature out of a checkpoint.
func signature(h head) (sig [64]byte, err error) {
	_, line, _ := strings.Cut(string(h.Checkpoint), "\n\n— "+h.Origin+" ")
	b, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(line, "\n"))
	if err != nil || len(b) != 4+len(sig) || base64.StdEncoding.EncodeToString(b)+"\n" != line {
		return sig, errors.New("the checkpoint's signature is not written correctly")
	}
	copy(sig[:], b[4:])
	return sig, nil
}

// Checkpoint returns the newest signed checkpoint (C2SP tlog-checkpoint), or
// errs.NotFound while the log is empty.
func (l *Ledger) Checkpoint(ctx context.Context) (_ []byte, err error) {
	defer errs.Wrap(&err, "ledger.Checkpoint")
	s, err := l.newest(ctx)
	if err != nil {
		return nil, err
	}
	h, found, err := store.Find[head](ctx, l.db, sqlHead, s.origin)
	if err != nil {
		return nil, err
	}
	if !found || h.Size == 0 {
		return nil, errs.New(errs.NotFound, "ledger.empty")
	}
	return h.Checkpoint, nil
}

// headOf takes a kept checkpoint apart, if the log's key signed it.
func headOf(p checkpointRow, vkey string) (head, error) {
	h := head{Origin: p.Origin, VKey: vkey, Size: p.Size, Checkpoint: p.Note}
	lines := strings.SplitN(string(p.Note), "\n", 4)
	root, err := base64.StdEncoding.DecodeString(lines[min(2, len(lines)-1)])
	h.Root = root
	if err == nil {
		err = checkHead(h)
	}
	if err != nil {
		return h, damaged(fmt.Errorf("checkpoint of size %d: %w", p.Size, err))
	}
	return h, nil
}

// Receipt returns the receipt of a record: a C2SP tlog-proof file that package
// receipt, or anybody's own program, checks offline. Once a time-stamped
// checkpoint covers the record the receipt is proved under the first of them;
// before, under the first that has its quorum of witnesses, or the newest where
// none are asked for. It fails with errs.NotFound if owner has no such record,
// with errs.Conflict until a checkpoint covers it (code ledger.receipt_pending)
// and has its quorum (ledger.receipt_waits), and with ErrCorrupt if
// the log no longer fits the record; a receipt that would not verify is never
// handed out. Who may have it is for the caller to decide: it shows the
// content.
func (l *Ledger) Receipt(ctx context.Context, owner, evidenceID string) (_ []byte, err error) {
	defer errs.Wrap(&err, "ledger.Receipt")
	e, found, err := store.Find[entry](ctx, l.db, sqlEntry, owner, evidenceID)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errs.New(errs.NotFound, "ledger.not_found")
	}
	if e.Index == nil {
		return nil, errs.New(errs.Conflict, "ledger.receipt_pending")
	}
	h, err := store.One[head](ctx, l.db, sqlHead, e.Origin)
	if err != nil {
		return nil, err
	}
	if len(h.Root) != tlog.HashSize || *e.Index < 0 || *e.Index >= h.Size {
		return nil, damaged(fmt.Errorf("entry %s is beyond the head", e.ID))
	}
	need, err := l.needs(ctx, e.Origin)
	if err != nil {
		return nil, err
	}
	h, waits, err := l.provedUnder(ctx, h, *e.Index, need)
	if err != nil {
		return nil, err
	}
	if waits {
		return nil, errs.New(errs.Conflict, "ledger.receipt_waits")
	}
	sigs, vkeys, err := l.cosignatures(ctx, h)
	if err != nil {
		return nil, err
	}
	tree := tlog.Tree{N: h.Size, Hash: tlog.Hash(h.Root)}
	path, err := tlog.ProveRecord(h.Size, *e.Index, tlog.TileHashReader(tree, newTiles(ctx, l.db, e.Origin)))
	if err != nil {
		return nil, asDamage(err)
	}
	return formatReceipt(e, h, path, sigs, receipt.Options{Keys: []string{h.VKey}, Witnesses: vkeys, Quorum: need})
}

// asDamage calls err damage unless it has a kind already: then it came from the
// store and may be passing.
func asDamage(err error) error {
	if _, ok := errors.AsType[*errs.Error](err); ok {
		return err
	}
	return damaged(err)
}

// formatReceipt writes a receipt, and checks it as its reader will.
func formatReceipt(e entry, h head, path tlog.RecordProof, sigs []receipt.Cosignature, o receipt.Options) ([]byte, error) {
	var content []byte
	if len(e.Content) > 0 {
		content = e.Content
	}
	sig, err := signature(h)
	if err != nil {
		return nil, damaged(err)
	}
	extra, err := receipt.FormatExtra(content, h.VKey, e.Record, o.Witnesses...)
	if err != nil {
		return nil, damaged(fmt.Errorf("entry %s: %w", e.ID, err))
	}
	key, err := receipt.ParseKey(h.VKey)
	if err != nil {
		return nil, damaged(err)
	}
	p := receipt.Proof{
		Extra: extra, Index: *e.Index, Path: path, Origin: h.Origin, Size: h.Size,
		Root: tlog.Hash(h.Root), KeyHash: key.Hash, Signature: sig, Cosignatures: sigs,
	}
	file := p.Format()
	if !bytes.Contains(file, h.Checkpoint) {
		return nil, damaged(errors.New("the checkpoint is not that of the head"))
	}
	if _, err := receipt.Verify(file, o); err != nil {
		return nil, damaged(fmt.Errorf("entry %s: %w", e.ID, err))
	}
	return file, nil
}
