// SPDX-License-Identifier: Apache-2.0

package series

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// The tree of a day has a leaf for each series that has a line, at the place
// that the bits of its tag give. What is empty has the hash of zeros. Down to
// the fixed depth every node on the way is there; below it, whatever holds one
// leaf is that leaf. So a proof shows nothing of others but hashes, and also
// proves that somebody has no series.

// Leaf is the state of one series.
type Leaf struct {
	Tag   Hash
	Count int64
	Link  Hash
}

// hash is that of the leaf in the tree; of no line it is that of nothing.
func (l Leaf) hash() Hash {
	b := append([]byte{0}, l.Tag[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(l.Count))
	return sha256.Sum256(append(b, l.Link[:]...))
}

// nodeOf is the hash of two halves. Two empty ones are empty.
func nodeOf(left, right Hash) Hash {
	if left == (Hash{}) && right == (Hash{}) {
		return Hash{}
	}
	b := append(make([]byte, 0, 1+2*len(left)), 1)
	return sha256.Sum256(append(append(b, left[:]...), right[:]...))
}

// bit is a bit of a tag, the first one at 0.
func bit(tag Hash, at int) int { return int(tag[at/8]>>(7-at%8)) & 1 }

// bucketOf is the first bits of a tag, as a number.
func bucketOf(tag Hash, depth int) int64 {
	return int64(binary.BigEndian.Uint64(tag[:8]) >> (64 - depth))
}

// maxDepth bounds the fixed depth: 2^30 buckets are more than people.
const maxDepth = 30

// subtree is the hash of the leaves below a place at a depth, which must be
// sorted by tag, all of them with the same bits before it.
func subtree(leaves []Leaf, at, depth int) Hash {
	switch {
	case len(leaves) == 0:
		return Hash{}
	case len(leaves) == 1 && at >= depth:
		return leaves[0].hash()
	}
	left, right := split(leaves, at)
	return nodeOf(subtree(left, at+1, depth), subtree(right, at+1, depth))
}

func split(leaves []Leaf, at int) (left, right []Leaf) {
	i, _ := slices.BinarySearchFunc(leaves, 1, func(l Leaf, want int) int { return bit(l.Tag, at) - want })
	return leaves[:i], leaves[i:]
}

func sortLeaves(leaves []Leaf) {
	slices.SortFunc(leaves, func(a, b Leaf) int { return bytes.Compare(a.Tag[:], b.Tag[:]) })
}

// way is how a tag is found from the root: the halves that it does not go to,
// the uppermost first, and the leaf at its end, if there is one.
type way struct {
	siblings []Hash
	end      *Leaf
}

// wayIn finds a tag among the leaves of its bucket, below the depth.
func wayIn(leaves []Leaf, tag Hash, depth int) (w way) {
	for at := depth; len(leaves) > 1; at++ {
		left, right := split(leaves, at)
		if bit(tag, at) == 1 {
			left, right = right, left
		}
		w.siblings = append(w.siblings, subtree(right, at+1, depth))
		leaves = left
	}
	if len(leaves) == 1 {
		w.end = &leaves[0]
	}
	return w
}

// root is the root that the way leads to, and whether the way shows what it is
// said to: that the tag's leaf is own, or, if own is nil, that it has none.
func (w way) root(tag Hash, depth int, own *Leaf) (Hash, bool) {
	n := len(w.siblings)
	if n < depth || n > 8*len(tag) || own != nil && w.end != nil {
		return Hash{}, false
	}
	end := own
	if own == nil {
		end = w.end
	}
	var h Hash
	if end != nil {
		h = end.hash()
		switch {
		case own != nil && own.Tag != tag, own == nil && end.Tag == tag:
			return Hash{}, false
		}
		for at := range n { // a leaf stands only where its tag leads
			if bit(end.Tag, at) != bit(tag, at) {
				return Hash{}, false
			}
		}
	}
	for at := n - 1; at >= 0; at-- {
		if bit(tag, at) == 0 {
			h = nodeOf(h, w.siblings[at])
		} else {
			h = nodeOf(w.siblings[at], h)
		}
	}
	return h, true
}
