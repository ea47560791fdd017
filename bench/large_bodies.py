#!/usr/bin/env python3
"""Bodies of 2 GiB through echo_site, and what memory that takes.

    bench/large_bodies.py [build/release/bin/echo_site] [--gib N]

Uploads a multipart file and a raw body, downloads a stream and a static file. Prints seconds, MB/s and
the largest resident memory of the server beyond what it took before; ends with 1 when a transfer took
more than LIMIT_MIB or came out wrong. Needs that much room twice in /tmp (or $TMPDIR).
"""
import argparse
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

LIMIT_MIB = 16
PIECE = b"x" * (1 << 20)


def resident_kib(pid):
    """Of the process and its children, without the pages of files."""
    total = 0
    pids = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        pids += [int(p) for p in (task / "children").read_text().split()]
    for each in pids:
        for line in pathlib.Path(f"/proc/{each}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                total += int(line.split()[1])
    return total


class Watch(threading.Thread):
    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.most, self.ended = pid, 0, threading.Event()
        self.start()

    def run(self):
        while not self.ended.wait(0.05):
            self.most = max(self.most, resident_kib(self.pid))


def exchange(port, head, body, expected):
    """Sends head and body (a number of bytes, or pieces), returns the bytes of the reply's body."""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as sock:
        sock.sendall(head.encode())
        for piece in body:
            sock.sendall(piece)
        reply = b""
        while b"\r\n\r\n" not in reply:
            reply += sock.recv(65536)
        reply_head, rest = reply.split(b"\r\n\r\n", 1)
        if b" 200 " not in reply_head.split(b"\r\n")[0]:
            raise SystemExit(f"the server says {reply_head!r}")
        count, start = len(rest), rest[:100]
        while piece := sock.recv(1 << 20):
            count += len(piece)
        if expected is not None and count < expected:
            raise SystemExit(f"{count} bytes came, {expected} were expected")
        return count, start


def pieces(count):
    for _ in range(count // len(PIECE)):
        yield PIECE


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", nargs="?", default="build/release/bin/echo_site")
    parser.add_argument("--gib", type=float, default=2)
    options = parser.parse_args()
    size = int(options.gib * 1024) << 20
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/large.bin", "wb") as file:
            file.truncate(size)
        server = subprocess.Popen([os.path.abspath(options.binary), "serve", "--port", str(port),
                                   "--static-root", folder], cwd=folder,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            common = "Host: localhost\r\nConnection: close\r\n"
            start = b'--B\r\nContent-Disposition: form-data; name="f"; filename="l.bin"\r\n\r\n'
            end = b"\r\n--B--\r\n"
            form = len(start) + size + len(end)
            for name, head, body, expected in [
                    ("multipart upload",
                     f"POST /echo?see=form HTTP/1.1\r\n{common}Content-Length: {form}\r\n"
                     "Content-Type: multipart/form-data; boundary=B\r\n\r\n",
                     [start, *[None], end], None),
                    ("raw upload and echo",
                     f"PUT /echo HTTP/1.1\r\n{common}Content-Length: {size}\r\n\r\n", [None], size),
                    ("streamed download", f"GET /echo?stream={size} HTTP/1.1\r\n{common}\r\n", [],
                     size),
                    ("static file", f"GET /static/large.bin HTTP/1.1\r\n{common}\r\n", [], size)]:

                def all_of(parts=body):
                    for part in parts:
                        yield from pieces(size) if part is None else [part]

                before = resident_kib(server.pid)
                watch = Watch(server.pid)
                began = time.time()
                count, first = exchange(port, head, all_of(), expected)
                seconds = time.time() - began
                watch.ended.set()
                watch.join()
                grown = max(0, watch.most - before) / 1024
                bad = grown > LIMIT_MIB or (expected is None and first != b"fields=0 files=1 names=l.bin")
                failed = failed or bad
                print(f"{name:20} {seconds:6.1f} s {size / seconds / 1e6:8.0f} MB/s "
                      f"{grown:6.1f} MiB more{'  TOO MUCH' if bad else ''}", flush=True)
        finally:
            server.terminate()
            server.wait(timeout=60)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
