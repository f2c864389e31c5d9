// SPDX-License-Identifier: Apache-2.0

// Package argon2id computes Argon2id (RFC 9106, version 1.3) for passwords, on
// memory that it keeps.
//
// golang.org/x/crypto/argon2 takes its memory anew for each password and
// offers no other way (Go proposal 36634, open since 2020). With 46 MiB for one
// password, a third of a log-in was clearing that memory and collecting it.
// The rules of the loop are written here; the compression function and the
// hash, where assembly and mistakes would hide, stay the library's, reached by
// name. A test compares with the library's own result. See ADR 0017.
package argon2id

import (
	"encoding/binary"
	"sync"
	_ "unsafe" // for linkname

	_ "golang.org/x/crypto/argon2" // its functions are reached by name
	"golang.org/x/crypto/blake2b"
)

const (
	slices     = 4 // of one pass; RFC 9106, 3.2
	minBlocks  = 2 * slices
	kind       = 2 // Argon2id; 3.2, H_0
	blockWords = 1024 / 8
)

type block [blockWords]uint64

//go:linkname initHash golang.org/x/crypto/argon2.initHash
func initHash(password, salt, key, data []byte, time, memory, threads, keyLen uint32, mode int) [blake2b.Size + 8]byte

//go:linkname longHash golang.org/x/crypto/argon2.blake2bHash
func longHash(out, in []byte)

// compress sets out to G(a, b); RFC 9106, 3.5.
//
//go:linkname compress golang.org/x/crypto/argon2.processBlock
func compress(out, a, b *block)

// compressOnto adds G(a, b) to what out holds.
//
//go:linkname compressOnto golang.org/x/crypto/argon2.processBlockXOR
func compressOnto(out, a, b *block)

// kept has memory of computations that are over. The collector empties it when
// nobody has signed in for two of its rounds. What a computation leaves in it is
// no more than what it would leave on the heap.
var kept sync.Pool

func take(n uint32) *[]block {
	if b, ok := kept.Get().(*[]block); ok && uint32(cap(*b)) >= n {
		*b = (*b)[:n]
		return b
	}
	b := make([]block, n)
	return &b
}

// Key computes size bytes from a password and a salt: passes over memory KiB,
// in one lane. It panics if passes is 0.
func Key(password, salt []byte, passes, memory, size uint32) []byte {
	if passes == 0 {
		panic("argon2id: no passes")
	}
	n := max(memory/slices*slices, minBlocks)
	b := take(n)
	defer kept.Put(b)
	blocks := *b

	var buf [1024]byte
	seed := initHash(password, salt, nil, nil, passes, memory, 1, size, kind)
	for i := range uint32(2) { // RFC 9106, 3.2, steps 3 and 4
		binary.LittleEndian.PutUint32(seed[blake2b.Size:], i)
		longHash(buf[:], seed[:])
		for w := range blocks[i] {
			blocks[i][w] = binary.LittleEndian.Uint64(buf[8*w:])
		}
	}
	for pass := range passes {
		for slice := range uint32(slices) {
			fill(blocks, pass, slice, passes)
		}
	}
	for w, v := range blocks[n-1] {
		binary.LittleEndian.PutUint64(buf[8*w:], v)
	}
	key := make([]byte, size)
	longHash(key, buf[:])
	return key
}

// fill computes one slice of one pass. Which block is taken into the next one
// comes from the password only after the first half of the first pass: that is
// the id of Argon2id; RFC 9106, 3.4.1.3.
func fill(blocks []block, pass, slice, passes uint32) {
	n := uint32(len(blocks))
	length := n / slices
	blind := pass == 0 && slice < slices/2
	stream := addresses{in: block{uint64(pass), 0, uint64(slice), uint64(n), uint64(passes), kind}}

	first := uint32(0)
	if pass == 0 && slice == 0 {
		first = 2 // those are made from the password
		stream.next()
	}
	for i := first; i < length; i++ {
		at := slice*length + i
		last := (at + n - 1) % n
		choice := blocks[last][0]
		if blind {
			if i%blockWords == 0 {
				stream.next()
			}
			choice = stream.out[i%blockWords]
		}
		// RFC 9106, 3.4.2: in the first pass all that is done; later all but
		// the slice at work, and of that what is done; never the last block.
		begin, count := uint32(0), at-1
		if pass > 0 {
			begin, count = (slice+1)*length, n-length+i-1
		}
		x := choice & 0xffffffff
		back := uint64(count) * (x * x >> 32) >> 32
		from := (uint64(begin) + uint64(count) - 1 - back) % uint64(n)
		if pass == 0 {
			compress(&blocks[at], &blocks[last], &blocks[from])
		} else {
			compressOnto(&blocks[at], &blocks[last], &blocks[from])
		}
	}
}

// addresses makes the choices that do not depend on the password, a block of
// them at a time; RFC 9106, 3.4.1.2.
type addresses struct{ in, out block }

var zero block

func (a *addresses) next() {
	a.in[6]++
	compress(&a.out, &a.in, &zero)
	compress(&a.out, &a.out, &zero)
}
