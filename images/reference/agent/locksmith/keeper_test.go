package locksmith

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const me = "me"

// etcd with the lock in it, as far as the reboot manager asks.
func etcd(t *testing.T, lock *semaphore) store {
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, call *http.Request) {
		if strings.HasSuffix(call.URL.Path, "/range") {
			text, _ := json.Marshal(lock)
			json.NewEncoder(answer).Encode(map[string]any{"kvs": []keyValue{{encode(string(text)), "7"}}})
			return
		}
		var transaction struct {
			Success []struct {
				Put keyValue `json:"request_put"`
			} `json:"success"`
		}
		json.NewDecoder(call.Body).Decode(&transaction)
		text, _ := base64.StdEncoding.DecodeString(transaction.Success[0].Put.Value)
		*lock = semaphore{}
		json.Unmarshal(text, lock)
		json.NewEncoder(answer).Encode(map[string]any{"succeeded": true})
	}))
	t.Cleanup(server.Close)
	return newStore([]string{server.URL})
}

func TestKeeper(t *testing.T) {
	cases := []struct {
		title  string
		claim  claim
		now    present
		said   string
		done   bool
		isFree bool
	}{
		{"went well", claim{"b", "1"}, present{claim{"b", "2"}, true}, "was given back", true, true},
		{"on its trial", claim{"b", "1"}, present{claim{"b", "2"}, false}, "not been marked good yet", false, false},
		{"rolled back", claim{"b", "1"}, present{claim{"a", "2"}, true}, "taken to boot slot b, and slot a runs", true, false},
		{"not rebooted yet", claim{"b", "1"}, present{claim{"a", "1"}, true}, "still to come", true, false},
		{"taken by hand", claim{}, present{claim{"a", "2"}, true}, "was given back", true, true},
		{"taken by hand, on trial", claim{}, present{claim{"a", "2"}, false}, "not been marked good yet", false, false},
	}
	for _, one := range cases {
		t.Run(one.title, func(t *testing.T) {
			lock := semaphore{Free: 0, Max: 1, Holders: []string{me}}
			path := filepath.Join(t.TempDir(), "below", "claim")
			if one.claim != (claim{}) {
				if err := one.claim.write(path); err != nil {
					t.Fatal(err)
				}
			}
			look := func() (present, error) { return one.now, nil }
			said, done := keeper{etcd(t, &lock), me, path, look}.try()
			if !strings.Contains(said, one.said) || done != one.done {
				t.Errorf("%q, done %v; expected %q, %v", said, done, one.said, one.done)
			}
			if isFree := lock.Free == 1; isFree != one.isFree {
				t.Errorf("the lock is %v", lock)
			}
			if _, err := os.Stat(path); one.isFree && err == nil {
				t.Error("the claim outlives the lock")
			}
		})
	}
}

func TestNotTheHolder(t *testing.T) {
	lock := semaphore{Free: 0, Max: 1, Holders: []string{"somebody"}}
	look := func() (present, error) { t.Fatal("looked"); return present{}, nil }
	said, done := keeper{etcd(t, &lock), me, filepath.Join(t.TempDir(), "claim"), look}.try()
	if said != "" || !done || lock.Free != 0 {
		t.Errorf("%q, done %v, lock %v", said, done, lock)
	}
}

func TestNoEtcd(t *testing.T) {
	said, done := keeper{newStore([]string{"http://127.0.0.1:1"}), me, "", nil}.try()
	if !strings.Contains(said, "Unable to read") || done {
		t.Errorf("%q, done %v", said, done)
	}
}
