"""Python's websockets as a client."""

import asyncio
import json
import sys

import websockets
from common import FOREIGN_ORIGIN, REASON_OF_CLIENT, REASON_OF_SERVER, SIZES, binary, report, text, tls

config = json.loads(sys.argv[1])
URL = config["url"]
ID = config["id"]
TLS = tls(config["ca"])


def connect(path, **options):
    options.setdefault("compression", None)
    return websockets.connect(URL + path, ssl=TLS, max_size=None, ping_interval=None, open_timeout=30, **options)


async def echo(path, message, **options):
    async with connect(path, **options) as socket:
        await socket.send(message)
        assert await socket.recv() == message, "another message came back"
    assert socket.close_code == 1000
    return socket


async def fragments():
    async with connect("/echo") as socket:
        for pieces in (["互通", "", "ab", text(65_536)], [b"\x00", b"", binary(65_536), b"\xff"]):
            await socket.send(pieces)
            assert await socket.recv() == pieces[0][:0].join(pieces)


async def ping():
    async with connect("/echo") as socket:
        pong = await socket.ping(b"are you there?")
        await asyncio.wait_for(pong, 30)


async def server_ping():
    async with connect("/control") as socket:
        await socket.send("ping")
        assert await socket.recv() == "pong"


async def server_fragments():
    async with connect("/control") as socket:
        await socket.send("stream 200000")
        assert await socket.recv() == binary(200_000)


async def subprotocol():
    async with connect("/echo", subprotocols=["unknown", "second.hutong", "first.hutong"]) as socket:
        assert socket.subprotocol == "second.hutong", socket.subprotocol
    async with connect("/echo") as socket:
        assert socket.subprotocol is None, socket.subprotocol


async def deflate():
    for message in (text(5), text(65_536), binary(200_000)):
        socket = await echo("/deflate", message, compression="deflate")
        assert [extension.name for extension in socket.extensions] == ["permessage-deflate"], socket.extensions


async def close_by_client():
    async with connect(f"/echo?id={ID}-close-client") as socket:
        await socket.close(4321, REASON_OF_CLIENT)
    assert socket.close_code == 4321, socket.close_code


async def close_by_server():
    async with connect(f"/control?id={ID}-close-server") as socket:
        await socket.send(f"close 3456 {REASON_OF_SERVER}")
        await socket.wait_closed()
    assert (socket.close_code, socket.close_reason) == (3456, REASON_OF_SERVER), (socket.close_code, socket.close_reason)


async def origin():
    async with connect("/echo", origin="http" + URL.removeprefix("ws")):
        pass
    try:
        async with connect("/echo", origin=FOREIGN_ORIGIN):
            raise AssertionError("a foreign origin was accepted")
    except websockets.InvalidStatusCode as refusal:
        assert refusal.status_code == 403, refusal


async def main():
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
            await check()
            report(name)
        except Exception as error:
            report(name, error)


asyncio.run(main())
