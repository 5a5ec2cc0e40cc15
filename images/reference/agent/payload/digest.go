package payload

import (
	"crypto/sha256"
	"hash"
	"sync"
)

// digest hashes on a processor of its own, beside the download and the disk. What it was given must not
// change afterwards.
type digest struct {
	hash    hash.Hash
	chunks  chan []byte
	pending sync.WaitGroup
}

func newDigest() *digest {
	digest := &digest{hash: sha256.New(), chunks: make(chan []byte, 8)}
	go func() {
		for chunk := range digest.chunks {
			digest.hash.Write(chunk)
			digest.pending.Done()
		}
	}()
	return digest
}

func (digest *digest) add(chunk []byte) {
	digest.pending.Add(1)
	digest.chunks <- chunk
}

// sum is of all that was added so far; more may follow.
func (digest *digest) sum() []byte {
	digest.pending.Wait()
	return digest.hash.Sum(nil)
}

func (digest *digest) close() { close(digest.chunks) }
