#!/usr/bin/env python3
"""What an idle connection costs the server in memory.

    idle_memory.py [PROGRAM] [--count 2000] [--kinds http1,http1-tls,...]

For each kind a fresh echo_site serves with one thread. COUNT clients connect, get an answer (of a WebSocket: an echo) and
fall silent; then as many again. What the server's private memory has grown by from the first lot to the second, divided
by COUNT, is what one of them costs: what the server needs once is not in it. Buffers of the kernel are not in it either.
"""
import argparse
import base64
import os
import re
import resource
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADERS = ("User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
           "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: de,en;q=0.5\r\n"
           "Cookie: sessionid=0123456789abcdef0123456789abcdef; csrftoken=0123456789abcdef0123456789abcdef\r\n")


CONTEXT = ssl.create_default_context()
CONTEXT.check_hostname, CONTEXT.verify_mode = False, ssl.CERT_NONE


class Server:
    def __init__(self, program, certificate):
        arguments = [program, "serve", "--workers", "0", "--threads", "1", "--listen", "127.0.0.1:0",
                     "--listen-tls", "127.0.0.1:0", "--certificate", certificate[0], "--key", certificate[1]]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.ports = {}
        while len(self.ports) < 2:
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit("the server does not start")
            for scheme, port in re.findall(r"(https?)://[^/ ]*?:(\d+)/", line):
                self.ports[scheme] = int(port)

    def private_bytes(self):
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return 1024 * sum(int(size) for size in re.findall(r"Private_(?:Clean|Dirty): +(\d+) kB", text))

    def stop(self):
        self.process.terminate()
        self.process.wait()


def connect(server, tls, protocol):
    plain = socket.create_connection(("127.0.0.1", server.ports["https" if tls else "http"]))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not tls:
        return plain
    CONTEXT.set_alpn_protocols([protocol])
    return CONTEXT.wrap_socket(plain, server_hostname="localhost")


def read_until(client, done):
    data = b""
    while not done(data):
        more = client.recv(65536)
        if not more:
            raise SystemExit("the server has closed a connection")
        data += more
    return data


def http1(server, tls):
    client = connect(server, tls, "http/1.1")
    client.sendall(f"GET /plaintext HTTP/1.1\r\nHost: localhost\r\n{HEADERS}\r\n".encode())
    read_until(client, lambda data: data.endswith(b"Hello, World!"))
    return client


def frame(kind, flags, stream, payload=b""):
    return struct.pack("!I", len(payload))[1:] + bytes([kind, flags]) + struct.pack("!I", stream) + payload


def hpack(name, value):
    """Literal, with indexing: so that the server's table has it."""
    return b"\x40" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def http2(server, tls):
    client = connect(server, tls, "h2")
    fields = [(":method", "GET"), (":path", "/plaintext"), (":scheme", "https" if tls else "http"), (":authority", "localhost")]
    fields += [line.split(": ", 1) for line in HEADERS.lower().split("\r\n")[:-1]]
    block = b"".join(hpack(name, value) for name, value in fields)
    client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0) + frame(4, 1, 0) + frame(1, 5, 1, block))
    read_until(client, lambda data: b"Hello, World!" in data)
    return client


def websocket(server, tls, extension=""):
    client = connect(server, tls, "http/1.1")
    key = base64.b64encode(os.urandom(16)).decode()
    client.sendall(f"GET /ws HTTP/1.1\r\nHost: localhost\r\n{HEADERS}Upgrade: websocket\r\nConnection: Upgrade\r\n"
                   f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{extension}\r\n".encode())
    read_until(client, lambda data: b"\r\n\r\n" in data)
    client.sendall(b"\x81\x85\0\0\0\0hello")
    read_until(client, lambda data: b"hello" in data)
    return client


def deflating(server, tls):
    return websocket(server, tls, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")


KINDS = {name + ("-tls" if tls else ""): (lambda server, f=function, t=tls: f(server, t))
         for name, function in (("http1", http1), ("http2", http2), ("websocket", websocket), ("websocket-deflate", deflating))
         for tls in (False, True)}


def measure(program, certificate, kind, count):
    server = Server(program, certificate)
    try:
        clients, figures = [], []
        began = time.monotonic()
        for _ in range(2):
            clients += [KINDS[kind](server) for _ in range(count)]
            time.sleep(3)  # until the server has noticed that they are idle
            figures.append(server.private_bytes())
        if time.monotonic() - began > 30:
            raise SystemExit("too slow: the server has begun to close idle connections")
        return (figures[1] - figures[0]) / count
    finally:
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=str(ROOT / "build/release/bin/echo_site"))
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--kinds", default=",".join(KINDS))
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        certificate = (f"{folder}/chain.pem", f"{folder}/key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-out", certificate[0],
                        "-keyout", certificate[1]], check=True, capture_output=True)
        for kind in options.kinds.split(","):
            each = measure(os.path.abspath(options.program), certificate, kind, options.count)
            print(f"{kind:<22} {each:>8.0f} bytes each", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
