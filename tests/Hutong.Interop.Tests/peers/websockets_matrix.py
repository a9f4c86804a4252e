"""Python's websockets in the matrix: websockets_matrix.py client|server JSON."""

import asyncio
import ssl
import sys

import websockets
from common import tls
from matrix import ROLE, config, conversations, messages, outcome, pieces, say
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory

PARAMETERS = {
    "takeover": {},
    "reset": {"server_no_context_takeover": True, "client_no_context_takeover": True},
    "small": {"server_max_window_bits": 10, "client_max_window_bits": 9},
}


def extensions(factory, mode):
    return [factory(**PARAMETERS[mode])] if mode in PARAMETERS else None


async def talk(url, mode, fragmented):
    parameters = extensions(lambda **given: ClientPerMessageDeflateFactory(**{"client_max_window_bits": True} | given), mode)
    async with websockets.connect(
        url, ssl=tls(config["ca"]), max_size=None, ping_interval=None, open_timeout=30, compression=None, extensions=parameters
    ) as socket:
        for message in messages(fragmented):
            await socket.send(pieces(message) if fragmented else message)
            assert await socket.recv() == message, "another message came back"
    assert socket.close_code == 1000, socket.close_code
    return socket.response_headers.get("Sec-WebSocket-Extensions", "")


async def serve(socket, path):
    async for message in socket:
        await socket.send(pieces(message) if path == "/fragmented" else message)


async def server():
    context = None
    if config["cert"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(config["cert"], config["key"])
    ports = {}
    for mode in config["modes"]:
        listener = await websockets.serve(
            serve, "127.0.0.1", 0, ssl=context, max_size=64 * 1024 * 1024, ping_interval=None, compression=None,
            extensions=extensions(ServerPerMessageDeflateFactory, mode),
        )
        ports[mode] = listener.sockets[0].getsockname()[1]
    say({"version": websockets.__version__, "ports": ports})
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def client():
    say({"version": websockets.__version__})
    for mode, frames, url in conversations():
        try:
            outcome(mode, frames, await talk(url, mode, frames == "fragmented"))
        except Exception as error:
            outcome(mode, frames, error=error)


asyncio.run(client() if ROLE == "client" else server())
