// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
)

// file is a PDF file under construction: objects by number, from 1.
type file struct {
	objects [][]byte
	z       *zlib.Writer // one for all streams: making one costs more than most streams
}

// reserve takes the next number for an object that is set later.
func (f *file) reserve() int {
	f.objects = append(f.objects, nil)
	return len(f.objects)
}

func (f *file) set(n int, body string) { f.objects[n-1] = []byte(body) }

func (f *file) add(body string) int {
	n := f.reserve()
	f.set(n, body)
	return n
}

// stream adds compressed data; dict holds further entries of its dictionary.
func (f *file) stream(dict string, data []byte) (int, error) {
	var z bytes.Buffer
	if f.z == nil {
		f.z = zlib.NewWriter(&z)
	} else {
		f.z.Reset(&z)
	}
	if _, err := f.z.Write(data); err != nil {
		return 0, err
	}
	if err := f.z.Close(); err != nil {
		return 0, err
	}
	return f.plain(dict+"/Filter/FlateDecode", z.Bytes()), nil
}

// plain adds data as it is.
func (f *file) plain(dict string, data []byte) int {
	n := f.reserve()
	f.objects[n-1] = fmt.Appendf(nil, "<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
	return n
}

// bytes writes the file. Its identifier is drawn from what it holds.
func (f *file) bytes(root, info int) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(f.objects))
	for i, body := range f.objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	sum := sha256.Sum256(b.Bytes())
	id := literal(sum[:16])
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[%s%s]>>\nstartxref\n%d\n%%%%EOF\n",
		len(offsets)+1, root, info, id, id, start)
	return b.Bytes()
}
