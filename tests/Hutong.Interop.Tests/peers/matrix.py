"""What the Python peers share in the matrix."""

import json
import sys
import traceback

from common import text

ROLE = sys.argv[1]
config = json.loads(sys.argv[2])


def noise():
    """Bytes that compress only against themselves."""
    state, result = 1, bytearray()
    for _ in range(4096):
        state = (state * 1103515245 + 12345) & 0xFFFFFFFF
        result.append(state >> 24)
    return bytes(result)


def messages(fragmented):
    """Whole messages are texts, fragmented ones binary."""
    for size in (5, 65_536, 16_777_216):
        yield text(size).encode() if fragmented else text(size)
    yield noise()
    yield noise()


def pieces(message):
    """A message in up to four fragments."""
    size = -(-len(message) // 4)
    return [message[at : at + size] for at in range(0, len(message), size)]


def say(line):
    print(json.dumps(line), flush=True)


def conversations():
    for mode in config["modes"]:
        for frames in ("whole", "fragmented"):
            yield mode, frames, f"{config['url']}/{mode}/{frames}?id={config['id']}"


def outcome(mode, frames, extensions=None, error=None):
    line = {"mode": mode, "frames": frames, "extensions": extensions}
    if error is not None:
        line["error"] = "".join(traceback.format_exception(error))
    say(line)
