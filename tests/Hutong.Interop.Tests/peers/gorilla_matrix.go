// Go's gorilla/websocket in the matrix: gorilla_matrix client|server JSON.
// A frame leaves whenever the write buffer is full, so the buffer's size decides about fragments.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const patience = 60 * time.Second

var config struct {
	URL   string   `json:"url"`
	CA    string   `json:"ca"`
	ID    string   `json:"id"`
	Cert  string   `json:"cert"`
	Key   string   `json:"key"`
	Modes []string `json:"modes"`
}

func noise() []byte {
	b := make([]byte, 4096)
	state := uint32(1)
	for i := range b {
		state = state*1103515245 + 12345
		b[i] = byte(state >> 24)
	}
	return b
}

// text has so many bytes of UTF-8.
func text(size int) []byte {
	s := strings.Repeat("互通ab", size/8)
	if size%8 == 5 {
		s += "互ab"
	}
	return []byte(s)
}

func bufferSize(fragmented bool) int {
	if fragmented {
		return 1024
	}
	return 17 << 20
}

func say(line map[string]interface{}) { json.NewEncoder(os.Stdout).Encode(line) }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func talk(mode, frames string) (string, error) {
	fragmented := frames == "fragmented"
	dialer := websocket.Dialer{HandshakeTimeout: patience, EnableCompression: mode != "plain", WriteBufferSize: bufferSize(fragmented)}
	if config.CA != "" {
		pem, err := os.ReadFile(config.CA)
		if err != nil {
			return "", err
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		dialer.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	conn, response, err := dialer.Dial(fmt.Sprintf("%s/%s/%s?id=%s", config.URL, mode, frames, config.ID), nil)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(patience))
	for i, message := range [][]byte{text(5), text(65_536), text(16_777_216), noise(), noise()} {
		kind := websocket.TextMessage
		if fragmented || i > 2 {
			kind = websocket.BinaryMessage
		}
		if err := conn.WriteMessage(kind, message); err != nil {
			return "", err
		}
		got, answer, err := conn.ReadMessage()
		if err != nil {
			return "", err
		}
		if got != kind || !bytes.Equal(answer, message) {
			return "", fmt.Errorf("another message came back for %d", len(message))
		}
	}
	if err := conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(patience)); err != nil {
		return "", err
	}
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, 1000) {
		return "", fmt.Errorf("expected a close frame: %v", err)
	}
	return response.Header.Get("Sec-WebSocket-Extensions"), nil
}

func client() {
	say(map[string]interface{}{"version": runtime.Version()})
	for _, mode := range config.Modes {
		for _, frames := range []string{"whole", "fragmented"} {
			line := map[string]interface{}{"mode": mode, "frames": frames}
			extensions, err := talk(mode, frames)
			line["extensions"] = extensions
			if err != nil {
				line["error"] = err.Error()
			}
			say(line)
		}
	}
}

func serve(compress bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		upgrader := websocket.Upgrader{EnableCompression: compress, WriteBufferSize: bufferSize(r.URL.Path == "/fragmented")}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		for {
			kind, message, err := conn.ReadMessage()
			if err != nil {
				return
			}
			writer, err := conn.NextWriter(kind)
			if err != nil {
				return
			}
			// Small pieces: a large one would be sent past the buffer, as a frame of its own.
			if _, err := io.CopyBuffer(struct{ io.Writer }{writer}, struct{ io.Reader }{bytes.NewReader(message)}, make([]byte, 512)); err != nil {
				return
			}
			if err := writer.Close(); err != nil {
				return
			}
		}
	}
}

func server() {
	ports := map[string]int{}
	for _, mode := range config.Modes {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		must(err)
		ports[mode] = listener.Addr().(*net.TCPAddr).Port
		server := &http.Server{Handler: serve(mode != "plain"), TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}}
		if config.Cert != "" {
			go server.ServeTLS(listener, config.Cert, config.Key)
		} else {
			go server.Serve(listener)
		}
	}
	say(map[string]interface{}{"version": runtime.Version(), "ports": ports})
	io.Copy(io.Discard, os.Stdin)
}

func main() {
	must(json.Unmarshal([]byte(os.Args[2]), &config))
	if os.Args[1] == "client" {
		client()
	} else {
		server()
	}
}
