package payload

import (
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"agent/aligned"
	"agent/omaha"
)

// Bounds hold what an unsigned manifest may cost, before anybody knows whose it is: operations of real
// payloads are of one MiB and have one extent.
const (
	magic            = "CrAU"
	headerSize       = 20
	signatureVersion = 2
	maxManifest      = 8 << 20
	maxOperations    = 1 << 16
	maxExtents       = 1 << 12
	maxProcedures    = 16
	maxSignatures    = 64 << 10
	maxOperation     = 8 << 20
	// What may follow the signatures; more of it is cut off, and then the size is wrong.
	maxRest = 1 << 20
)

// Target takes what the operations write.
type Target interface {
	io.WriterAt
}

// Targets of a payload. Open is asked once the manifest is known, before anything is written.
type Targets interface {
	Open(manifest *Manifest) (partition, kernel Target, err error)
}

// Reader applies a payload that comes as a stream, and knows in the end whether it was the right one.
type Reader struct {
	whole *digest
	size  uint64
	// Data of operations so far: offsets in a manifest count from its end.
	data   uint64
	source io.Reader
}

// NewReader reads from a stream.
func NewReader(source io.Reader) *Reader {
	return &Reader{whole: newDigest(), source: source}
}

// Expected is what the server announced.
type Expected struct {
	Size   uint64
	SHA256 []byte
}

// Apply writes all operations to their targets, then checks size, digest and signature. What is written
// must not be used unless it returns nil.
func (reader *Reader) Apply(targets Targets, expected Expected, keyFile string) error {
	defer reader.whole.close()
	manifest, err := reader.readManifest()
	if err != nil {
		return err
	}
	partition, kernel, err := targets.Open(manifest)
	if err != nil {
		return err
	}
	if err := reader.run(manifest.Operations, manifest.BlockSize, partition); err != nil {
		return err
	}
	for _, procedure := range manifest.Procedures {
		target := Target(discard{})
		if procedure.Type == Kernel {
			target = kernel
		}
		if err := reader.run(procedure.Operations, manifest.BlockSize, target); err != nil {
			return err
		}
	}
	if offset := manifest.SignaturesOffset; offset != nil && *offset != reader.data {
		return fail(omaha.OperationNotExecuted, "the signatures are at %d, expected at %d", *offset, reader.data)
	}
	signed := reader.whole.sum()
	signatures, err := reader.take(min(manifest.SignaturesSize, maxSignatures))
	if err != nil {
		return err
	}
	if err := reader.finish(expected); err != nil {
		return err
	}
	return verify(signed, signatures, keyFile)
}

func (reader *Reader) readManifest() (*Manifest, error) {
	header, err := reader.take(headerSize)
	if err != nil {
		return nil, err
	}
	version := binary.BigEndian.Uint64(header[4:12])
	if string(header[:4]) != magic || version != 1 {
		return nil, omaha.Fail(omaha.MagicWrong, errors.New("the payload is not one of version 1"))
	}
	length := binary.BigEndian.Uint64(header[12:])
	if length > maxManifest {
		return nil, omaha.Fail(omaha.ManifestUnreadable, fmt.Errorf("a manifest of %d bytes", length))
	}
	message, err := reader.take(length)
	if err != nil {
		return nil, err
	}
	manifest, err := parseManifest(message)
	if err != nil {
		return nil, omaha.Fail(omaha.ManifestUnreadable, fmt.Errorf("the manifest: %w", err))
	}
	return manifest, nil
}

func (reader *Reader) run(operations []Operation, blockSize uint64, target Target) error {
	for index, operation := range operations {
		if operation.Length > maxOperation {
			return fail(omaha.OperationNotExecuted, "operation %d has %d bytes", index, operation.Length)
		}
		if operation.Length > 0 && operation.Offset != reader.data {
			return fail(omaha.OperationNotExecuted, "operation %d is of data at %d, expected at %d",
				index, operation.Offset, reader.data)
		}
		data, err := reader.take(operation.Length)
		if err != nil {
			return err
		}
		reader.data += operation.Length
		if err := apply(target, data, operation, blockSize); err != nil {
			return fail(omaha.OperationNotExecuted, "operation %d: %w", index, err)
		}
	}
	return nil
}

func apply(target Target, data []byte, operation Operation, blockSize uint64) (err error) {
	if operation.Kind == ReplaceBZ {
		if data, err = decompress(data, operation, blockSize); err != nil {
			return err
		}
	}
	return write(target, data, operation.Targets, blockSize)
}

// decompress reads one byte more than has a place, so that this is noticed.
func decompress(data []byte, operation Operation, blockSize uint64) ([]byte, error) {
	var room uint64
	for _, extent := range operation.Targets {
		room += extent.Blocks * blockSize
	}
	if room > maxOperation {
		return nil, fmt.Errorf("it would write %d bytes", room)
	}
	return io.ReadAll(io.LimitReader(bzip2.NewReader(bytes.NewReader(data)), int64(room)+1))
}

func write(target Target, data []byte, extents []Extent, blockSize uint64) error {
	for _, extent := range extents {
		length := min(extent.Blocks*blockSize, uint64(len(data)))
		if _, err := target.WriteAt(data[:length], int64(extent.Start*blockSize)); err != nil {
			return err
		}
		data = data[length:]
	}
	if len(data) > 0 {
		return fmt.Errorf("%d bytes have no place", len(data))
	}
	return nil
}

// take reads exactly so many bytes; the stream's own failures keep their code.
func (reader *Reader) take(length uint64) ([]byte, error) {
	data := aligned.Make(int(length))
	count, err := io.ReadFull(reader.source, data)
	reader.size += uint64(count)
	reader.whole.add(data[:count])
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, fail(omaha.SizeMismatch, "the payload ends after %d bytes", reader.size)
	}
	return data, err
}

func (reader *Reader) finish(expected Expected) error {
	rest, err := io.ReadAll(io.LimitReader(reader.source, maxRest))
	if err != nil {
		return err
	}
	reader.whole.add(rest)
	reader.size += uint64(len(rest))
	if reader.size != expected.Size {
		return fail(omaha.SizeMismatch, "the payload has %d bytes, announced were %d", reader.size, expected.Size)
	}
	if found := reader.whole.sum(); !bytes.Equal(found, expected.SHA256) {
		return fail(omaha.HashMismatch, "the payload's SHA-256 is %x, announced was %x", found, expected.SHA256)
	}
	return nil
}

type discard struct{}

func (discard) WriteAt(data []byte, _ int64) (int, error) { return len(data), nil }

func fail(code omaha.Code, format string, values ...any) error {
	return omaha.Fail(code, fmt.Errorf(format, values...))
}
