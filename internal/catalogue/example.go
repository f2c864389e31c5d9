// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Example are the answers that the definition itself gives as a complete
// example: the demo files them, each time with other people.
func (d *Definition) Example() Answers { return Normal(d.example) }

// exampleFilers are those to whom a title is open, by how a fault names them.
func exampleFilers(d *Definition) map[string]Filer {
	out := map[string]Filer{"": {}}
	if slices.Contains(d.Filers, policy.Representative) {
		out[", for a legal person"] = Filer{Legal: true}
		out[", for a legal person through its representative"] = Filer{Legal: true, Agent: policy.Representative}
	}
	if slices.Contains(d.Filers, policy.Lawyer) && slices.Contains(d.Filers, policy.Citizen) {
		out[", through a lawyer"] = Filer{Agent: policy.Lawyer}
	}
	return out
}

// exampleFacts are invented facts for trying out a paper.
func exampleFacts(answers Answers, at civil.Day, f Filer) Facts {
	who := Party{FirstName: "نرگس", LastName: "آزمایشی", FatherName: "حسن", NationalCode: "0000000019", Birth: at.Add(-35 * 366)}
	facts := Facts{
		Answers: answers, Day: at, Side: "defendant",
		Court: Text{FA: "دادگاه نمونه", EN: "Sample court"}, Case: "140423920000100001",
	}
	if f.Legal {
		who = Party{Kind: Entity, EntityName: "شرکت نمونه", EntityID: "10000000009", Registration: "1234"}
	}
	if f.Agent != policy.Nobody {
		facts.Agent = Agent{Name: "مریم نمونه\u200cای", Title: Text{FA: "مدیرعامل شرکت نمونه", EN: "Managing director of Sample Company"}, Contract: "1234567890"}
	}
	facts.Plaintiff, facts.Presenter = who, who
	return facts
}
