#!/bin/sh
# Builds the update agent: agent.sh [PROGRAM changed]; one that a variant has changed need not pass its
# tests. In GOPATH mode, since its libraries are Debian's packages and nothing is downloaded. The same
# sources give the same bytes.
set -eu
export HOME=/tmp GO111MODULE=off GOFLAGS=-trimpath GOPATH=/tmp/go:/usr/share/gocode GOCACHE=/tmp/go-cache CGO_ENABLED=0
# Packages are installed beside it, by the slower half of a build.
processors=$(nproc --ignore=1)
export GOMAXPROCS="$processors"
mkdir -p /tmp/go/src
cp -r /source/agent /tmp/go/src/
cd /tmp/go/src/agent
test -z "$(gofmt -l .)" || { echo "not formatted: $(gofmt -l .)" >&2; exit 1; }
go vet ./...
[ $# != 0 ] || go test ./...
go build -ldflags='-s -w -buildid=' -o "${1:-/agent/update-agent}" .
rm -rf /tmp/go /tmp/go-cache
