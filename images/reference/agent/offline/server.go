package offline

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

// serve answers as an update server that has this one payload.
func serve(payload, announcement string) http.Handler {
	handler := http.NewServeMux()
	handler.HandleFunc("/v1/update/", func(answer http.ResponseWriter, asked *http.Request) {
		body, _ := io.ReadAll(asked.Body)
		text := `<response protocol="3.0"><app status="ok"><event status="ok"/></app></response>`
		if strings.Contains(string(body), "<updatecheck") {
			text = announcement
		}
		io.WriteString(answer, text)
	})
	handler.HandleFunc("/"+payloadName, func(answer http.ResponseWriter, asked *http.Request) {
		http.ServeFile(answer, asked, payload)
	})
	return handler
}

func announce(version, payload string) (string, error) {
	file, err := os.Open(payload)
	if err != nil {
		return "", err
	}
	defer file.Close()
	digest := sha256.New()
	size, err := io.Copy(digest, file)
	if err != nil {
		return "", err
	}
	var escaped strings.Builder
	if err := xml.EscapeText(&escaped, []byte(version)); err != nil {
		return "", err
	}
	return fmt.Sprintf(`<response protocol="3.0"><app status="ok"><updatecheck status="ok">`+
		`<urls><url codebase="@BASE@/"/></urls><manifest version="%s"><packages>`+
		`<package name="%s" size="%d"/></packages><actions>`+
		`<action event="postinstall" sha256="%s"/></actions></manifest></updatecheck></app></response>`,
		escaped.String(), payloadName, size, base64.StdEncoding.EncodeToString(digest.Sum(nil))), nil
}
