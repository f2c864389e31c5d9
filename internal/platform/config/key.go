// SPDX-License-Identifier: Apache-2.0

package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// keySize is the length of a made key: that of SHA-256, for HMAC (RFC 2104
// section 3).
const keySize = 32

// LoadOrCreateKey reads a secret key in hexadecimal from a file, or makes one
// there that only its owner may read. Several processes that start at once end
// up with the same key. A file that others may read is refused.
func LoadOrCreateKey(path string) (key []byte, err error) {
	defer errs.Wrap(&err, "config.LoadOrCreateKey")
	key, err = readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	// A whole file appears under its name at once, and never over another.
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*") // 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name())
	_, werr := tmp.WriteString(hex.EncodeToString(id.Bytes(keySize)) + "\n")
	if err := errors.Join(werr, tmp.Sync(), tmp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return readKey(path)
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: others may read this key; change its mode to 0600", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(data)))
	if err != nil || len(key) < keySize {
		return nil, fmt.Errorf("%s: not a key of at least %d bytes in hexadecimal", path, keySize)
	}
	return key, nil
}
