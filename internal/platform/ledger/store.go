// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"github.com/tarazu/tarazu/internal/platform/store"
)

// newEntry is a row of ledger_entry as StageTx writes it.
type newEntry struct {
	Owner    string     `db:"owner"`
	ID       string     `db:"id"`
	Origin   string     `db:"origin"`
	Record   []byte     `db:"record"`
	Content  []byte     `db:"content"` // empty: none
	LeafHash []byte     `db:"leaf_hash"`
	Staged   store.Time `db:"staged_us"`
}

// entry is a row of ledger_entry with its place, nil while it has none.
type entry struct {
	newEntry
	Index *int64 `db:"idx"`
}

// pending is what Sequence needs of an entry.
type pending struct {
	Owner    string `db:"owner"`
	ID       string `db:"id"`
	LeafHash []byte `db:"leaf_hash"`
}

// head is a row of ledger_head.
type head struct {
	Origin     string `db:"origin"`
	VKey       string `db:"vkey"`
	Size       int64  `db:"size"`
	Root       []byte `db:"root"`
	Checkpoint []byte `db:"checkpoint"` // signed note; empty while size is 0
}

// tileRow is a row of ledger_tile.
type tileRow struct {
	Origin string `db:"origin"`
	Level  int64  `db:"level"`
	N      int64  `db:"n"`
	Width  int64  `db:"width"`
	Hashes []byte `db:"hashes"`
}

// checkpointRow is a row of ledger_checkpoint.
type checkpointRow struct {
	Origin string     `db:"origin"`
	Size   int64      `db:"size"`
	Note   []byte     `db:"note"`
	At     store.Time `db:"at_us"`
}

// cosignatureRow is a row of ledger_cosignature.
type cosignatureRow struct {
	Origin  string     `db:"origin"`
	Size    int64      `db:"size"`
	Witness string     `db:"witness"`
	VKey    string     `db:"vkey"`
	Line    string     `db:"line"` // without its newline
	At      store.Time `db:"at_us"`
}

// witnessRow is a row of ledger_witness.
type witnessRow struct {
	VKey   string     `db:"vkey"`
	State  string     `db:"state"`
	Size   int64      `db:"size"`
	Signed store.Time `db:"signed_us"`
	Asked  store.Time `db:"asked_us"`
}

const (
	sqlEntry             = `SELECT owner, id, origin, record, content, leaf_hash, staged_us, idx FROM ledger_entry WHERE owner = $1 AND id = $2`
	sqlPending           = `SELECT owner, id, leaf_hash FROM ledger_entry WHERE origin = $1 AND idx IS NULL ORDER BY staged_us, id LIMIT $2`
	sqlPlaced            = `SELECT owner, id, origin, record, content, leaf_hash, staged_us, idx FROM ledger_entry WHERE origin = $1 AND idx IS NOT NULL AND (idx, owner, id) > ($2, $3, $4) ORDER BY idx, owner, id LIMIT $5`
	sqlUnplaced          = `SELECT owner, id, origin, record, content, leaf_hash, staged_us, idx FROM ledger_entry WHERE origin = $1 AND idx IS NULL AND (staged_us, id) > ($2, $3) ORDER BY staged_us, id LIMIT $4`
	sqlPaper             = `SELECT hash, id, owner FROM ledger_paper WHERE hash = $1 ORDER BY id LIMIT 1`
	sqlPaperThere        = `SELECT count(*) FROM ledger_paper WHERE hash = $1 AND id = $2 AND owner = $3`
	sqlKeys              = `SELECT vkey FROM ledger_head WHERE origin <> $1 ORDER BY origin`
	sqlHead              = `SELECT origin, vkey, size, root, checkpoint FROM ledger_head WHERE origin = $1`
	sqlHeadNew           = `INSERT INTO ledger_head (origin, vkey, size, root, checkpoint) VALUES ($1, $2, 0, $3, $4) ON CONFLICT (origin) DO NOTHING`
	sqlHeadMove          = `UPDATE ledger_head SET size = $1, root = $2, checkpoint = $3 WHERE origin = $4 AND size = $5 AND root = $6 AND next = ''`
	sqlHeadEnd           = `UPDATE ledger_head SET next = $1, state = $2, ended_us = $3 WHERE origin = $4 AND size = $5 AND root = $6 AND next = ''`
	sqlStray             = `SELECT owner, id, origin, record FROM ledger_entry WHERE origin = ANY($1) AND idx IS NULL ORDER BY staged_us, id LIMIT $2`
	sqlStrayMove         = `UPDATE ledger_entry SET origin = $1, record = $2, leaf_hash = $3 WHERE owner = $4 AND id = $5 AND origin = $6 AND idx IS NULL`
	sqlPlaces            = `SELECT count(*) FROM ledger_entry WHERE origin = $1 AND idx IS NOT NULL`
	sqlAtPlace           = `SELECT owner, id, origin, record, content, leaf_hash, staged_us, idx FROM ledger_entry WHERE origin = $1 AND idx = $2`
	sqlTile              = `SELECT origin, level, n, width, hashes FROM ledger_tile WHERE origin = $1 AND level = $2 AND n = $3`
	sqlTilePut           = `INSERT INTO ledger_tile (origin, level, n, width, hashes) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (origin, level, n) DO UPDATE SET width = excluded.width, hashes = excluded.hashes WHERE ledger_tile.width < excluded.width`
	sqlCheckpoints       = `SELECT origin, size, note, at_us FROM ledger_checkpoint WHERE origin = $1 AND size > $2 ORDER BY size LIMIT $3`
	sqlCheckpoint        = `SELECT origin, size, note, at_us FROM ledger_checkpoint WHERE origin = $1 AND size = $2`
	sqlStampPut          = `INSERT INTO ledger_stamp (origin, size, token, root, authority, at_us) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (origin, size) DO NOTHING`
	sqlStamp             = `SELECT origin, size, token, root, authority, at_us FROM ledger_stamp WHERE origin = $1 AND size = $2`
	sqlStamps            = `SELECT origin, size, token, root, authority, at_us FROM ledger_stamp WHERE origin = $1 ORDER BY size`
	sqlLastStamp         = `SELECT origin, size, token, root, authority, at_us FROM ledger_stamp WHERE origin = $1 ORDER BY size DESC LIMIT 1`
	sqlStampedFor        = `SELECT c.origin, c.size, c.note, c.at_us FROM ledger_stamp s JOIN ledger_checkpoint c ON c.origin = s.origin AND c.size = s.size WHERE s.origin = $1 AND s.size > $2 AND (SELECT count(*) FROM ledger_cosignature k WHERE k.origin = s.origin AND k.size = s.size) >= $3 ORDER BY s.size LIMIT 1`
	sqlLease             = `INSERT INTO ledger_lease (origin, holder, until_us) VALUES ($1, $2, $3) ON CONFLICT (origin) DO UPDATE SET holder = excluded.holder, until_us = excluded.until_us WHERE ledger_lease.holder = excluded.holder OR ledger_lease.until_us <= $4`
	sqlHealth            = `SELECT (SELECT count(*) FROM ledger_entry WHERE origin = ANY($2) AND idx IS NULL) AS pending, (SELECT coalesce(min(staged_us), 0) FROM ledger_entry WHERE origin = ANY($2) AND idx IS NULL) AS oldest_us, (SELECT coalesce(max(until_us), 0) FROM ledger_lease WHERE origin = $3) AS until_us, (SELECT coalesce(max(at_us), 0) FROM ledger_checkpoint WHERE origin = $1 AND size = (SELECT size FROM ledger_head WHERE origin = $1)) AS signed_us`
	sqlLastAudits        = `SELECT origin, at_us, took_us, size, findings, first_found FROM ledger_audit a WHERE at_us = (SELECT max(b.at_us) FROM ledger_audit b WHERE b.origin = a.origin) ORDER BY origin`
	sqlAuditPut          = `INSERT INTO ledger_audit (origin, at_us, took_us, size, findings, first_found) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (origin, at_us) DO NOTHING`
	sqlCosignaturePut    = `INSERT INTO ledger_cosignature (origin, size, witness, vkey, line, at_us) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (origin, size, witness) DO NOTHING`
	sqlCosignatures      = `SELECT origin, size, witness, vkey, line, at_us FROM ledger_cosignature WHERE origin = $1 AND size = $2`
	sqlCosignaturesAfter = `SELECT origin, size, witness, vkey, line, at_us FROM ledger_cosignature WHERE origin = $1 AND (size, witness) > ($2, $3) ORDER BY size, witness LIMIT $4`
	sqlCosignedFor       = `SELECT c.origin, c.size, c.note, c.at_us FROM ledger_checkpoint c WHERE c.origin = $1 AND c.size = (SELECT k.size FROM ledger_cosignature k WHERE k.origin = $1 AND k.size > $2 GROUP BY k.size HAVING count(*) >= $3 ORDER BY k.size LIMIT 1)`
	sqlCosignedLast      = `SELECT c.origin, c.size, c.note, c.at_us FROM ledger_checkpoint c WHERE c.origin = $1 AND c.size = (SELECT k.size FROM ledger_cosignature k WHERE k.origin = $1 GROUP BY k.size HAVING count(*) >= $2 ORDER BY k.size DESC LIMIT 1)`
	sqlWitness           = `SELECT vkey, state, size, signed_us, asked_us FROM ledger_witness WHERE origin = $1 AND witness = $2`
	sqlWitnessed         = `SELECT size FROM ledger_cosignature WHERE origin = $1 LIMIT 1`
	sqlWitnessPut        = `INSERT INTO ledger_witness (origin, witness, vkey, state, size, signed_us, asked_us) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (origin, witness) DO UPDATE SET vkey = excluded.vkey, state = excluded.state, size = excluded.size, signed_us = excluded.signed_us, asked_us = excluded.asked_us`
	sqlWitnessAsked      = `INSERT INTO ledger_witness (origin, witness, vkey, state, size, signed_us, asked_us) VALUES ($1, $2, $3, $4, 0, 0, $5) ON CONFLICT (origin, witness) DO UPDATE SET size = CASE WHEN ledger_witness.vkey = excluded.vkey THEN ledger_witness.size ELSE 0 END, signed_us = CASE WHEN ledger_witness.vkey = excluded.vkey THEN ledger_witness.signed_us ELSE 0 END, vkey = excluded.vkey, state = excluded.state, asked_us = excluded.asked_us`
	sqlLeaseEnd          = `UPDATE ledger_lease SET until_us = 0 WHERE origin = $1 AND holder = $2`
)

// sqlPlace gives an entry its place.
const sqlPlace = `UPDATE ledger_entry SET idx = $3 WHERE owner = $1 AND id = $2 AND idx IS NULL`
