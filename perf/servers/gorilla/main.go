// Echo and broadcast on Go's gorilla/websocket.   gorilla PORT [CERTIFICATE KEY]
package main

import (
	"bytes"
	"log"
	"net/http"
	"os"
	"sync"

	"github.com/gorilla/websocket"
)

// receiver is a connection with its turn: a connection takes one writer at a time.
type receiver struct {
	turn sync.Mutex
	conn *websocket.Conn
}

var (
	upgrader = websocket.Upgrader{
		CheckOrigin: func(*http.Request) bool { return true },
		// Used only with clients that offer it; always without context takeover.
		EnableCompression: true,
	}
	mutex    sync.RWMutex
	everyone = map[*receiver]bool{}
)

// serve reads whole messages into one buffer, which grows with them and stays grown.
func serve(conn *websocket.Conn, handle func(kind int, message []byte) error) {
	defer conn.Close()
	var buffer bytes.Buffer
	for {
		kind, reader, err := conn.NextReader()
		if err != nil {
			return
		}
		buffer.Reset()
		if _, err := buffer.ReadFrom(reader); err != nil {
			return
		}
		if err := handle(kind, buffer.Bytes()); err != nil {
			return
		}
	}
}

func echo(w http.ResponseWriter, r *http.Request) {
	if conn, err := upgrader.Upgrade(w, r, nil); err == nil {
		serve(conn, conn.WriteMessage)
	}
}

func broadcast(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	me := &receiver{conn: conn}
	mutex.Lock()
	everyone[me] = true
	mutex.Unlock()
	defer func() {
		mutex.Lock()
		delete(everyone, me)
		mutex.Unlock()
	}()
	serve(conn, func(kind int, message []byte) error {
		prepared, err := websocket.NewPreparedMessage(kind, message)
		if err != nil {
			return err
		}
		mutex.RLock()
		defer mutex.RUnlock()
		for to := range everyone {
			to.turn.Lock()
			// One that has left finds out in its own reader.
			_ = to.conn.WritePreparedMessage(prepared)
			to.turn.Unlock()
		}
		return nil
	})
}

func main() {
	http.HandleFunc("/echo", echo)
	http.HandleFunc("/b", broadcast)
	address := "127.0.0.1:" + os.Args[1]
	if len(os.Args) == 4 {
		log.Fatal(http.ListenAndServeTLS(address, os.Args[2], os.Args[3], nil))
	}
	log.Fatal(http.ListenAndServe(address, nil))
}
