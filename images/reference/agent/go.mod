// Built in GOPATH mode out of Debian's packages of libraries, see steps/agent.sh.
module agent

go 1.24
