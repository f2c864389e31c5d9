// SPDX-License-Identifier: Apache-2.0

package argon2id_test

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"testing"

	"golang.org/x/crypto/argon2"

	"github.com/tarazu/tarazu/internal/platform/argon2id"
)

// TestAsTheLibrary: whatever the parameters, and whatever the last one left in
// the memory that is kept.
func TestAsTheLibrary(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	bytesOf := func(most int) []byte {
		b := make([]byte, random.IntN(most+1))
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return b
	}
	memories := []uint32{0, 1, 7, 8, 9, 11, 12, 513, 1024, 47104}
	for range 60 {
		memories = append(memories, random.Uint32N(3000))
	}
	for _, memory := range memories {
		passes, size := 1+random.Uint32N(4), 4+random.Uint32N(140)
		password, salt := bytesOf(200), bytesOf(40)
		want := argon2.IDKey(password, salt, passes, memory, 1, size)
		if got := argon2id.Key(password, salt, passes, memory, size); !bytes.Equal(got, want) {
			t.Errorf("%d KiB, %d passes, %d bytes: %x, want %x", memory, passes, size, got, want)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for i := range uint32(16) {
		wg.Go(func() {
			password, memory := bytes.Repeat([]byte{byte(i)}, 12), 8+97*i
			want := argon2.IDKey(password, password, 1, memory, 1, 32)
			for range 20 {
				if got := argon2id.Key(password, password, 1, memory, 32); !bytes.Equal(got, want) {
					t.Errorf("%d KiB: %x, want %x", memory, got, want)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkKey(b *testing.B) {
	password, salt := []byte("correct horse battery"), []byte("0123456789abcdef")
	b.Run("kept", func(b *testing.B) {
		for b.Loop() {
			argon2id.Key(password, salt, 1, 47104, 32)
		}
	})
	b.Run("library", func(b *testing.B) {
		for b.Loop() {
			argon2.IDKey(password, salt, 1, 47104, 1, 32)
		}
	})
}
