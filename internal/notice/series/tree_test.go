// SPDX-License-Identifier: Apache-2.0

package series

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
)

// naive is the root by its definition, over any leaves.
func naive(leaves []Leaf, at, depth int) Hash {
	if len(leaves) == 0 {
		return Hash{}
	}
	if len(leaves) == 1 && at >= depth {
		b := append([]byte{0}, leaves[0].Tag[:]...)
		b = binary.BigEndian.AppendUint64(b, uint64(leaves[0].Count))
		return sha256.Sum256(append(b, leaves[0].Link[:]...))
	}
	var half [2][]Leaf
	for _, l := range leaves {
		b := l.Tag[at/8] >> (7 - at%8) & 1
		half[b] = append(half[b], l)
	}
	l, r := naive(half[0], at+1, depth), naive(half[1], at+1, depth)
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

// whole is the way of a tag through a tree of all leaves.
func whole(leaves []Leaf, tag Hash, depth int) way {
	var w way
	for at := range depth {
		left, right := split(leaves, at)
		if bit(tag, at) == 1 {
			left, right = right, left
		}
		w.siblings = append(w.siblings, subtree(right, at+1, depth))
		leaves = left
	}
	in := wayIn(leaves, tag, depth)
	return way{siblings: append(w.siblings, in.siblings...), end: in.end}
}

// Every leaf's way leads to the root, every absent tag's way shows that it is
// absent, and neither can be shown for the other.
func TestTree(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for n := range 40 {
		depth := 1 + rnd.IntN(6)
		var leaves []Leaf
		for i := range n {
			leaves = append(leaves, Leaf{Tag: sha256.Sum256(fmt.Append(nil, n, i)), Count: 1 + rnd.Int64N(5), Link: sha256.Sum256(fmt.Append(nil, i))})
		}
		sortLeaves(leaves)
		want := naive(leaves, 0, depth)
		if got := subtree(leaves, 0, depth); got != want {
			t.Fatalf("%d leaves: root %s, want %s", n, got, want)
		}
		for i, l := range leaves {
			w := whole(leaves, l.Tag, depth)
			w.end = nil
			if got, ok := w.root(l.Tag, depth, &l); !ok || got != want {
				t.Fatalf("leaf %d of %d: %s, %v", i, n, got, ok)
			}
			more := l
			more.Count++
			if got, ok := w.root(l.Tag, depth, &more); ok && got == want {
				t.Fatal("another count is shown")
			}
			if got, ok := w.root(l.Tag, depth, nil); ok && got == want {
				t.Fatal("a series that is there is shown to be absent")
			}
			w.end = &l
			if _, ok := w.root(l.Tag, depth, nil); ok {
				t.Fatal("its own leaf shows that a series is absent")
			}
			if n > 1 {
				other := leaves[(i+1)%n]
				w.end = &other
				if got, ok := w.root(l.Tag, depth, nil); ok && got == want {
					t.Fatal("another's leaf shows that a series is absent")
				}
			}
		}
		for i := range 20 {
			tag := Hash(sha256.Sum256(fmt.Append(nil, "absent", i)))
			w := whole(leaves, tag, depth)
			if got, ok := w.root(tag, depth, nil); !ok || got != want {
				t.Fatalf("absent tag in %d leaves: %s, %v", n, got, ok)
			}
			w.end = nil
			if got, ok := w.root(tag, depth, &Leaf{Tag: tag, Count: 1}); ok && got == want {
				t.Fatal("a series that is not there is shown")
			}
		}
	}
}
