"""Python's wsproto, which has no I/O of its own, over a blocking socket."""

import json
import socket
import sys
from urllib.parse import urlsplit

from common import FOREIGN_ORIGIN, REASON_OF_CLIENT, REASON_OF_SERVER, SIZES, binary, report, text, tls
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    Pong,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.extensions import PerMessageDeflate

config = json.loads(sys.argv[1])
URL = urlsplit(config["url"])
ID = config["id"]
TLS = tls(config["ca"])


class Refused(Exception):
    pass


class Connection:
    def __init__(self, path, origin=None, **options):
        self.socket = socket.create_connection((URL.hostname, URL.port), timeout=60)
        if TLS:
            self.socket = TLS.wrap_socket(self.socket, server_hostname=URL.hostname)
        self.protocol = WSConnection(ConnectionType.CLIENT)
        self.pending = []
        headers = [(b"Origin", origin.encode())] if origin else []
        self.send(Request(host=URL.netloc, target=path, extra_headers=headers, **options))
        answer = self.next()
        if isinstance(answer, RejectConnection):
            raise Refused(answer.status_code)
        assert isinstance(answer, AcceptConnection), answer
        self.accepted = answer

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None and self.socket.fileno() >= 0:
            self.send(CloseConnection(code=1000))
            closed = self.next()
            assert isinstance(closed, CloseConnection) and closed.code == 1000, closed
        self.socket.close()

    def send(self, event):
        self.socket.sendall(self.protocol.send(event))

    def next(self):
        """The next event; pings are answered and returned too."""
        while not self.pending:
            data = self.socket.recv(256 * 1024)
            self.protocol.receive_data(data or None)
            self.pending = list(self.protocol.events())
        event = self.pending.pop(0)
        if isinstance(event, Ping):
            self.send(event.response())
        return event

    def message(self):
        """The next message, put together again; what comes between is kept."""
        pieces, between = [], []
        while True:
            event = self.next()
            if not isinstance(event, (TextMessage, BytesMessage)):
                assert isinstance(event, (Ping, Pong)), event
                between.append(event)
                continue
            pieces.append(event.data)
            if event.message_finished:
                return event.data[:0].join(map(type(event.data), pieces)), between


def echo(path, message, **options):
    with Connection(path, **options) as connection:
        kind = TextMessage if isinstance(message, str) else BytesMessage
        connection.send(kind(data=message))
        assert connection.message()[0] == message, "another message came back"
        return connection.accepted


def fragments():
    with Connection("/echo") as connection:
        pieces = [b"\x00", b"", binary(65_536), b"\xff"]
        for i, piece in enumerate(pieces):
            if i == 2:
                connection.send(Ping(payload=b"between"))
            connection.send(BytesMessage(data=piece, message_finished=i == len(pieces) - 1))
        message, between = connection.message()
        assert message == b"".join(pieces)
        assert [bytes(event.payload) for event in between] == [b"between"], between


def ping():
    with Connection("/echo") as connection:
        connection.send(Ping(payload=b"are you there?"))
        pong = connection.next()
        assert isinstance(pong, Pong) and pong.payload == b"are you there?", pong


def server_ping():
    with Connection("/control") as connection:
        connection.send(TextMessage(data="ping"))
        message, between = connection.message()
        assert message == "pong"
        assert [type(event) for event in between] == [Ping], between


def server_fragments():
    with Connection("/control") as connection:
        connection.send(TextMessage(data="stream 200000"))
        assert connection.message()[0] == binary(200_000)


def subprotocol():
    with Connection("/echo", subprotocols=["unknown", "second.hutong", "first.hutong"]) as connection:
        assert connection.accepted.subprotocol == "second.hutong", connection.accepted
    with Connection("/echo") as connection:
        assert connection.accepted.subprotocol is None, connection.accepted


def deflate():
    for message in (text(5), text(65_536), binary(200_000)):
        accepted = echo("/deflate", message, extensions=[PerMessageDeflate()])
        assert [extension.name for extension in accepted.extensions] == ["permessage-deflate"], accepted


def close_by_client():
    with Connection(f"/echo?id={ID}-close-client") as connection:
        connection.send(CloseConnection(code=4321, reason=REASON_OF_CLIENT))
        closed = connection.next()
        assert isinstance(closed, CloseConnection) and closed.code == 4321, closed
        connection.socket.close()


def close_by_server():
    with Connection(f"/control?id={ID}-close-server") as connection:
        connection.send(TextMessage(data=f"close 3456 {REASON_OF_SERVER}"))
        closed = connection.next()
        assert isinstance(closed, CloseConnection) and (closed.code, closed.reason) == (3456, REASON_OF_SERVER), closed
        connection.send(closed.response())
        assert connection.socket.recv(1) == b"", "the server did not close first"
        connection.socket.close()


def origin():
    with Connection("/echo", origin=f"{URL.scheme.replace('ws', 'http')}://{URL.netloc}"):
        pass
    try:
        Connection("/echo", origin=FOREIGN_ORIGIN)
    except Refused as refusal:
        assert refusal.args == (403,), refusal
    else:
        raise AssertionError("a foreign origin was accepted")


checks = {}
for size in SIZES:
    checks[f"text {size}"] = lambda size=size: echo("/echo", text(size))
    checks[f"binary {size}"] = lambda size=size: echo("/echo-async", binary(size))
checks |= {
    "fragments": fragments,
    "ping": ping,
    "server ping": server_ping,
    "server fragments": server_fragments,
    "subprotocol": subprotocol,
    "deflate": deflate,
    "close by client": close_by_client,
    "close by server": close_by_server,
    "origin": origin,
}
for name, check in checks.items():
    try:
        check()
        report(name)
    except Exception as error:
        report(name, error)
