// SPDX-License-Identifier: Apache-2.0

package proofing

// takeTurn notes a question about a person, unless the last one is too new.
const takeTurn = `INSERT INTO proofing_ask (person, asked_us) VALUES ($1, $2)
	ON CONFLICT (person) DO UPDATE SET asked_us = excluded.asked_us WHERE proofing_ask.asked_us <= CAST($3 AS BIGINT)`
