"""A client for protocol tests: sends any bytes, and reads responses strictly (RFC 9112).

Standard library only. What it finds wrong it raises as Wrong."""

import random
import re
import socket
import time

PATIENCE = 5.0  # seconds until a silent server counts as hanging


class Wrong(Exception):
    """The server has done what it should not."""


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers  # pairs, in order
        self.body = body

    def all(self, name):
        return [value for own, value in self.headers if own.lower() == name.lower()]

    def get(self, name):
        values = self.all(name)
        return values[0] if values else None

    def __repr__(self):
        return f"{self.status} {self.body[:60]!r}"


STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9][0-9]) [\t\x20-\x7e\x80-\xff]*")
FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*")
DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|"
                  r"Dec) \d{4} \d\d:\d\d:\d\d GMT")


class Client:
    """One connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(PATIENCE)
        self.buffer = b""
        self.ended = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    # --- sending ---

    def send(self, data, pieces=None):
        """In one piece, or in pieces of so many bytes; "random" chooses them."""
        try:
            if pieces is None:
                self.socket.sendall(data)
                return
            while data:
                size = random.randint(1, 40) if pieces == "random" else pieces
                self.socket.sendall(data[:size])
                data = data[size:]
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has refused it before the end: what it answers decides

    def finish_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    # --- receiving ---

    def more(self):
        """False at the end of the stream."""
        if self.ended:
            return False
        try:
            data = self.socket.recv(65536)
        except socket.timeout:
            raise Wrong(f"silence for {PATIENCE:.0f} s; so far {self.buffer[:200]!r}") from None
        except ConnectionResetError:
            data = b""
        self.ended = not data
        self.buffer += data
        return not self.ended

    def take(self, count):
        while len(self.buffer) < count:
            if not self.more():
                raise Wrong(f"the stream ends {count - len(self.buffer)} bytes early")
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def take_line(self):
        while b"\r\n" not in self.buffer:
            if not self.more():
                raise Wrong(f"the stream ends within a line: {self.buffer[:200]!r}")
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        if b"\n" in line or b"\r" in line:
            raise Wrong(f"a bare CR or LF: {line!r}")
        return line

    def read(self, method="GET"):
        """The next response, as one to a request with that method."""
        status_line = self.take_line()
        match = STATUS_LINE.fullmatch(status_line)
        if not match:
            raise Wrong(f"malformed status line {status_line!r}")
        status = int(match[1])
        headers = []
        while line := self.take_line():
            field = FIELD.fullmatch(line)
            if not field:
                raise Wrong(f"malformed header line {line!r}")
            headers.append((field[1].decode(), field[2].decode("latin-1")))
        response = Response(status, headers, b"")
        self.check_head(response)
        response.body = self.read_body(response, method)
        return response

    @staticmethod
    def check_head(response):
        lengths = response.all("Content-Length")
        codings = response.all("Transfer-Encoding")
        for name in ("Content-Length", "Transfer-Encoding", "Date", "Content-Type", "Location"):
            if len(response.all(name)) > 1:
                raise Wrong(f"{name} twice")
        if lengths and codings:
            raise Wrong("Content-Length beside Transfer-Encoding")
        if lengths and not re.fullmatch("[0-9]+", lengths[0]):
            raise Wrong(f"malformed Content-Length {lengths[0]!r}")
        if codings and codings[0] != "chunked":
            raise Wrong(f"Transfer-Encoding {codings[0]!r}")
        if response.status < 200 or response.status == 204:
            if lengths or codings:
                raise Wrong(f"{response.status} announces a body")
        elif response.status != 304 or response.get("Date") is not None:
            date = response.get("Date") or ""
            if not DATE.fullmatch(date):
                raise Wrong(f"Date {date!r}")
        if response.status == 405 and response.get("Allow") is None:
            raise Wrong("405 without Allow")

    def read_body(self, response, method):
        if method == "HEAD" or response.status < 200 or response.status in (204, 304):
            return b""
        if response.get("Transfer-Encoding"):
            return self.read_chunks()
        length = response.get("Content-Length")
        if length is not None:
            return self.take(int(length))
        while self.more():
            pass
        return self.take(len(self.buffer))

    def read_chunks(self):
        body = b""
        while True:
            line = self.take_line()
            if not re.fullmatch(rb"[0-9a-fA-F]+", line):
                raise Wrong(f"malformed chunk size {line!r}")
            size = int(line, 16)
            if size == 0:
                if self.take_line() != b"":
                    raise Wrong("trailers that nobody has asked for")
                return body
            body += self.take(size)
            if self.take(2) != b"\r\n":
                raise Wrong("a chunk without its CRLF")

    def expect_end(self):
        """The server has closed, and nothing more has come."""
        if self.buffer:
            raise Wrong(f"more bytes than expected: {self.buffer[:200]!r}")
        if self.more():
            raise Wrong(f"more bytes instead of the end: {self.buffer[:200]!r}")

    def expect_open(self):
        """Another request is answered."""
        self.send(b"GET /echo?see=query&still=open HTTP/1.1\r\nHost: localhost\r\n\r\n")
        response = self.read()
        if (response.status, response.body) != (200, b"see=query&still=open"):
            raise Wrong(f"the next request is answered by {response}")
        if self.buffer:
            raise Wrong(f"more bytes than expected: {self.buffer[:200]!r}")

    def expect_silence(self, seconds=0.15):
        """Nothing comes for now."""
        self.socket.settimeout(seconds)
        try:
            data = self.socket.recv(65536)
            raise Wrong(f"{data[:100]!r} came too early" if data else "closed too early")
        except socket.timeout:
            pass
        finally:
            self.socket.settimeout(PATIENCE)


def wait_until(condition, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
