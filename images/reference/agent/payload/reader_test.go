package payload

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"agent/omaha"

	"google.golang.org/protobuf/encoding/protowire"
)

// 512 times the word, in one block; its compressed form is what bzip2 -9 makes of it.
const (
	word       = "harbour\n"
	compressed = "QlpoOTFBWSZTWUdnuHYAA//BgAAQMECSACAAUIYAKoA0AYAJAFADABwA0AcAPF3JFOFCQR2e4dg="
)

// parts of a payload, which a test makes wrong.
type parts struct {
	operations [][]byte
	data       []byte
	// Added to where the signatures are said to be.
	shift uint64
}

func field(message []byte, number protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(message, number, protowire.VarintType), value)
}

func nested(message []byte, number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(message, number, protowire.BytesType), value)
}

func operation(kind Kind, offset, length, block uint64) []byte {
	message := field(field(field(nil, 1, uint64(kind)), 2, offset), 3, length)
	return nested(message, 6, field(field(nil, 1, block), 2, 1))
}

func signatureOf(data []byte) []byte {
	return nested(nil, 1, nested(field(nil, 1, signatureVersion), 2, data))
}

func (parts parts) build(t *testing.T, key *rsa.PrivateKey) []byte {
	t.Helper()
	size := uint64(len(signatureOf(make([]byte, key.Size()))))
	manifest := field(field(nil, 4, uint64(len(parts.data))+parts.shift), 5, size)
	for _, operation := range parts.operations {
		manifest = nested(manifest, 1, operation)
	}
	whole := binary.BigEndian.AppendUint64([]byte(magic), 1)
	whole = binary.BigEndian.AppendUint64(whole, uint64(len(manifest)))
	whole = append(append(whole, manifest...), parts.data...)
	digest := sha256.Sum256(whole)
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return append(whole, signatureOf(signature)...)
}

func newKey(t *testing.T) (*rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: text})
	if err := os.WriteFile(path, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return key, path
}

// disk is a target in memory.
type disk struct{ contents []byte }

func (disk *disk) WriteAt(data []byte, offset int64) (int, error) {
	if int(offset)+len(data) > len(disk.contents) {
		return 0, errors.New("no space left")
	}
	return copy(disk.contents[offset:], data), nil
}

func (disk *disk) Open(*Manifest) (Target, Target, error) { return disk, disk, nil }

func applied(payload []byte, keyFile string) ([]byte, error) {
	disk := &disk{make([]byte, 2*4096)}
	digest := sha256.Sum256(payload)
	expected := Expected{uint64(len(payload)), digest[:]}
	err := NewReader(bytes.NewReader(payload)).Apply(disk, expected, keyFile)
	return disk.contents, err
}

func good(t *testing.T) parts {
	t.Helper()
	packed, err := base64.StdEncoding.DecodeString(compressed)
	if err != nil {
		t.Fatal(err)
	}
	plain := []byte(strings.Repeat("keeper!\n", 512))
	size := uint64(len(packed))
	return parts{
		operations: [][]byte{operation(ReplaceBZ, 0, size, 1), operation(Replace, size, 4096, 0)},
		data:       append(packed, plain...),
	}
}

func TestOperationsAreApplied(t *testing.T) {
	key, keyFile := newKey(t)
	contents, err := applied(good(t).build(t, key), keyFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(contents) != strings.Repeat("keeper!\n", 512)+strings.Repeat(word, 512) {
		t.Error("the target does not have what the operations bring")
	}
}

func TestRefused(t *testing.T) {
	key, keyFile := newKey(t)
	other, _ := newKey(t)
	whole := good(t).build(t, key)
	size := uint64(len(good(t).data)) - 4096
	with := func(change func(*parts)) []byte {
		parts := good(t)
		change(&parts)
		return parts.build(t, key)
	}
	at := func(index int, operation []byte) []byte {
		return with(func(parts *parts) { parts.operations[index] = operation })
	}
	for name, refused := range map[string]struct {
		payload []byte
		code    omaha.Code
	}{
		"another format":      {append([]byte("CrAP"), whole[4:]...), omaha.MagicWrong},
		"short":               {whole[:len(whole)-2000], omaha.SizeMismatch},
		"foreign key":         {good(t).build(t, other), omaha.SignatureNotVerified},
		"no bzip2":            {with(func(parts *parts) { parts.data[20] ^= 1 }), omaha.OperationNotExecuted},
		"out of order":        {at(0, operation(ReplaceBZ, 1, size, 1)), omaha.OperationNotExecuted},
		"beyond the target":   {at(1, operation(Replace, size, 4096, 2)), omaha.OperationNotExecuted},
		"too large at once":   {at(1, operation(Replace, size, maxOperation+1, 0)), omaha.OperationNotExecuted},
		"unknown operation":   {at(1, operation(3, size, 4096, 0)), omaha.ManifestUnreadable},
		"signatures anywhere": {with(func(parts *parts) { parts.shift = 1 }), omaha.OperationNotExecuted},
		"too many operations": {with(func(parts *parts) {
			parts.operations = make([][]byte, maxOperations+1)
		}), omaha.ManifestUnreadable},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := applied(refused.payload, keyFile)
			var failure *omaha.Failure
			if !errors.As(err, &failure) || failure.Code != refused.code {
				t.Errorf("%v, expected code %d", err, refused.code)
			}
		})
	}
}

func TestTrailingDataOfBzip2HasNoPlace(t *testing.T) {
	packed, _ := base64.StdEncoding.DecodeString(compressed)
	half := Operation{Kind: ReplaceBZ, Targets: []Extent{{0, 1}}}
	err := apply(&disk{make([]byte, 4096)}, packed, half, 2048)
	if err == nil || !strings.Contains(err.Error(), "have no place") {
		t.Errorf("%v, expected bytes that have no place", err)
	}
}
