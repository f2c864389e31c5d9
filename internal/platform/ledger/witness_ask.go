// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// What is read of a witness's answer, and how far its clock may be from ours.
const (
	witnessAnswer = 16 << 10
	witnessClock  = 5 * time.Minute
)

// newWitnessClient asks witnesses. It follows nobody elsewhere.
func newWitnessClient() *http.Client {
	return &http.Client{
		Timeout:       witnessPatience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ask submits the checkpoint of h to a witness that is believed to have signed
// the tree of size old. A witness that knows better says so (409), and is asked
// again from there.
func (l *Ledger) ask(ctx context.Context, w *watcher, h head, old int64) (sig receipt.Cosignature, state string, err error) {
	told := false
	for range 3 {
		if old > h.Size {
			return sig, WitnessAhead, fmt.Errorf("it has signed a tree of %d records, ours has %d: was the database restored to an older state?", old, h.Size)
		}
		body, err := l.submission(ctx, h, old)
		if err != nil {
			return sig, WitnessDown, err
		}
		status, answer, err := l.post(ctx, strings.TrimSuffix(w.URL, "/")+"/add-checkpoint", body)
		if err != nil {
			return sig, WitnessDown, err
		}
		switch status {
		case http.StatusOK:
			if sig, err = l.readCosignature(w, h, answer); err != nil {
				return sig, WitnessDown, err
			}
			return sig, WitnessSigned, nil
		case http.StatusConflict:
			size, err := strconv.ParseInt(strings.TrimSuffix(string(answer), "\n"), 10, 64)
			if err != nil || size < 0 {
				return sig, WitnessDown, errors.New("it answered a conflict without a size")
			}
			if size == old {
				return sig, WitnessRefused, errors.New("it has signed another tree of this size")
			}
			old = size
		case http.StatusUnprocessableEntity:
			return sig, WitnessRefused, errors.New("it holds that the tree does not begin with the one it has signed")
		case http.StatusNotFound:
			if !told && l.introduce(ctx, w, h.Origin) {
				told = true
				continue
			}
			return sig, WitnessUnknown, errors.New("it does not watch this log")
		case http.StatusForbidden:
			return sig, WitnessUnknown, errors.New("it does not watch this log by this key")
		default:
			return sig, WitnessDown, fmt.Errorf("it answered %d", status)
		}
	}
	return sig, WitnessDown, errors.New("it answered another size each time")
}

// submission is the body of add-checkpoint.
func (l *Ledger) submission(ctx context.Context, h head, old int64) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", old)
	if 0 < old && old < h.Size {
		tree := tlog.Tree{N: h.Size, Hash: tlog.Hash(h.Root)}
		proof, err := tlog.ProveTree(h.Size, old, tlog.TileHashReader(tree, newTiles(ctx, l.db, h.Origin)))
		if err != nil {
			return nil, err
		}
		for _, p := range proof {
			b.WriteString(p.String() + "\n")
		}
	}
	b.WriteString("\n")
	b.Write(h.Checkpoint)
	return b.Bytes(), nil
}

// introduce shows a witness the record with which the log before this one names
// it. It tells whether the witness watches it now; one that only knows C2SP has to
// be told by its operator.
func (l *Ledger) introduce(ctx context.Context, w *watcher, origin string) bool {
	list, err := l.chain(ctx)
	if err != nil {
		return false
	}
	for _, g := range list {
		if g.Next != origin || g.State != ShardSealed {
			continue
		}
		file, err := l.receiptAt(ctx, g.Origin, g.Size-1, receipt.EventClosed)
		if err != nil {
			return false // it waits for its own witnesses; the next round tries again
		}
		status, _, err := l.post(ctx, strings.TrimSuffix(w.URL, "/")+"/add-log", file)
		return err == nil && status == http.StatusNoContent
	}
	return false
}

func (l *Ledger) post(ctx context.Context, url string, body []byte) (status int, answer []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	resp, err := l.witnessClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, witnessAnswer))
	return resp.StatusCode, answer, err
}

// readCosignature takes the witness's own line out of its answer. Lines of
// other keys do not count.
func (l *Ledger) readCosignature(w *watcher, h head, answer []byte) (receipt.Cosignature, error) {
	body := []byte(checkpointText(h.Origin, h.Size, tlog.Hash(h.Root)))
	for line := range strings.SplitSeq(strings.TrimSuffix(string(answer), "\n"), "\n") {
		c, err := receipt.ParseCosignature(line)
		if err != nil || c.Name != w.key.Name || c.KeyHash != w.key.Hash {
			continue
		}
		if !w.key.Verify(body, c) {
			return c, errors.New("its signature is not valid")
		}
		if off := c.At().Sub(l.clock.Now()).Abs(); off > witnessClock {
			return c, fmt.Errorf("its clock is %s from ours", off.Round(time.Second))
		}
		return c, nil
	}
	return receipt.Cosignature{}, errors.New("it answered without its signature")
}
