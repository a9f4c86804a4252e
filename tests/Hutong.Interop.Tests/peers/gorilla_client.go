// Go's gorilla/websocket as a client.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	reasonOfClient = "au revoir 再见"
	reasonOfServer = "tschüss 再见"
	foreignOrigin  = "https://elsewhere.example"
	patience       = 60 * time.Second
)

var config struct {
	URL string `json:"url"`
	CA  string `json:"ca"`
	ID  string `json:"id"`
}

// text has so many bytes of UTF-8.
func text(size int) []byte {
	s := strings.Repeat("互通ab", size/8)
	if size%8 == 5 {
		s += "互ab"
	}
	return []byte(s)
}

func binary(size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(i % 251)
	}
	return b
}

type options struct {
	origin       string
	subprotocols []string
	deflate      bool
}

func dial(path string, o options) (*websocket.Conn, *http.Response, error) {
	dialer := websocket.Dialer{HandshakeTimeout: patience, Subprotocols: o.subprotocols, EnableCompression: o.deflate}
	if config.CA != "" {
		pem, err := os.ReadFile(config.CA)
		if err != nil {
			return nil, nil, err
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		dialer.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	header := http.Header{}
	if o.origin != "" {
		header.Set("Origin", o.origin)
	}
	conn, response, err := dialer.Dial(config.URL+path, header)
	if err == nil {
		conn.SetReadDeadline(time.Now().Add(patience))
	}
	return conn, response, err
}

// with runs a conversation and closes it with 1000.
func with(path string, o options, talk func(*websocket.Conn) error) error {
	conn, _, err := dial(path, o)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := talk(conn); err != nil {
		return err
	}
	return closeWith(conn, websocket.FormatCloseMessage(1000, ""), 1000, "")
}

func closeWith(conn *websocket.Conn, frame []byte, code int, reason string) error {
	if frame != nil {
		if err := conn.WriteControl(websocket.CloseMessage, frame, time.Now().Add(patience)); err != nil {
			return err
		}
	}
	_, _, err := conn.ReadMessage()
	var closed *websocket.CloseError
	if !errors.As(err, &closed) {
		return fmt.Errorf("expected a close frame: %v", err)
	}
	if closed.Code != code || (reason != "" && closed.Text != reason) {
		return fmt.Errorf("expected close %d %q: %v", code, reason, closed)
	}
	return nil
}

func expect(conn *websocket.Conn, kind int, want []byte) error {
	got, message, err := conn.ReadMessage()
	if err != nil {
		return err
	}
	if got != kind || !bytes.Equal(message, want) {
		return fmt.Errorf("another message came: kind %d, %d bytes", got, len(message))
	}
	return nil
}

func echo(path string, kind int, message []byte) error {
	return with(path, options{}, func(conn *websocket.Conn) error {
		if err := conn.WriteMessage(kind, message); err != nil {
			return err
		}
		return expect(conn, kind, message)
	})
}

// fragments relies on gorilla's write buffer: whenever it is full, a fragment leaves.
func fragments() error {
	return with("/echo", options{}, func(conn *websocket.Conn) error {
		pong := ""
		conn.SetPongHandler(func(payload string) error { pong = payload; return nil })
		whole := text(65_536)
		writer, err := conn.NextWriter(websocket.TextMessage)
		if err != nil {
			return err
		}
		for at := 0; at < len(whole); at += 7 {
			end := at + 7
			if end > len(whole) {
				end = len(whole)
			}
			if _, err := writer.Write(whole[at:end]); err != nil {
				return err
			}
			if at == 7*5000 {
				if err := conn.WriteControl(websocket.PingMessage, []byte("between"), time.Now().Add(patience)); err != nil {
					return err
				}
			}
		}
		if err := writer.Close(); err != nil {
			return err
		}
		if err := expect(conn, websocket.TextMessage, whole); err != nil {
			return err
		}
		if pong != "between" {
			return fmt.Errorf("expected a pong, got %q", pong)
		}
		return nil
	})
}

func ping() error {
	return with("/echo", options{}, func(conn *websocket.Conn) error {
		pong := ""
		conn.SetPongHandler(func(payload string) error { pong = payload; return nil })
		if err := conn.WriteControl(websocket.PingMessage, []byte("are you there?"), time.Now().Add(patience)); err != nil {
			return err
		}
		if err := conn.WriteMessage(websocket.TextMessage, []byte("after")); err != nil {
			return err
		}
		if err := expect(conn, websocket.TextMessage, []byte("after")); err != nil {
			return err
		}
		if pong != "are you there?" {
			return fmt.Errorf("expected a pong, got %q", pong)
		}
		return nil
	})
}

func command(text string, kind int, answer []byte) error {
	return with("/control", options{}, func(conn *websocket.Conn) error {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			return err
		}
		return expect(conn, kind, answer)
	})
}

func subprotocol() error {
	for want, offered := range map[string][]string{"second.hutong": {"unknown", "second.hutong", "first.hutong"}, "": nil} {
		err := with("/echo", options{subprotocols: offered}, func(conn *websocket.Conn) error {
			if conn.Subprotocol() != want {
				return fmt.Errorf("expected subprotocol %q, got %q", want, conn.Subprotocol())
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func deflate() error {
	for _, message := range [][]byte{text(5), text(65_536), binary(200_000)} {
		conn, response, err := dial("/deflate", options{deflate: true})
		if err != nil {
			return err
		}
		defer conn.Close()
		if !strings.HasPrefix(response.Header.Get("Sec-WebSocket-Extensions"), "permessage-deflate") {
			return fmt.Errorf("no compression was agreed: %v", response.Header)
		}
		if err := conn.WriteMessage(websocket.BinaryMessage, message); err != nil {
			return err
		}
		if err := expect(conn, websocket.BinaryMessage, message); err != nil {
			return err
		}
	}
	return nil
}

func closeByClient(path string, frame []byte, code int) error {
	conn, _, err := dial(path, options{})
	if err != nil {
		return err
	}
	defer conn.Close()
	return closeWith(conn, frame, code, "")
}

func closeByServer() error {
	conn, _, err := dial("/control?id="+config.ID+"-close-server", options{})
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.WriteMessage(websocket.TextMessage, []byte("close 3456 "+reasonOfServer)); err != nil {
		return err
	}
	return closeWith(conn, nil, 3456, reasonOfServer)
}

func origin() error {
	own := "http" + strings.TrimPrefix(config.URL, "ws")
	if err := with("/echo", options{origin: own}, func(*websocket.Conn) error { return nil }); err != nil {
		return err
	}
	_, response, err := dial("/echo", options{origin: foreignOrigin})
	if !errors.Is(err, websocket.ErrBadHandshake) || response.StatusCode != 403 {
		return fmt.Errorf("expected 403: %v", err)
	}
	return nil
}

func report(name string, err error) {
	line := map[string]interface{}{"check": name, "ok": err == nil}
	if err != nil {
		line["error"] = err.Error()
	}
	json.NewEncoder(os.Stdout).Encode(line)
}

func main() {
	if err := json.Unmarshal([]byte(os.Args[1]), &config); err != nil {
		panic(err)
	}
	for _, size := range []int{5, 65_536, 16_777_216} {
		report(fmt.Sprintf("text %d", size), echo("/echo", websocket.TextMessage, text(size)))
		report(fmt.Sprintf("binary %d", size), echo("/echo-async", websocket.BinaryMessage, binary(size)))
	}
	report("fragments", fragments())
	report("ping", ping())
	report("server ping", command("ping", websocket.TextMessage, []byte("pong")))
	report("server fragments", command("stream 200000", websocket.BinaryMessage, binary(200_000)))
	report("subprotocol", subprotocol())
	report("deflate", deflate())
	report("close by client", closeByClient("/echo?id="+config.ID+"-close-client", websocket.FormatCloseMessage(4321, reasonOfClient), 4321))
	report("close without code", closeByClient("/echo?id="+config.ID+"-close-without-code", []byte{}, 1005))
	report("close by server", closeByServer())
	report("origin", origin())
}
