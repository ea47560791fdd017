"""Sends bodies over HTTP/2 to addresses of echo_site that do not read them. The response must reach the client.

    run.py [--server BINARY | --port N]

Ends with `N passed, N failed`. RFC 9113 §8.1 lets a server reset the stream of a request whose response is complete, but
clients that are still sending then lose the response; curl also never sees that its window is open again.
"""
import argparse
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DATA, HEADERS, RST_STREAM, SETTINGS, PING = 0, 1, 3, 4, 6
END_STREAM, END_HEADERS = 1, 4
SIZES = [0, 1, 16_000, 70_000, 300_000, 3_000_000, 30_000_000]
ADDRESSES = {"/": "200", "/echo?stream=100000": "200", "/echo?status=303": "303", "/nowhere": "404", "/echo?status=403": "403"}


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def field(name, value):
    """RFC 7541 §6.2.2, without a table."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.buffer = b""
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0))

    def post(self, path):
        head = (field(b":method", b"POST") + field(b":scheme", b"http") + field(b":path", path.encode()) +
                field(b":authority", b"localhost"))
        self.socket.sendall(frame(HEADERS, END_HEADERS, 1, head))

    def data(self, size, flags=0):
        while size > 16_000:
            self.socket.sendall(frame(DATA, 0, 1, b"x" * 16_000))
            size -= 16_000
        self.socket.sendall(frame(DATA, flags, 1, b"x" * size))

    def read(self):
        """(type, flags) of the next frame; None at the end."""
        while len(self.buffer) < 9 or len(self.buffer) < 9 + int.from_bytes(self.buffer[:3], "big"):
            more = self.socket.recv(65536)
            if not more:
                return None
            self.buffer += more
        size = int.from_bytes(self.buffer[:3], "big")
        kind, flags = self.buffer[3], self.buffer[4]
        self.buffer = self.buffer[9 + size:]
        return kind, flags

    def until(self, wanted):
        """The types of the frames before one for which `wanted` is true; fails at the end."""
        before = []
        while True:
            found = self.read()
            if found is None:
                raise OSError(f"closed after {before}")
            if wanted(*found):
                return before
            before.append(found[0])

    def settle(self):
        """What has come before an answer to a PING."""
        self.socket.sendall(frame(PING, 0, 0, b"12345678"))
        return self.until(lambda kind, flags: kind == PING and flags == 1)


def ends(kind, flags):
    return kind in (DATA, HEADERS) and flags & END_STREAM


def case_refusal_goes_out_at_once_and_the_rest_is_skipped(port):
    client = Client(port)
    client.post("/echo?status=403")
    client.until(ends)
    client.data(40_000)
    assert RST_STREAM not in client.settle(), "reset while the client sends"
    client.data(10, END_STREAM)
    assert RST_STREAM not in client.settle(), "reset though all has come"


def case_what_is_too_long_is_cut_off_after_a_pause(port):
    client = Client(port)
    client.post("/echo?status=403")
    client.until(ends)
    started = time.monotonic()
    for _ in range(9):  # more than skip_bytes_max, as the window allows
        client.data(32_000)
        if RST_STREAM in client.settle():
            break
    else:
        client.until(lambda kind, flags: kind == RST_STREAM)
    assert time.monotonic() - started > 0.05, "no time to read the response"


def case_a_body_is_taken_before_the_response_that_says_all_is_well(port):
    client = Client(port)
    client.post("/")
    client.data(1000)
    assert HEADERS not in client.settle(), "the response came before the body"
    client.data(1000, END_STREAM)
    client.until(ends)


def case_a_client_that_waits_for_the_response_gets_it(port):
    client = Client(port)
    client.post("/")
    client.data(1000)
    client.until(ends)


def by_curl(port, path, size):
    """None, or what is wrong."""
    with tempfile.NamedTemporaryFile() as body:
        body.truncate(size)
        done = subprocess.run(["curl", "-s", "-o", "/dev/null", "-m", "20", "-w", "%{http_code}", "--http2-prior-knowledge",
                               "--data-binary", "@" + body.name, f"http://127.0.0.1:{port}{path}"],
                              capture_output=True, text=True, check=False)
    wanted = ADDRESSES[path]
    return None if done.returncode == 0 and done.stdout == wanted else f"curl ends with {done.returncode}, status {done.stdout}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default=str(ROOT / "build/release/bin/echo_site"))
    parser.add_argument("--port", type=int)
    options = parser.parse_args()
    process = None
    port = options.port
    if not port:
        process = subprocess.Popen([options.server, "serve", "--port", "0", "--threads", "2"], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        port = int(re.search(r":(\d+)/", process.stdout.readline())[1])
    results = []
    for name, case in list(globals().items()):
        if not name.startswith("case_"):
            continue
        try:
            case(port)
            results.append((name, None))
        except (AssertionError, OSError) as fault:
            results.append((name, f"{type(fault).__name__}: {fault}"))
    results += [(f"curl {path} {size}", by_curl(port, path, size)) for path in ADDRESSES for size in SIZES]
    if process:
        process.send_signal(signal.SIGTERM)
        if process.wait(20) != 0:
            results.append(("the server", f"ended with {process.returncode}"))
    failed = [(name, fault) for name, fault in results if fault]
    for name, fault in failed:
        print(f"FAIL {name}\n     {fault}")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
