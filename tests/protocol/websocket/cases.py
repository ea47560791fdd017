"""The cases, in the order of RFC 6455's chapters and then RFC 7692's. Each has a fresh connection."""
import base64
import hashlib
import os
import random
import struct
import time
import zlib

from client import (BINARY, CLOSE, GUID, PING, PONG, TEXT, Client, Deflate, Failure, check, close_frame, frame)

CASES = []


def case(name, *arguments):
    """Registers a function, once, or once for each tuple of arguments."""
    def register(function):
        for values in arguments or [()]:
            CASES.append((name.format(*values), lambda c, v=values: function(c, *v)))
        return function
    return register


# --- the opening handshake -----------------------------------------------------------------------

@case("handshake: a plain one is accepted")
def _(c):
    c.open()
    accept = base64.b64encode(hashlib.sha1((c.key + GUID).encode()).digest()).decode()
    check(c.header("Sec-WebSocket-Accept") == accept, "Sec-WebSocket-Accept is wrong")
    check(c.header("Upgrade").lower() == "websocket", "Upgrade is wrong")
    check(c.header("Connection").lower() == "upgrade", "Connection is wrong")
    for name in ("Content-Length", "Transfer-Encoding", "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"):
        check(not c.header(name), f"{name} was not asked for")
    c.bye()


@case("handshake: the example of RFC 6455 §1.3")
def _(c):
    c.open(Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==")
    check(c.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Sec-WebSocket-Accept is wrong")


@case("handshake: {0} is accepted",
      ("Upgrade in capitals", {"Upgrade": "WebSocket"}),
      ("Upgrade among others", {"Upgrade": "h2c, websocket"}),
      ("Connection in small letters", {"Connection": "upgrade"}),
      ("Connection among others", {"Connection": "keep-alive, Upgrade"}),
      ("Connection on two lines", {"Connection": ["keep-alive", "Upgrade"]}),
      ("a subprotocol that nobody speaks", {"Sec_WebSocket_Protocol": "nothing"}),
      ("an unknown extension", {"Sec_WebSocket_Extensions": "x-unknown; a=b"}),
      ("the site's own origin", {"Origin": "http://127.0.0.1:{port}"}))
def _(c, _name, headers):
    c.open(**{k: v.replace("{port}", str(c.port)) if isinstance(v, str) else v for k, v in headers.items()})
    c.echo(TEXT, "hello")


@case("handshake: {0} is answered with {1}",
      ("no Upgrade", (400, 426), {"Upgrade": None}),
      ("another Upgrade", (400, 426), {"Upgrade": "h2c"}),
      ("no Connection", (400,), {"Connection": None}),
      ("another Connection", (400,), {"Connection": "keep-alive"}),
      ("no key", (400,), {"Sec_WebSocket_Key": None}),
      ("an empty key", (400,), {"Sec_WebSocket_Key": ""}),
      ("a key of 15 bytes", (400,), {"Sec_WebSocket_Key": base64.b64encode(b"x" * 15).decode()}),
      ("a key of 17 bytes", (400,), {"Sec_WebSocket_Key": base64.b64encode(b"x" * 17).decode()}),
      ("a key that is not base64", (400,), {"Sec_WebSocket_Key": "!" * 22 + "=="}),
      ("a key without padding", (400,), {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ"}),
      ("two keys", (400,), {"Sec_WebSocket_Key": ["dGhlIHNhbXBsZSBub25jZQ=="] * 2}),
      ("no version", (400, 426), {"Sec_WebSocket_Version": None}),
      ("version 8", (426,), {"Sec_WebSocket_Version": "8"}),
      ("version 14", (426,), {"Sec_WebSocket_Version": "14"}),
      ("version 013", (400, 426), {"Sec_WebSocket_Version": "013"}),
      ("versions 13 and 8", (400, 426), {"Sec_WebSocket_Version": "13, 8"}),
      ("no Host", (400,), {"Host": None}),
      ("a host that is not allowed", (400,), {"Host": "evil.example"}),
      ("a foreign origin", (403,), {"Origin": "http://evil.example"}),
      ("an origin of another port", (403,), {"Origin": "http://127.0.0.1:1"}),
      ("an origin of another scheme", (403,), {"Origin": "https://127.0.0.1:{port}"}),
      ("the origin null", (403,), {"Origin": "null"}))
def _(c, _name, statuses, headers):
    c.request(**{k: v.replace("{port}", str(c.port)) if isinstance(v, str) else v for k, v in headers.items()})
    check(c.response() in statuses, f"answered with {c.status}")
    if c.status == 426:
        check(c.header("Sec-WebSocket-Version") == "13", "Sec-WebSocket-Version is missing")
        check(c.header("Upgrade") == "websocket", "Upgrade is missing")


@case("handshake: {0} is answered with 405", ("POST",), ("PUT",), ("HEAD",), ("DELETE",))
def _(c, method):
    c.request(method=method)
    check(c.response() == 405, f"answered with {c.status}")
    check(c.header("Allow") == "GET", "Allow is wrong")


@case("handshake: HTTP/1.0 is refused")
def _(c):
    c.request(version="HTTP/1.0")
    check(400 <= c.response() < 500, f"answered with {c.status}")


@case("handshake: a request with a body is refused")
def _(c):
    c.request(Content_Length="5", after=b"hello")
    check(400 <= c.response() < 500, f"answered with {c.status}")


@case("handshake: frames right behind it are not lost")
def _(c):
    c.request(after=frame(TEXT, "early") + frame(PING, "p"))
    check(c.response() == 101, f"answered with {c.status}")
    got = {one.opcode: one.payload for one in (c.read(), c.read())}
    check(got == {TEXT: b"early", PONG: b"p"}, f"got {got}")


@case("handshake: byte by byte")
def _(c):
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    c.send((f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode(), piece=1)
    check(c.response() == 101, f"answered with {c.status}")
    c.echo(TEXT, "hello")


@case("handshake: after another request on the connection")
def _(c):
    c.send(f"GET /plaintext HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\n\r\n".encode())
    check(c.response() == 200, f"answered with {c.status}")
    c.buffer = c.buffer[int(c.header("Content-Length")):]
    c.open()
    c.echo(TEXT, "hello")


@case("handshake: {0} is accepted or refused, no more",
      ("a key with odd padding bits", {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZR=="}),
      ("websocket twice", {"Upgrade": "websocket, websocket"}),
      ("an empty subprotocol", {"Sec_WebSocket_Protocol": ""}),
      ("a subprotocol that is no token", {"Sec_WebSocket_Protocol": "a b"}),
      ("the same subprotocol twice", {"Sec_WebSocket_Protocol": "a, a"}),
      ("extensions without end", {"Sec_WebSocket_Extensions": 'permessage-deflate; server_max_window_bits="10'}),
      ("extensions that are none", {"Sec_WebSocket_Extensions": ";;,=,\"\",,"}),
      ("a thousand offers", {"Sec_WebSocket_Extensions": ", ".join(["permessage-deflate; unknown"] * 1000)}),
      ("an offer of a thousand parameters", {"Sec_WebSocket_Extensions": "permessage-deflate" + "; x=1" * 1000}),
      ("an expectation", {"Expect": "100-continue"}))
def _(c, _name, headers):
    c.request(**headers)
    check(c.response() in (101, 400, 426, 431), f"answered with {c.status}")
    if c.status == 101:
        c.echo(TEXT, "hello")


@case("handshake: offers on two lines")
def _(c):
    d = Deflate(c, ["x-unknown", "permessage-deflate"])
    d.echo(TEXT, b"hello")


@case("handshake: {0} is refused", ("origins on two lines", {"Origin": ["http://127.0.0.1:{port}", "http://evil.example"]}),
      ("an empty origin", {"Origin": ""}), ("an origin with a path", {"Origin": "http://127.0.0.1:{port}/x"}),
      ("an origin with user", {"Origin": "http://a@127.0.0.1:{port}"}), ("two origins", {"Origin": "http://127.0.0.1:{port} http://evil.example"}),
      ("an origin that begins like ours", {"Origin": "http://127.0.0.1:{port}0"}))
def _(c, _name, headers):
    ours = {k: [one.replace("{port}", str(c.port)) for one in (v if isinstance(v, list) else [v])] for k, v in headers.items()}
    c.request(**ours)
    check(c.response() in (400, 403), f"answered with {c.status}")


@case("handshake: {0} is no method for it", ("get",), ("TRACE",), ("OPTIONS",), ("BREW",))
def _(c, method):
    c.request(method=method)
    check(c.response() in (405, 501), f"answered with {c.status}")


@case("handshake: a request with chunks is refused")
def _(c):
    c.request(Transfer_Encoding="chunked", after=b"0\r\n\r\n")
    check(400 <= c.response() < 500, f"answered with {c.status}")


@case("handshake: a length of nought is no body")
def _(c):
    c.open(Content_Length="0")
    c.echo(TEXT, "hello")


@case("handshake: at {0}", ("an absolute address", "http://127.0.0.1:{port}/ws"), ("a path with a query", "/ws?a=b&c"))
def _(c, _name, path):
    c.open(path=path.replace("{port}", str(c.port)))
    c.echo(TEXT, "hello")


@case("handshake: behind a request with body, in one piece")
def _(c):
    c.send((f"POST /echo HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\nContent-Length: 5\r\n\r\nhello"
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode() + frame(TEXT, "early"))
    check(c.response() == 200, f"answered with {c.status}")
    while len(c.buffer) < 5:
        c.more("in the body")
    c.buffer = c.buffer[5:]
    check(c.response() == 101, f"answered with {c.status}")
    c.expect(TEXT, "early")
    c.bye()


@case("handshake: HTTP after it is no frame")
def _(c):
    c.open().send(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\n\r\n".encode())
    c.expect_close(1002)


# --- messages ------------------------------------------------------------------------------------

SIZES = (0, 1, 2, 3, 7, 124, 125, 126, 127, 128, 255, 256, 65534, 65535, 65536, 65537, 1 << 20, (1 << 20) + 1)


@case("message: {1} bytes as {0}", *[(kind, size) for kind in ("text", "binary") for size in SIZES])
def _(c, kind, size):
    c.open()
    if kind == "text":
        c.echo(TEXT, ("*" * size).encode())
    else:
        c.echo(BINARY, random.Random(size).randbytes(size))
    c.bye()


@case("message: 16 MiB as {0}", ("text", TEXT), ("binary", BINARY))
def _(c, _name, opcode):
    c.open()
    payload = b"0123456789abcdef" * (1 << 20)
    got = c.send_and_read(frame(opcode, payload), 1)[0]
    check(got.opcode == opcode and got.payload == payload, f"got {got}")


@case("message: past the limit of 64 MiB is refused with 1009, before it is sent")
def _(c):
    c.open().send(frame(BINARY, b"", length=(64 << 20) + 1))
    c.expect_close(1009)


@case("message: fragments past the limit are refused with 1009")
def _(c):
    c.open().send(frame(BINARY, b"x", fin=0))
    c.send(frame(0, b"", length=64 << 20))
    c.expect_close(1009)


@case("message: a length of 2^62 is refused, and takes no memory")
def _(c):
    c.open().send(frame(BINARY, b"", length=1 << 62))
    c.expect_close(1009)


@case("message: {0} bytes in pieces of {1}", (5, 1), (300, 1), (70000, 997), (70000, 4096), (1 << 20, 65536))
def _(c, size, piece):
    c.open()
    c.echo(BINARY, random.Random(1).randbytes(size), piece=piece)


@case("message: random splits with seed {0}", *[(seed,) for seed in range(8)])
def _(c, seed):
    c.open()
    rng = random.Random(seed)
    messages = [(rng.choice((TEXT, BINARY)), bytes(rng.choices(b"abcxyz", k=rng.choice((0, 1, 125, 126, 5000)))))
                for _ in range(20)]
    data = b"".join(frame(opcode, payload, mask=rng.randbytes(4)) for opcode, payload in messages)
    while data:
        size = rng.randint(1, 3000)
        c.send(data[:size])
        data = data[size:]
    for opcode, payload in messages:
        c.expect(opcode, payload)


@case("message: a thousand in one piece keep their order")
def _(c):
    c.open()
    got = c.send_and_read(b"".join(frame(TEXT, str(i)) for i in range(1000)), 1000)
    check([one.payload for one in got] == [str(i).encode() for i in range(1000)], "the order is another")


@case("message: any mask, zero too")
def _(c):
    c.open()
    for mask in (b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x00\x01\x02\x03", os.urandom(4)):
        c.send(frame(TEXT, "masked", mask=mask))
        c.expect(TEXT, "masked")


@case("message: without a mask is refused: {0}", ("text", TEXT), ("ping", PING), ("close", CLOSE))
def _(c, _name, opcode):
    c.open().send(frame(opcode, b"", mask=None))
    c.expect_close(1002)


@case("message: a length not in its shortest form is refused: {0} in {1} bits",
      (0, 16), (125, 16), (0, 64), (125, 64), (65535, 64))
def _(c, size, form):
    c.open().send(frame(BINARY, b"x" * size, form=form))
    c.expect_close(1002)


@case("message: the highest bit of a length is refused")
def _(c):
    c.open().send(frame(BINARY, b"", length=1 << 63))
    c.expect_close(1002, 1009)


@case("message: ten thousand empty fragments")
def _(c):
    c.open().send(frame(TEXT, "a", fin=0) + frame(0, b"", fin=0) * 10000 + frame(0, "b"))
    c.expect(TEXT, "ab")


@case("message: a mask bit with nothing behind it, and then all")
def _(c):
    data = frame(BINARY, b"x" * 70000)
    c.open()
    for at in (1, 2, 3, 9, 10, 11, 13, 14, 15):
        c.send(data[at - 1:at] if at == 1 else data[last:at])
        last = at
        time.sleep(0.01)
    c.send(data[last:])
    c.expect(BINARY, b"x" * 70000)


# --- reserved bits and opcodes -------------------------------------------------------------------

@case("reserved bits {0} are refused with {1}",
      *[(rsv, name, opcode) for rsv in range(1, 8) for name, opcode in
        (("text", TEXT), ("ping", PING), ("close", CLOSE))])
def _(c, rsv, _name, opcode):
    c.open()
    c.echo(TEXT, "before")
    c.send(frame(opcode, b"", rsv=rsv))
    c.expect_close(1002)


@case("reserved opcode {0} is refused", *[(op,) for op in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)])
def _(c, opcode):
    c.open()
    c.echo(TEXT, "before")
    c.send(frame(opcode, b"payload") + frame(PING))
    c.expect_close(1002)


# --- control frames ------------------------------------------------------------------------------

@case("ping: {0} bytes come back", (0,), (1,), (4,), (125,))
def _(c, size):
    payload = random.Random(size).randbytes(size)
    c.open().send(frame(PING, payload))
    c.expect(PONG, payload)
    c.echo(TEXT, "still here")


@case("ping: byte by byte")
def _(c):
    c.open().send(frame(PING, b"payload"), piece=1)
    c.expect(PONG, b"payload")


@case("ping: ten in one piece are answered in order")
def _(c):
    c.open().send(b"".join(frame(PING, str(i)) for i in range(10)))
    for i in range(10):
        c.expect(PONG, str(i))


@case("ping: 20000 are answered")
def _(c):
    c.open()
    got = c.send_and_read(b"".join(frame(PING, b"p" * 100) for _ in range(20000)), 20000)
    check(all(one.opcode == PONG for one in got), "not all are pongs")


@case("ping: answered while the handler has much to send")
def _(c):
    c.open()
    big = frame(BINARY, b"x" * 500000)
    got = c.send_and_read(big * 4 + frame(PING, b"p"), 5)
    check(sorted(one.opcode for one in got) == [BINARY] * 4 + [PONG], f"got {got}")


@case("{0} of 126 bytes is refused", ("ping", PING), ("pong", PONG), ("close", CLOSE))
def _(c, _name, opcode):
    c.open().send(frame(opcode, b"\x03\xe8" + b"x" * 124))
    c.expect_close(1002)


@case("{0} in two fragments is refused", ("ping", PING), ("pong", PONG), ("close", CLOSE))
def _(c, _name, opcode):
    c.open().send(frame(opcode, b"", fin=0) + frame(0, b"x"))
    c.expect_close(1002)


@case("pong: nobody asked for it, and it is ignored")
def _(c):
    c.open().send(frame(PONG) + frame(PONG, b"payload"))
    c.echo(TEXT, "still here")


# --- fragments -----------------------------------------------------------------------------------

@case("fragments: {0} of {1} bytes", (2, 5), (2, 0), (3, 100), (100, 1), (1000, 64))
def _(c, count, size):
    c.open()
    pieces = [random.Random(i).randbytes(size) for i in range(count)]
    for i, piece in enumerate(pieces):
        c.send(frame(BINARY if i == 0 else 0, piece, fin=int(i == count - 1)))
    c.expect(BINARY, b"".join(pieces))


@case("fragments: an empty last one ends the message")
def _(c):
    c.open().send(frame(TEXT, "first", fin=0) + frame(0, b"", fin=0) + frame(0, b""))
    c.expect(TEXT, "first")


@case("fragments: {0} MiB in frames of {1} bytes", (1, 64), (4, 256), (4, 65536))
def _(c, mebibytes, size):
    c.open()
    payload = b"0123456789abcdef" * (mebibytes << 16)
    pieces = [payload[at:at + size] for at in range(0, len(payload), size)]
    data = b"".join(frame(TEXT if i == 0 else 0, piece, fin=int(i == len(pieces) - 1))
                    for i, piece in enumerate(pieces))
    got = c.send_and_read(data, 1)[0]
    check(got.payload == payload, f"got {got}")


@case("fragments: a ping between them is answered first", (0,), (1,))
def _(c, piece=None):
    c.open().send(frame(TEXT, "frag", fin=0) + frame(PING, "between") + frame(0, "ment"), piece=piece or None)
    c.expect(PONG, "between")
    c.expect(TEXT, "fragment")


@case("fragments: many pings between them")
def _(c):
    c.open()
    data = frame(TEXT, "a", fin=0)
    for i in range(50):
        data += frame(PING, str(i)) + frame(0, "b", fin=0) + frame(PONG, "x")
    c.send(data + frame(0, "c"))
    for i in range(50):
        c.expect(PONG, str(i))
    c.expect(TEXT, "a" + "b" * 50 + "c")


@case("fragments: a {0} within a message is refused", ("text", TEXT), ("binary", BINARY))
def _(c, _name, opcode):
    c.open().send(frame(TEXT, "first", fin=0) + frame(opcode, "second"))
    c.expect_close(1002)


@case("fragments: a continuation of nothing is refused, fin {0}", (0,), (1,))
def _(c, fin):
    c.open().send(frame(0, "lost", fin=fin) + frame(TEXT, "after"))
    c.expect_close(1002)


@case("fragments: a continuation after a whole message is refused")
def _(c):
    c.open()
    c.echo(TEXT, "whole")
    c.send(frame(0, "lost"))
    c.expect_close(1002)


@case("fragments: Close between them ends all")
def _(c):
    c.open().send(frame(TEXT, "never", fin=0) + close_frame(1000))
    c.expect_close(1000)


# --- UTF-8 ---------------------------------------------------------------------------------------

VALID = ["κόσμε", "\u0000", "\u007f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000",
         "\U0010ffff", "\ufdd0\ufffe", "Hello-µ@ßöäüàá-UTF-8!!"]
INVALID = [b"\x80", b"\xbf", b"\xc0\x80", b"\xc1\xbf", b"\xc3\x28", b"\xe0\x80\x80", b"\xe0\x9f\xbf", b"\xe2\x28\xa1",
           b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf0\x80\x80\x80", b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80",
           b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfe", b"\xff", b"abcdefgh\xff", b"\xce\xba\xe1\xbd\xb9\xed\xa0\x80"]


@case("utf-8: valid {0!a}", *[(text,) for text in VALID])
def _(c, text):
    c.open()
    c.echo(TEXT, text)
    data = text.encode()
    for i, byte in enumerate(data):
        c.send(frame(TEXT if i == 0 else 0, bytes([byte]), fin=int(i == len(data) - 1)))
    c.expect(TEXT, text)


@case("utf-8: invalid {0} is refused", *[(data,) for data in INVALID])
def _(c, data):
    c.open().send(frame(TEXT, data))
    c.expect_close(1007)


@case("utf-8: invalid {0} is seen before the message ends", *[(data,) for data in INVALID])
def _(c, data):
    c.open().send(frame(TEXT, b"valid", fin=0) + frame(0, data + b"....", fin=0))
    c.expect_close(1007)


@case("utf-8: invalid bytes are seen before the frame ends")
def _(c):
    c.open().send(frame(TEXT, b"ab\xff" + b"x" * 100)[:12])
    c.expect_close(1007)


@case("utf-8: {0} cut short is refused at the end", (b"\xc3",), (b"\xe2\x82",), (b"\xf0\x9f\x98",))
def _(c, data):
    c.open().send(frame(TEXT, b"text" + data))
    c.expect_close(1007)


@case("utf-8: binary messages may hold anything")
def _(c):
    c.open()
    for data in INVALID:
        c.echo(BINARY, data)


# --- closing -------------------------------------------------------------------------------------

@case("close: without a code")
def _(c):
    c.open().send(close_frame())
    one = c.read()
    check(one.opcode == CLOSE and one.code in (None, 1000), f"got {one}")
    c.expect_end()


@case("close: code {0} is answered with the same",
      *[(code,) for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4999)])
def _(c, code):
    c.open().send(close_frame(code, b"reason"))
    c.expect_close(code)


@case("close: code {0} is refused",
      *[(code,) for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)])
def _(c, code):
    c.open().send(close_frame(code))
    c.expect_close(1002)


@case("close: a payload of one byte is refused")
def _(c):
    c.open().send(frame(CLOSE, b"\x03"))
    c.expect_close(1002)


@case("close: a reason of 123 bytes")
def _(c):
    c.open().send(close_frame(1000, b"r" * 123))
    c.expect_close(1000)


@case("close: a reason that is not UTF-8 is refused", (b"\xff",), (b"\xce\xba\xe1\xbd\xb9\xed\xa0\x80",), (b"cut \xc3",))
def _(c, reason):
    c.open().send(close_frame(1000, reason))
    c.expect_close(1007)


@case("close: what follows is ignored", (frame(TEXT, "late"),), (frame(PING, "late"),), (close_frame(1001),), (b"\xff" * 50,))
def _(c, rest):
    c.open().send(close_frame(1000) + rest)
    c.expect_close(1000)


@case("close: what came before is still answered")
def _(c):
    c.open().send(b"".join(frame(TEXT, str(i)) for i in range(20)) + close_frame(1000))
    one = c.read()
    seen = 0
    while one.opcode == TEXT:
        check(one.payload == str(seen).encode(), f"got {one}")
        seen += 1
        one = c.read()
    check(seen == 20, f"{seen} messages of 20")
    check(one.opcode == CLOSE and one.code == 1000, f"got {one}")


@case("close: what came before a fault is still answered: {0}", ("a reserved bit", frame(TEXT, "x", rsv=2)), ("a reserved opcode", frame(3, "x")),
      ("no UTF-8", frame(TEXT, b"\xff")), ("no mask", frame(TEXT, "x", mask=None)), ("a continuation of nothing", frame(0, "x")))
def _(c, _name, fault):
    c.open().send(frame(TEXT, "before") + fault + frame(PING, "after"))
    c.expect(TEXT, "before")
    c.expect_close(1002, 1007)


@case("close: byte by byte")
def _(c):
    c.open().send(close_frame(1000, b"bye"), piece=1)
    c.expect_close(1000)


@case("close: a client that just hangs up, {0}", ("open",), ("within a message",), ("within a header",), ("reset",))
def _(c, when):
    c.open()
    c.echo(TEXT, "hello")
    if when == "within a message":
        c.send(frame(TEXT, "x" * 1000)[:500])
    elif when == "within a header":
        c.send(frame(TEXT, "x" * 1000)[:3])
    elif when == "reset":
        c.socket.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER: at once
    c.close()


@case("close: half closed after a message")
def _(c):
    c.open().send(frame(TEXT, "last words"))
    c.socket.shutdown(1)
    one = c.read()
    check(one.payload == b"last words", f"got {one}")


# --- permessage-deflate --------------------------------------------------------------------------

@case("deflate: the offer {0!r} is accepted",
      ("permessage-deflate",), ("permessage-deflate; client_max_window_bits",),
      ("permessage-deflate; client_max_window_bits=15",), ("permessage-deflate; client_max_window_bits=8",),
      ("permessage-deflate; server_no_context_takeover",), ("permessage-deflate; client_no_context_takeover",),
      ("permessage-deflate; server_no_context_takeover; client_no_context_takeover",),
      ("permessage-deflate; server_max_window_bits=15",), ("permessage-deflate; server_max_window_bits=12",),
      ("permessage-deflate; server_max_window_bits=9",), ('permessage-deflate; server_max_window_bits="10"',),
      ("permessage-deflate; server_max_window_bits=9; client_max_window_bits=9; server_no_context_takeover",),
      ("x-unknown, permessage-deflate",), ("permessage-deflate; unknown, permessage-deflate",),
      (" permessage-deflate ;client_max_window_bits ",))
def _(c, offer):
    d = Deflate(c, offer)
    last = offer.split(",")[-1]
    if "server_no_context_takeover" in last:
        check(d.no_server_takeover, "server_no_context_takeover is not confirmed")
    if "server_max_window_bits" in last:
        bits = int(last.split("server_max_window_bits=")[1].split(";")[0].strip('"'))
        check(d.server_bits <= bits, f"server_max_window_bits is {d.server_bits}")
    if "client_max_window_bits" not in last:
        check("client_max_window_bits" not in d.answer, "client_max_window_bits was not offered")
    text = b"".join(b"%d bottles of beer on the wall. " % i for i in range(3000))
    for _ in range(3):
        d.echo(TEXT, text)
        d.echo(BINARY, random.Random(1).randbytes(5000))


@case("deflate: the offer {0!r} is declined",
      ("permessage-deflate; server_max_window_bits=7",), ("permessage-deflate; server_max_window_bits=16",),
      ("permessage-deflate; server_max_window_bits",), ("permessage-deflate; server_max_window_bits=09",),
      ("permessage-deflate; server_max_window_bits=x",), ("permessage-deflate; client_max_window_bits=7",),
      ("permessage-deflate; client_max_window_bits=16",), ("permessage-deflate; client_max_window_bits=",),
      ("permessage-deflate; server_no_context_takeover=1",), ("permessage-deflate; client_no_context_takeover=1",),
      ("permessage-deflate; unknown",), ("permessage-deflate; server_no_context_takeover; server_no_context_takeover",),
      ("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",), ("permessage-bzip2",),
      (";permessage-deflate",))
def _(c, offer):
    c.open(Sec_WebSocket_Extensions=offer)
    check("permessage-deflate" not in c.header("Sec-WebSocket-Extensions"), "the offer was accepted")
    c.echo(TEXT, "uncompressed")
    c.send(frame(TEXT, b"", rsv=4))
    c.expect_close(1002)


@case("deflate: {0} bytes of text", *[(size,) for size in (0, 1, 16, 125, 126, 1000, 65535, 65536, 1 << 20)])
def _(c, size):
    d = Deflate(c)
    d.echo(TEXT, bytes(random.Random(size).choices(b"abcdefgh ", k=size)))


@case("deflate: bytes that do not compress")
def _(c):
    d = Deflate(c)
    for size in (1, 100, 70000):
        d.echo(BINARY, random.Random(size).randbytes(size))


@case("deflate: uncompressed messages between compressed ones")
def _(c):
    d = Deflate(c)
    for i in range(10):
        text = b"the same words again and again " * 20
        if i % 2:
            d.echo(TEXT, text)
        else:
            c.send(frame(TEXT, text))
            check(d.read() == (TEXT, text), "another message came")


@case("deflate: a hundred messages with one window")
def _(c):
    d = Deflate(c)
    for i in range(100):
        d.echo(TEXT, b"message %d of the same kind, with the same words in it" % i)


@case("deflate: a message in fragments of {0} bytes", (1,), (7,), (1000,))
def _(c, size):
    d = Deflate(c)
    text = bytes(random.Random(3).choices(b"abcdefgh ", k=3000))
    data = d.pack(text)
    pieces = [data[at:at + size] for at in range(0, len(data), size)]
    for i, piece in enumerate(pieces):
        c.send(frame(TEXT if i == 0 else 0, piece, fin=int(i == len(pieces) - 1), rsv=4 if i == 0 else 0))
        if i == 0 and len(pieces) > 1:
            c.send(frame(PING, "between"))
            c.expect(PONG, "between")
    check(d.read() == (TEXT, text), "another message came")


@case("deflate: an empty last fragment")
def _(c):
    d = Deflate(c)
    c.send(frame(TEXT, d.pack(b"hello"), fin=0, rsv=4) + frame(0, b""))
    check(d.read() == (TEXT, b"hello"), "another message came")


@case("deflate: the examples of RFC 7692 §7.2.3: {0}",
      ("one block", "f248cdc9c90700", b"Hello"), ("no compression", "000500faff48656c6c6f00", b"Hello"),
      ("a final block", "f348cdc9c9070000", b"Hello"), ("two blocks", "f2480500 0000ffff cac9c90700".replace(" ", ""), b"Hello"))
def _(c, _name, data, text):
    d = Deflate(c)
    for _ in range(2):
        c.send(frame(TEXT, bytes.fromhex(data), rsv=4))
        check(d.read() == (TEXT, text), "another message came")


@case("deflate: the shared window of RFC 7692 §7.2.3.2")
def _(c):
    d = Deflate(c)
    if d.no_client_takeover:
        return
    for data in ("f248cdc9c90700", "f200110000"):
        c.send(frame(TEXT, bytes.fromhex(data), rsv=4))
        check(d.read() == (TEXT, b"Hello"), "another message came")


@case("deflate: the reserved bit {0} is refused", ("in a continuation", 0, 4), ("in a ping", PING, 4), ("2", TEXT, 2), ("3", TEXT, 1))
def _(c, _name, opcode, rsv):
    d = Deflate(c)
    if opcode == 0:
        c.send(frame(TEXT, d.pack(b"text"), fin=0, rsv=4))
    c.send(frame(opcode, b"", rsv=rsv))
    c.expect_close(1002)


@case("deflate: {0} is refused", ("garbage", b"\xff" * 20), ("an unknown block type", b"\x07"), ("a distance too far", b"\x4b\x04\x2e\x00\x00"))
def _(c, _name, data):
    Deflate(c)
    c.send(frame(TEXT, data, rsv=4))
    c.expect_close(1002, 1007)


@case("deflate: {0}", ("a message cut short", b"\xf2\x48\xcd"), ("stored bytes that are missing", bytes.fromhex("000500faff4865")),
      ("a stored block whose lengths disagree", bytes.fromhex("000500ffff48656c6c6f00")))
def _(c, _name, data):
    d = Deflate(c)
    c.send(frame(BINARY, data, rsv=4))
    one = c.read()
    check(one.opcode in (BINARY, CLOSE), f"got {one}")  # what is there of it, or that it is malformed
    if one.opcode == CLOSE:
        check(one.code in (1002, 1007), f"closed with {one.code}")
        c.expect_end()


@case("deflate: ten thousand empty fragments")
def _(c):
    d = Deflate(c)
    packed = d.pack(b"hello")
    c.send(frame(TEXT, packed[:3], fin=0, rsv=4) + frame(0, b"", fin=0) * 10000 + frame(0, packed[3:]))
    check(d.read() == (TEXT, b"hello"), "another message came")


@case("deflate: UTF-8 cut between fragments")
def _(c):
    d = Deflate(c)
    packed = d.pack("κόσμε".encode() * 50)
    for i, byte in enumerate(packed):
        c.send(frame(TEXT if i == 0 else 0, bytes([byte]), fin=int(i == len(packed) - 1), rsv=4 if i == 0 else 0))
    check(d.read() == (TEXT, "κόσμε".encode() * 50), "another message came")


@case("deflate: a character cut short is refused at the end")
def _(c):
    d = Deflate(c)
    d.send(TEXT, b"text\xe2\x82")
    c.expect_close(1007)


@case("deflate: fragments of a bomb are refused with 1009")
def _(c):
    Deflate(c)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(40 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH)
    more = packer.compress(bytes(40 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH)
    c.send(frame(BINARY, piece, fin=0, rsv=4) + frame(0, more, fin=0))
    c.expect_close(1009)


@case("deflate: a compressed message after one that was not, within a message is refused")
def _(c):
    d = Deflate(c)
    c.send(frame(TEXT, b"begun", fin=0))
    d.send(TEXT, b"another")
    c.expect_close(1002)


@case("deflate: text that is not UTF-8 is refused")
def _(c):
    d = Deflate(c)
    d.send(TEXT, b"valid \xed\xa0\x80 not")
    c.expect_close(1007)


@case("deflate: a bomb of {0} MiB is refused with 1009", (65,), (1000,))
def _(c, mebibytes):
    d = Deflate(c)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(mebibytes)) + packer.flush(zlib.Z_SYNC_FLUSH)
    c.send(frame(BINARY, data[:-4], rsv=4))
    c.expect_close(1009)


# --- clients that are slow or rude ---------------------------------------------------------------

@case("slow: a client that does not read is waited for, and loses nothing")
def _(c):
    c.open()
    payload = b"x" * 100000
    count = 300  # more than sockets buffer
    c.socket.settimeout(0.5)
    sent = b""
    data = frame(BINARY, payload) * count
    try:
        while data:
            size = c.socket.send(data[:65536])
            data = data[size:]
    except OSError:
        pass  # the server has stopped reading, as it should
    check(data, "the server reads without end while nobody takes its answers")
    c.socket.settimeout(10)
    got = c.send_and_read(data, count)
    check(all(one.payload == payload for one in got), "a message is damaged")


@case("slow: half a header, and then the rest")
def _(c):
    data = frame(TEXT, "x" * 300)
    c.open().send(data[:3])
    time.sleep(0.2)
    c.send(data[3:])
    c.expect(TEXT, "x" * 300)


@case("rude: random bytes with seed {0}", *[(seed,) for seed in range(20)])
def _(c, seed):
    c.open()
    try:
        c.send(random.Random(seed).randbytes(3000))
        c.socket.shutdown(1)
        while c.socket.recv(65536):
            pass
    except OSError:
        pass
