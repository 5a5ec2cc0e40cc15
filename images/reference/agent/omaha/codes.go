// Package omaha speaks the update protocol as Flatcar's update engine does.
package omaha

// Code is an update engine's reason for a failure. Source: flatcar/update_engine, action_processor.h.
type Code int

const (
	Success              Code = 0
	PostinstallFailed    Code = 5
	DeviceNotOpened      Code = 7
	KernelNotCopied      Code = 8
	TransferFailed       Code = 9
	HashMismatch         Code = 10
	SizeMismatch         Code = 11
	PartitionInfoBad     Code = 13
	WriteFailed          Code = 14
	PartitionNotVerified Code = 15
	KernelNotVerified    Code = 16
	SignatureMissing     Code = 17
	SignatureNotVerified Code = 18
	MagicWrong           Code = 21
	ManifestUnreadable   Code = 23
	OperationNotExecuted Code = 28
	ResponseEmpty        Code = 30
	ResponseNoXML        Code = 31
	ResponseInvalid      Code = 34
	IgnoredByPolicy      Code = 35
	RolledBack           Code = 44
	httpBase             Code = 2000
	unreachable          Code = httpBase + 999
	testImageFlag             = 1 << 29
	testServerFlag            = 1 << 28
	productionServer          = "https://public.update.flatcar-linux.net/v1/update/"
	TypeComplete              = 3
	TypeDownloadStarted       = 13
	TypeDownloadFinished      = 14
	ResultError               = 0
	ResultSuccess             = 1
	ResultSuccessReboot       = 2
	ResultDeferred            = 9
)

// Failure is an error with the code that the server is told.
type Failure struct {
	Code Code
	// The HTTP status that was the reason; 0 when there was none.
	Status int
	Err    error
}

func (failure *Failure) Error() string { return failure.Err.Error() }
func (failure *Failure) Unwrap() error { return failure.Err }

// Fail puts a code to an error.
func Fail(code Code, err error) error { return &Failure{Code: code, Err: err} }

// FailHTTP is of an answer that can't be used. Only that to a check has a code of its own for each status:
// a payload's is TransferFailed. Source: flatcar/update_engine, download_action.cc.
func FailHTTP(code Code, status int, err error) error {
	return &Failure{Code: code, Status: status, Err: err}
}

// HTTPStatus is the code of an answer to a check that is not 200.
func HTTPStatus(status int) Code { return httpBase + Code(status) }
