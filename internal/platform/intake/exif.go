// SPDX-License-Identifier: Apache-2.0

package intake

import "encoding/binary"

// orientation reads from a JPEG how it must be turned to stand upright: 1 to 8
// as EXIF 2.32 has it, 1 if it does not say.
func orientation(b []byte) int {
	for at := 2; at+4 <= len(b) && b[at] == 0xff; {
		marker, size := b[at+1], int(binary.BigEndian.Uint16(b[at+2:]))
		if marker == 0xda || size < 2 || at+2+size > len(b) { // the picture itself begins
			return 1
		}
		if seg := b[at+4 : at+2+size]; marker == 0xe1 && len(seg) > 6 && string(seg[:6]) == "Exif\x00\x00" {
			return tiffOrientation(seg[6:])
		}
		at += 2 + size
	}
	return 1
}

// tiffOrientation looks for tag 0x0112 in the first directory.
func tiffOrientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(b[:2]) == "II" {
		order = binary.LittleEndian
	}
	first := uint64(order.Uint32(b[4:]))
	if first+2 > uint64(len(b)) {
		return 1
	}
	dir := b[first:]
	n := int(order.Uint16(dir))
	for i := 0; i < n && 2+12*(i+1) <= len(dir); i++ {
		if e := dir[2+12*i:]; order.Uint16(e) == 0x0112 {
			if o := int(order.Uint16(e[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
	}
	return 1
}
