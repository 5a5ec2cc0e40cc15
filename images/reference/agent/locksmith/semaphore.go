package locksmith

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// lockKey is where the machines of a cluster agree on who reboots.
const lockKey = "coreos.com/updateengine/rebootlock/semaphore"

// semaphore is the lock as it is stored.
type semaphore struct {
	Free    int      `json:"semaphore"`
	Max     int      `json:"max"`
	Holders []string `json:"holders"`
}

var (
	errTaken  = errors.New("all locks are taken")
	errRaced  = errors.New("another machine changed the lock at the same time")
	errHolder = errors.New("the machine does not hold the lock")
)

func (lock *semaphore) acquire(holder string) error {
	if slices.Contains(lock.Holders, holder) {
		return nil
	}
	if lock.Free < 1 {
		return errTaken
	}
	lock.Free--
	lock.Holders = append(lock.Holders, holder)
	return nil
}

func (lock *semaphore) release(holder string) error {
	index := slices.Index(lock.Holders, holder)
	if index < 0 {
		return errHolder
	}
	lock.Holders = slices.Delete(lock.Holders, index, index+1)
	lock.Free++
	return nil
}

func (lock *semaphore) resize(most int) error {
	if most < 1 {
		return errors.New("at least one machine must be able to hold the lock")
	}
	lock.Free += most - lock.Max
	lock.Max = most
	return nil
}

// store is etcd by the JSON gateway of its version 3.
type store struct {
	endpoints []string
	client    http.Client
}

func newStore(endpoints []string) store {
	return store{endpoints, http.Client{Timeout: 10 * time.Second}}
}

type keyValue struct {
	Value       string `json:"value"`
	ModRevision string `json:"mod_revision"`
}

// change edits the lock unless somebody else does at the same time, and returns what it is then.
func (store store) change(edit func(*semaphore) error) (semaphore, error) {
	for {
		lock, revision, err := store.read()
		if err != nil {
			return lock, err
		}
		if err := edit(&lock); err != nil {
			return lock, err
		}
		if err = store.write(lock, revision); err != errRaced {
			return lock, err
		}
	}
}

func (store store) read() (semaphore, string, error) {
	lock := semaphore{Free: 1, Max: 1, Holders: []string{}}
	var answer struct {
		KVs []keyValue `json:"kvs"`
	}
	if err := store.call("/v3/kv/range", map[string]any{"key": encode(lockKey)}, &answer); err != nil {
		return lock, "", err
	}
	if len(answer.KVs) == 0 {
		return lock, "0", nil
	}
	text, err := base64.StdEncoding.DecodeString(answer.KVs[0].Value)
	if err == nil {
		err = json.Unmarshal(text, &lock)
	}
	return lock, answer.KVs[0].ModRevision, err
}

func (store store) write(lock semaphore, revision string) error {
	text, err := json.Marshal(lock)
	if err != nil {
		return err
	}
	unchanged := map[string]any{"key": encode(lockKey), "target": "MOD", "result": "EQUAL", "mod_revision": revision}
	put := map[string]any{"request_put": map[string]any{"key": encode(lockKey), "value": encode(string(text))}}
	var answer struct {
		Succeeded bool `json:"succeeded"`
	}
	request := map[string]any{"compare": []any{unchanged}, "success": []any{put}}
	if err := store.call("/v3/kv/txn", request, &answer); err != nil {
		return err
	}
	if !answer.Succeeded {
		return errRaced
	}
	return nil
}

// call asks one member after the other until one answers: in a cluster that reboots one is always away.
func (store store) call(path string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	failures := []error{}
	for _, endpoint := range store.endpoints {
		err := store.ask(endpoint+path, body, answer)
		if err == nil {
			return nil
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

func (store store) ask(url string, body []byte, answer any) error {
	reply, err := store.client.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("etcd at %s answers %s", url, reply.Status)
	}
	return json.NewDecoder(reply.Body).Decode(answer)
}

func encode(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
