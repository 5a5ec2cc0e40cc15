package payload

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"

	"agent/omaha"
)

// verify tells whether one of the signatures is of this digest, by the key of the file.
func verify(digest, signatures []byte, keyFile string) error {
	if len(signatures) == 0 {
		return fail(omaha.SignatureMissing, "the payload is not signed")
	}
	signature, err := parseSignatures(signatures)
	if err != nil {
		return fail(omaha.SignatureNotVerified, "the signatures: %v", err)
	}
	key, err := readKey(keyFile)
	if err != nil {
		return fail(omaha.SignatureNotVerified, "the key %s: %v", keyFile, err)
	}
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest, signature); err != nil {
		return fail(omaha.SignatureNotVerified, "the payload is not signed by the key in %s", keyFile)
	}
	return nil
}

func readKey(path string) (*rsa.PublicKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("no RSA key")
	}
	return key, nil
}
