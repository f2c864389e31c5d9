// SPDX-License-Identifier: Apache-2.0

package app

import (
	"strconv"

	"github.com/tarazu/tarazu/internal/gateway/professions"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// demoBars are the bar associations of the demo by province; lawyers of the other
// provinces are licensed by the Centre, for the whole country.
var demoBars = map[string]string{"tehran": "bar-tehran", "fars": "bar-fars", "isfahan": "bar-isfahan", "razavi-khorasan": "bar-khorasan"}

// demoLicensed is the first day of the licences.
var demoLicensed = civil.Day(15_000)

func lawyerPost(n int, province, cityFA, cityEN string) post {
	l := professions.Licence{
		Kind: professions.Lawyer, Issuer: "centre", Number: strconv.Itoa(n), Grade: professions.First, State: professions.Valid, From: demoLicensed, Until: demoLong,
	}
	if bar, has := demoBars[province]; has {
		l.Issuer = bar
	}
	return post{role: policy.Lawyer, titleFA: "وکیل دادگستری، " + cityFA, titleEN: "Lawyer, " + cityEN, licence: &l}
}

func expertPost(n int) post {
	return post{role: policy.Expert, titleFA: "کارشناس رسمی راه و ساختمان، تهران", titleEN: "Official expert, roads and buildings, Tehran", licence: &professions.Licence{
		Kind: professions.Expert, Issuer: "experts-tehran", Number: strconv.Itoa(n), State: professions.Valid, From: demoLicensed, Until: demoLong, Province: "tehran",
		Fields: []string{"راه و ساختمان"},
	}}
}
