// Package aligned writes and reads without the page cache, which costs more than the disk itself when
// hundreds of megabytes go by once.
package aligned

import (
	"io"
	"os"
	"syscall"
	"unsafe"
)

// Block is what direct transfers are made of.
const Block = 4096

// Make returns a buffer that direct transfers take.
func Make(length int) []byte {
	buffer := make([]byte, length+Block)
	offset := 0
	if rest := uintptr(unsafe.Pointer(&buffer[0])) % Block; rest != 0 {
		offset = int(Block - rest)
	}
	return buffer[offset : offset+length : offset+length]
}

// File writes directly what is aligned, and the rest as any file does.
type File struct {
	*os.File
	direct *os.File
}

// OpenForWriting opens what exists already.
func OpenForWriting(path string) (*File, error) {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	direct, err := os.OpenFile(path, os.O_WRONLY|syscall.O_DIRECT, 0)
	if err != nil {
		file.Close()
		return nil, err
	}
	return &File{file, direct}, nil
}

// WriteAt implements io.WriterAt.
func (file *File) WriteAt(data []byte, offset int64) (int, error) {
	if fits(data, offset) {
		return file.direct.WriteAt(data, offset)
	}
	return file.File.WriteAt(data, offset)
}

func fits(data []byte, offset int64) bool {
	if len(data) == 0 || len(data)%Block != 0 || offset%Block != 0 {
		return false
	}
	return uintptr(unsafe.Pointer(&data[0]))%Block == 0
}

// Close closes both.
func (file *File) Close() error {
	file.direct.Close()
	return file.File.Close()
}

// Copy hands the first size bytes of a block device or a file on, as its disk has them and not memory.
func Copy(to io.Writer, path string, size int64) (done int64, err error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECT, 0)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	buffer := Make(1 << 20)
	for done < size {
		count, err := file.Read(buffer)
		if err == io.EOF {
			break
		}
		if err != nil {
			return done, err
		}
		count = int(min(int64(count), size-done))
		if _, err := to.Write(buffer[:count]); err != nil {
			return done, err
		}
		done += int64(count)
	}
	return done, nil
}
