"""Python's websockets as a server."""

import asyncio
import json
import ssl
import sys

import websockets
from common import binary

config = json.loads(sys.argv[1])


async def obey(socket, command):
    verb, *arguments = command.split(" ", 2)
    if verb == "ping":
        await (await socket.ping(b"are you there?"))
        await socket.send("pong")
    elif verb == "stream":
        whole = binary(int(arguments[0]))
        await socket.send([whole[at : at + 10_000] for at in range(0, len(whole), 10_000)])
    elif verb == "close":
        await socket.close(int(arguments[0]), arguments[1])


async def serve(socket, path):
    async for message in socket:
        if path.startswith("/control"):
            await obey(socket, message)
        else:
            await socket.send(message)


async def main():
    context = None
    if "cert" in config:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(config["cert"], config["key"])
    async with websockets.serve(
        serve, "127.0.0.1", 0, ssl=context, max_size=64 * 1024 * 1024, ping_interval=None, subprotocols=["second.hutong"]
    ) as server:
        print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
