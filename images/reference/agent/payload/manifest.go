// Package payload reads update payloads: "CrAU", version 1, a protobuf manifest, data, signatures.
// Source: flatcar/update_engine, update_metadata.proto.
package payload

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Kind of an operation: Replace data is written as it is, ReplaceBZ is compressed by bzip2.
type Kind uint64

const (
	Replace   Kind = 0
	ReplaceBZ Kind = 1
)

// Kernel is the procedure that brings the kernel.
const Kernel = 0

// Extent is a run of blocks of the target.
type Extent struct{ Start, Blocks uint64 }

// Operation is data that goes to blocks of the target.
type Operation struct {
	Kind           Kind
	Offset, Length uint64
	Targets        []Extent
}

// Info is what a target is in the end.
type Info struct {
	Size   uint64
	SHA256 []byte
}

// Procedure brings a file beside the partition.
type Procedure struct {
	Type       uint64
	Operations []Operation
	New        Info
}

// Manifest says what to do with the data that follows it.
type Manifest struct {
	Operations []Operation
	BlockSize  uint64
	// Nil when the payload is not signed.
	SignaturesOffset *uint64
	SignaturesSize   uint64
	New              Info
	Procedures       []Procedure
}

// fields calls a reader for each field of a message.
func fields(message []byte, read func(number protowire.Number, value uint64, bytes []byte) error) error {
	for len(message) > 0 {
		number, kind, length := protowire.ConsumeTag(message)
		if length < 0 {
			return protowire.ParseError(length)
		}
		message = message[length:]
		var value uint64
		var bytes []byte
		switch kind {
		case protowire.VarintType:
			value, length = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			bytes, length = protowire.ConsumeBytes(message)
		default:
			length = protowire.ConsumeFieldValue(number, kind, message)
		}
		if length < 0 {
			return protowire.ParseError(length)
		}
		if err := read(number, value, bytes); err != nil {
			return err
		}
		message = message[length:]
	}
	return nil
}

func parseManifest(message []byte) (*Manifest, error) {
	manifest := &Manifest{BlockSize: 4096}
	err := fields(message, func(number protowire.Number, value uint64, bytes []byte) (err error) {
		switch number {
		case 1:
			manifest.Operations, err = appendOperation(manifest.Operations, bytes)
		case 3:
			manifest.BlockSize = value
		case 4:
			manifest.SignaturesOffset = &value
		case 5:
			manifest.SignaturesSize = value
		case 8:
			err = errors.New("it is a delta, which this system does not apply")
		case 9:
			manifest.New, err = parseInfo(bytes)
		case 10:
			manifest.Procedures, err = appendProcedure(manifest.Procedures, bytes)
		}
		return err
	})
	if err == nil && manifest.BlockSize == 0 {
		err = errors.New("its blocks have no size")
	}
	return manifest, err
}

func appendOperation(list []Operation, message []byte) ([]Operation, error) {
	if len(list) == maxOperations {
		return list, fmt.Errorf("it has more than %d operations", maxOperations)
	}
	var operation Operation
	err := fields(message, func(number protowire.Number, value uint64, bytes []byte) (err error) {
		switch number {
		case 1:
			operation.Kind = Kind(value)
		case 2:
			operation.Offset = value
		case 3:
			operation.Length = value
		case 6:
			operation.Targets, err = appendExtent(operation.Targets, bytes)
		}
		return err
	})
	if err == nil && operation.Kind > ReplaceBZ {
		err = fmt.Errorf("an operation is of kind %d, which this system does not apply", operation.Kind)
	}
	return append(list, operation), err
}

func appendExtent(list []Extent, message []byte) ([]Extent, error) {
	if len(list) == maxExtents {
		return list, fmt.Errorf("an operation has more than %d extents", maxExtents)
	}
	var extent Extent
	err := fields(message, func(number protowire.Number, value uint64, _ []byte) error {
		switch number {
		case 1:
			extent.Start = value
		case 2:
			extent.Blocks = value
		}
		return nil
	})
	return append(list, extent), err
}

func parseInfo(message []byte) (info Info, err error) {
	err = fields(message, func(number protowire.Number, value uint64, bytes []byte) error {
		switch number {
		case 1:
			info.Size = value
		case 2:
			info.SHA256 = bytes
		}
		return nil
	})
	return info, err
}

func appendProcedure(list []Procedure, message []byte) ([]Procedure, error) {
	if len(list) == maxProcedures {
		return list, fmt.Errorf("it has more than %d procedures", maxProcedures)
	}
	// Without a type it is one that nobody knows.
	procedure := Procedure{Type: ^uint64(0)}
	err := fields(message, func(number protowire.Number, value uint64, bytes []byte) (err error) {
		switch number {
		case 1:
			procedure.Type = value
		case 2:
			procedure.Operations, err = appendOperation(procedure.Operations, bytes)
		case 4:
			procedure.New, err = parseInfo(bytes)
		}
		return err
	})
	return append(list, procedure), err
}

// parseSignatures returns the signature of the version that counts.
func parseSignatures(message []byte) ([]byte, error) {
	var found []byte
	err := fields(message, func(_ protowire.Number, _ uint64, entry []byte) error {
		var version uint64
		var data []byte
		err := fields(entry, func(number protowire.Number, value uint64, bytes []byte) error {
			switch number {
			case 1:
				version = value
			case 2:
				data = bytes
			}
			return nil
		})
		if version == signatureVersion {
			found = data
		}
		return err
	})
	return found, err
}
