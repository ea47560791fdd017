"""A WebSocket client that can do everything wrong."""
import base64
import hashlib
import os
import select
import socket
import struct
import time
import zlib

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PATIENCE = 10.0


class Failure(Exception):
    """The server did not do what the case asks for."""


def check(condition, text):
    if not condition:
        raise Failure(text)


def masked(payload, mask):
    if not payload:
        return b""
    whole = (mask * (len(payload) // 4 + 1))[:len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(whole, "big")).to_bytes(len(payload), "big")


def frame(opcode, payload=b"", fin=1, rsv=0, mask=b"\x12\x34\x56\x78", length=None, form=None):
    """The bytes of a frame. `length`: another length than the payload's; `form`: 7, 16 or 64 bits."""
    if isinstance(payload, str):
        payload = payload.encode()
    size = len(payload) if length is None else length
    if form is None:
        form = 7 if size < 126 else 16 if size < 65536 else 64
    head = bytes([fin << 7 | rsv << 4 | opcode])
    bit = 0x80 if mask is not None else 0
    head += {7: lambda: bytes([bit | size]), 16: lambda: struct.pack("!BH", bit | 126, size),
             64: lambda: struct.pack("!BQ", bit | 127, size)}[form]()
    if mask is None:
        return head + payload
    return head + mask + masked(payload, mask)


def close_frame(code=None, reason=b""):
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


class Frame:
    def __init__(self, first, payload):
        self.fin, self.rsv, self.opcode, self.payload = first >> 7, first >> 4 & 7, first & 15, payload

    @property
    def code(self):
        return struct.unpack("!H", self.payload[:2])[0] if len(self.payload) >= 2 else None

    def __repr__(self):
        return f"<opcode {self.opcode} fin {self.fin} rsv {self.rsv} {self.payload[:40]!r} of {len(self.payload)}>"


class Client:
    def __init__(self, port):
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.status, self.headers = 0, {}

    def close(self):
        self.socket.close()

    # --- HTTP ---

    def request(self, method="GET", path="/ws", version="HTTP/1.1", after=b"", drop=(), **changed):
        """Sends a handshake. Keywords replace headers (`_` for `-`), None leaves one out."""
        self.key = base64.b64encode(os.urandom(16)).decode()
        headers = {"Host": f"127.0.0.1:{self.port}", "Upgrade": "websocket", "Connection": "Upgrade",
                   "Sec-WebSocket-Key": self.key, "Sec-WebSocket-Version": "13"}
        names = {name.lower(): name for name in headers}
        for name, value in changed.items():
            name = name.replace("_", "-")
            headers[names.get(name.lower(), name)] = value
        lines = [f"{method} {path} {version}"]
        for name, value in headers.items():
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    lines.append(f"{name}: {one}")
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + after)

    def response(self):
        while b"\r\n\r\n" not in self.buffer:
            self.more("in the response's head")
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            self.headers.setdefault(name.lower(), []).append(value.strip())
        return self.status

    def header(self, name):
        return ", ".join(self.headers.get(name.lower(), []))

    def open(self, **changed):
        self.request(**changed)
        check(self.response() == 101, f"the handshake was answered with {self.status}")
        return self

    # --- bytes ---

    def send(self, data, piece=None, pause=0.0):
        view = memoryview(data)
        step = piece or max(len(data), 1)
        for at in range(0, len(data), step):
            self.socket.sendall(view[at:at + step])
            if pause:
                time.sleep(pause)

    def send_and_read(self, data, count):
        """Sends much while it reads as much, so that neither side waits for the other."""
        frames, view = [], memoryview(data)
        self.socket.setblocking(False)
        end = time.monotonic() + 60
        try:
            while len(frames) < count:
                check(time.monotonic() < end, f"{len(frames)} of {count} frames have come")
                want_write = [self.socket] if view else []
                readable, writable, _ = select.select([self.socket], want_write, [], 1)
                if writable:
                    view = view[self.socket.send(view[:262144]):]
                if readable:
                    data = self.socket.recv(262144)
                    check(data, "the server has closed")
                    self.buffer += data
                    while len(frames) < count:
                        one = self.take_frame()
                        if one is None:
                            break
                        frames.append(one)
        finally:
            self.socket.settimeout(PATIENCE)
        return frames

    def more(self, where):
        try:
            data = self.socket.recv(1 << 20)
        except socket.timeout:
            raise Failure(f"nothing more comes {where}")
        except ConnectionResetError:
            raise Failure(f"the connection was reset {where}")
        check(data, f"the server has closed {where}")
        self.buffer += data

    # --- frames ---

    def take_frame(self):
        b = self.buffer
        if len(b) < 2:
            return None
        check(not b[1] & 0x80, "a frame of the server is masked")
        size, at = b[1] & 0x7F, 2
        if size == 126:
            if len(b) < 4:
                return None
            size, at = struct.unpack("!H", b[2:4])[0], 4
            check(size >= 126, "a length is not in its shortest form")
        elif size == 127:
            if len(b) < 10:
                return None
            size, at = struct.unpack("!Q", b[2:10])[0], 10
            check(size >= 65536, "a length is not in its shortest form")
        if len(b) < at + size:
            return None
        self.buffer = b[at + size:]
        return Frame(b[0], b[at:at + size])

    def read(self):
        while True:
            one = self.take_frame()
            if one is not None:
                return one
            self.more("within a frame" if self.buffer else "where a frame is expected")

    def expect(self, opcode, payload):
        payload = payload.encode() if isinstance(payload, str) else payload
        one = self.read()
        check(one.opcode == opcode and one.fin == 1 and one.rsv == 0 and one.payload == payload,
              f"got {one} instead of opcode {opcode}, {payload[:40]!r} of {len(payload)}")
        return one

    def expect_close(self, *codes):
        one = self.read()
        check(one.opcode == CLOSE, f"got {one} instead of Close")
        check(one.code in codes, f"closed with {one.code}, not {codes}: {one.payload[2:]!r}")
        self.expect_end()

    def expect_end(self):
        """The server closes, and has nothing more to say."""
        check(self.buffer == b"", f"more has come: {self.buffer[:40]!r}")
        try:
            data = self.socket.recv(4096)
        except socket.timeout:
            raise Failure("the server does not close")
        except ConnectionResetError:
            return
        check(data == b"", f"more has come: {data[:40]!r}")

    def echo(self, opcode, payload, **options):
        self.send(frame(opcode, payload), **options)
        self.expect(opcode, payload)

    def bye(self):
        self.send(close_frame(1000))
        self.expect_close(1000)


class Deflate:
    """permessage-deflate as a client does it."""

    def __init__(self, client, offer="permessage-deflate"):
        self.client = client
        client.open(Sec_WebSocket_Extensions=offer)
        self.answer = client.header("Sec-WebSocket-Extensions")
        check(self.answer.startswith("permessage-deflate"), f"the answer is {self.answer!r}")
        parameters = [p.strip() for p in self.answer.split(";")[1:]]
        self.no_client_takeover = "client_no_context_takeover" in parameters
        self.no_server_takeover = "server_no_context_takeover" in parameters
        bits = {p.split("=")[0]: int(p.split("=")[1]) for p in parameters if "=" in p}
        self.client_bits = bits.get("client_max_window_bits", 15)
        self.server_bits = bits.get("server_max_window_bits", 15)
        self.packer = self.unpacker = None

    def pack(self, payload, level=6):
        if self.packer is None or self.no_client_takeover:
            self.packer = zlib.compressobj(level, zlib.DEFLATED, -self.client_bits)
        data = self.packer.compress(payload) + self.packer.flush(zlib.Z_SYNC_FLUSH)
        return data[:-4]

    def unpack(self, payload):
        if self.unpacker is None or self.no_server_takeover:
            self.unpacker = zlib.decompressobj(-self.server_bits)
        return self.unpacker.decompress(payload + b"\x00\x00\xff\xff")

    def send(self, opcode, payload):
        self.client.send(frame(opcode, self.pack(payload), rsv=4))

    def read(self):
        one = self.client.read()
        check(one.rsv in (0, 4), f"got {one}")
        return one.opcode, self.unpack(one.payload) if one.rsv else one.payload

    def echo(self, opcode, payload):
        payload = payload.encode() if isinstance(payload, str) else payload
        self.send(opcode, payload)
        got = self.read()
        check(got == (opcode, payload), f"got {got[0]}, {got[1][:40]!r} of {len(got[1])}")
