"""Python's wsproto in the matrix, over blocking sockets: wsproto_matrix.py client|server JSON."""

import os
import re
import socket
import ssl
import sys
import threading
from urllib.parse import urlsplit

import wsproto
from common import tls
from matrix import ROLE, config, conversations, messages, outcome, pieces, say
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Request, TextMessage
from wsproto.extensions import PerMessageDeflate

PARAMETERS = {
    "takeover": {},
    "reset": {"server_no_context_takeover": True, "client_no_context_takeover": True},
    "small": {"server_max_window_bits": 10, "client_max_window_bits": 9},
}


def extensions(mode):
    return [PerMessageDeflate(**PARAMETERS[mode])] if mode in PARAMETERS else []


class Connection:
    def __init__(self, stream, kind):
        self.stream = stream
        self.protocol = WSConnection(kind)
        self.pending = []
        self.head = b""

    def send(self, event):
        self.stream.sendall(self.protocol.send(event))

    def next(self):
        while not self.pending:
            data = self.stream.recv(256 * 1024)
            if b"\r\n\r\n" not in self.head:
                self.head += data
            self.protocol.receive_data(data or None)
            self.pending = list(self.protocol.events())
        return self.pending.pop(0)

    def message(self):
        """The next message, put together again; None if the peer closes."""
        parts = []
        while True:
            event = self.next()
            if isinstance(event, CloseConnection):
                self.closed = event
                return None
            assert isinstance(event, (TextMessage, BytesMessage)), event
            parts.append(event.data)
            if event.message_finished:
                return event.data[:0].join(map(type(event.data), parts))

    def send_message(self, message, fragmented):
        kind = TextMessage if isinstance(message, str) else BytesMessage
        parts = pieces(message) if fragmented else [message]
        for i, part in enumerate(parts):
            self.send(kind(data=part, message_finished=i == len(parts) - 1))


def talk(url, mode, fragmented):
    parts = urlsplit(url)
    stream = socket.create_connection((parts.hostname, parts.port), timeout=60)
    if config["ca"]:
        stream = tls(config["ca"]).wrap_socket(stream, server_hostname=parts.hostname)
    with stream:
        connection = Connection(stream, ConnectionType.CLIENT)
        connection.send(Request(host=parts.netloc, target=f"{parts.path}?{parts.query}", extensions=extensions(mode)))
        answer = connection.next()
        assert isinstance(answer, AcceptConnection), answer
        for message in messages(fragmented):
            connection.send_message(message, fragmented)
            assert connection.message() == message, "another message came back"
        connection.send(CloseConnection(code=1000))
        assert connection.message() is None and connection.closed.code == 1000
        found = re.search(rb"(?im)^sec-websocket-extensions: *(.*?)\r$", connection.head)
        return found[1].decode() if found else ""


def serve(stream, mode, context):
    with context.wrap_socket(stream, server_side=True) if context else stream as stream:
        connection = Connection(stream, ConnectionType.SERVER)
        request = connection.next()
        connection.send(AcceptConnection(extensions=extensions(mode)))
        while (message := connection.message()) is not None:
            connection.send_message(message, request.target == "/fragmented")
        connection.send(connection.closed.response())


def listen(listener, mode, context):
    while True:
        stream, _ = listener.accept()
        threading.Thread(target=serve, args=(stream, mode, context), daemon=True).start()


if ROLE == "client":
    say({"version": wsproto.__version__})
    for mode, frames, url in conversations():
        try:
            outcome(mode, frames, talk(url, mode, frames == "fragmented"))
        except Exception as error:
            outcome(mode, frames, error=error)
else:
    context = None
    if config["cert"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(config["cert"], config["key"])
    ports = {}
    for mode in config["modes"]:
        listener = socket.create_server(("127.0.0.1", 0))
        ports[mode] = listener.getsockname()[1]
        threading.Thread(target=listen, args=(listener, mode, context), daemon=True).start()
    say({"version": wsproto.__version__, "ports": ports})
    sys.stdin.read()
    os._exit(0)
