// SPDX-License-Identifier: Apache-2.0

package authority

// The statements of this module. They name no other module's tables.
const (
	selectThresholds = `SELECT code, from_day, version, value, citation_fa, citation_en, note_fa, note_en, published_by, published_us
		FROM authority_threshold WHERE code = $1 ORDER BY from_day, version`
	selectThresholdVersion = `SELECT COALESCE(MAX(version), 0) FROM authority_threshold WHERE code = $1 AND from_day = $2`

	selectCounties   = `SELECT province, county, name_fa, name_en FROM authority_county ORDER BY province, county`
	selectCountiesOf = `SELECT province, county, name_fa, name_en FROM authority_county WHERE province = $1 ORDER BY name_fa`
	selectUnit       = `SELECT code, kind, province, county, name_fa, name_en FROM authority_unit WHERE code = $1`
	selectUnits      = `SELECT code, kind, province, county, name_fa, name_en FROM authority_unit
		WHERE ($1 = '' OR kind = $1) AND ($2 = '' OR province = $2) AND ($3 = '' OR county = $3) ORDER BY code`
	selectBranches = `SELECT unit, number, name_fa, name_en FROM authority_branch WHERE unit = $1 ORDER BY LENGTH(number), number`
	selectServing  = `SELECT u.code, u.kind, u.province, u.county, u.name_fa, u.name_en
		FROM authority_district d JOIN authority_unit u ON u.code = d.unit
		WHERE d.province = $1 AND d.county = $2 AND d.kind = $3 ORDER BY u.code`
	selectLoad = `SELECT hash FROM authority_load WHERE name = 'country'`

	upsertCounty = `INSERT INTO authority_county (province, county, name_fa, name_en) VALUES ($1, $2, $3, $4)
		ON CONFLICT (province, county) DO UPDATE SET name_fa = excluded.name_fa, name_en = excluded.name_en`
	upsertUnit = `INSERT INTO authority_unit (code, kind, province, county, name_fa, name_en) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, province = excluded.province, county = excluded.county,
		name_fa = excluded.name_fa, name_en = excluded.name_en`
	upsertBranch = `INSERT INTO authority_branch (unit, number, name_fa, name_en) VALUES ($1, $2, $3, $4)
		ON CONFLICT (unit, number) DO UPDATE SET name_fa = excluded.name_fa, name_en = excluded.name_en`
	deleteDistricts = `DELETE FROM authority_district WHERE unit = $1`
	insertDistrict  = `INSERT INTO authority_district (province, county, kind, unit) VALUES ($1, $2, $3, $4)
		ON CONFLICT (province, county, kind, unit) DO NOTHING`
	upsertLoad = `INSERT INTO authority_load (name, hash, loaded_by, loaded_us) VALUES ('country', $1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, loaded_by = excluded.loaded_by, loaded_us = excluded.loaded_us`
)
