"""What the Python peers share: what is sent, and how a check is reported."""

import json
import ssl
import traceback

SIZES = [5, 65_536, 16_777_216]
REASON_OF_CLIENT = "au revoir 再见"
REASON_OF_SERVER = "tschüss 再见"
FOREIGN_ORIGIN = "https://elsewhere.example"


def text(size):
    """A text of so many bytes of UTF-8."""
    return "互通ab" * (size // 8) + "互ab" * (1 if size % 8 == 5 else 0)


def binary(size):
    unit = bytes(range(251))
    return (unit * (size // 251 + 1))[:size]


def tls(ca):
    """Trusts this certificate and no other."""
    return ssl.create_default_context(cafile=ca) if ca else None


def report(check, error=None):
    line = {"check": check, "ok": error is None}
    if error is not None:
        line["error"] = "".join(traceback.format_exception(error))
    print(json.dumps(line), flush=True)
