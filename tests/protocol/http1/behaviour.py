"""The cases of RFC 9110 and 9112 that are no data: what matters is when something is said, or what a file is.

Each function takes a Context and raises Wrong."""

import os
import re
import socket
import time

from http_checker import Client, Wrong

HEAD = b"Host: localhost\r\n"
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


class Context:
    def __init__(self, port, static_root):
        self.port = port
        self.static_root = static_root

    def connect(self):
        return Client(self.port)

    def ask(self, request, method="GET"):
        with self.connect() as client:
            client.send(request)
            return client.read(method)


def expect(value, wanted, what):
    if value != wanted:
        raise Wrong(f"{what}: {str(value)[:200]!r}, not {str(wanted)[:200]!r}")


def get(target, *lines, version="1.1", method="GET"):
    more = "".join(f"{line}\r\n" for line in lines)
    return f"{method} {target} HTTP/{version}\r\nHost: localhost\r\n{more}\r\n".encode("latin-1")


@check
def a_body_is_asked_for_when_it_is_wanted(context):
    with context.connect() as client:
        client.send(get("/echo", "Content-Length: 5", "Expect: 100-continue", method="POST"))
        expect(client.read().status, 100, "interim status")
        client.expect_silence()
        client.send(b"hello")
        expect(client.read().body, b"hello", "body")
        client.expect_open()


@check
def a_chunked_body_is_asked_for_too(context):
    with context.connect() as client:
        client.send(get("/echo", "Transfer-Encoding: chunked", "Expect: 100-continue", method="POST"))
        expect(client.read().status, 100, "interim status")
        client.send(b"5\r\nhello\r\n0\r\n\r\n")
        expect(client.read().body, b"hello", "body")


@check
def an_http10_client_is_not_asked(context):
    with context.connect() as client:
        client.send(get("/echo", "Content-Length: 5", "Expect: 100-continue", version="1.0", method="POST"))
        client.expect_silence()
        client.send(b"hello")
        expect(client.read().body, b"hello", "body")


@check
def nothing_is_answered_before_the_head_is_complete(context):
    with context.connect() as client:
        client.send(get("/")[:-2])
        client.expect_silence()
        client.send(b"\r\n")
        expect(client.read().status, 200, "status")


@check
def a_malformed_line_is_refused_before_the_head_is_complete(context):
    with context.connect() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: localhost\r\nBad Name: x\r\n")
        expect(client.read().status, 400, "status")


@check
def a_client_that_has_finished_sending_is_answered(context):
    for request in (get("/echo?see=method"), get("/echo?see=method") * 3, get("/echo?stream=300000")):
        with context.connect() as client:
            client.send(request)
            client.finish_sending()
            for _ in range(request.count(b"HTTP/1.1")):
                expect(client.read().status, 200, "status")
            client.expect_end()


@check
def half_a_request_of_a_client_that_has_finished_is_not_answered_as_whole(context):
    for half in (b"", b"GE", get("/")[:-4], get("/echo", "Content-Length: 5", method="POST") + b"he",
                 get("/echo", "Transfer-Encoding: chunked", method="POST") + b"5\r\nhello\r\n"):
        with context.connect() as client:
            client.send(half)
            client.finish_sending()
            while client.more():
                pass
            if b" 200 " in client.buffer:
                raise Wrong(f"{half!r} is answered by {client.buffer[:100]!r}")


@check
def clients_that_leave_at_once_do_no_harm(context):
    for request in (get("/"), get("/echo?stream=10000000"), get("/static/large.bin"), get("/") * 50,
                    get("/echo", "Content-Length: 100", method="POST")):
        for _ in range(5):
            client = context.connect()
            client.send(request)
            client.socket.close()


@check
def pipelined_responses_come_in_order(context):
    targets = [f"/echo?see=query&{i}" if i % 3 else f"/echo?stream={i}" for i in range(200)]
    with context.connect() as client:
        client.send(b"".join(get(target) for target in targets), pieces=1000)
        for i in range(200):
            wanted = f"see=query&{i}".encode() if i % 3 else b"x" * i
            expect(client.read().body, wanted, f"response {i}")
        client.expect_open()


@check
def a_kept_connection_serves_many_requests(context):
    with context.connect() as client:
        for i in range(500):
            client.send(get(f"/echo?see=query&{i}"))
            expect(client.read().body, f"see=query&{i}".encode(), "body")


@check
def a_large_body_comes_back(context):
    body = os.urandom(5_000_000)
    with context.connect() as client:
        client.send(get("/echo", f"Content-Length: {len(body)}", method="POST"))
        client.send(body)
        expect(client.read().body == body, True, "the body is the same")
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 70_001]), body[i:i + 70_001]) for i in range(0, len(body), 70_001))
    with context.connect() as client:
        client.send(get("/echo", "Transfer-Encoding: chunked", method="POST") + chunks + b"0\r\n\r\n")
        expect(client.read().body == body, True, "the body is the same")


@check
def a_slow_reader_gets_everything(context):
    client = Client(context.port)
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
    with client:
        client.send(get("/echo?stream=1000000"))
        time.sleep(0.3)
        expect(len(client.read().body), 1_000_000, "length")


@check
def a_refusal_reaches_a_client_that_still_sends(context):
    with context.connect() as client:
        client.send(get("/echo", "Content-Length: 90000000000", method="POST"))
        for _ in range(20):
            client.send(b"x" * 65536)
        expect(client.read().status, 413, "status")
        client.expect_end()


@check
def setters_let_nothing_out_of_its_line(context):
    for value in ("%0d%0aX-Evil:%201", "a%0aX-Evil:1", "a%0dX-Evil:1", "a%00b", "%E5%98%8A%E5%98%8DX-Evil:1", "a;%20X-Evil=1", "%0d%0a%0d%0a<html>"):
        response = context.ask(get(f"/echo?set={value}"))
        if response.get("X-Evil") is not None or response.status == 200 and len(response.all("Set-Cookie")) != 1:
            raise Wrong(f"set={value} gives {response.headers}")
        if response.status not in (200, 400):
            raise Wrong(f"set={value} gives {response.status}")
        for cookie in response.all("Set-Cookie"):
            if not re.fullmatch(r'probe=("[^";,]*"|[^";, ]*); Path=/', cookie):
                raise Wrong(f"set={value} gives the cookie {cookie!r}")
    response = context.ask(get("/echo?set=plain"))
    expect((response.get("X-Probe"), response.get("Set-Cookie")), ("plain", "probe=plain; Path=/"), "headers")


@check
def head_has_the_headers_of_get(context):
    for target in ("/", "/echo?see=method", "/static/a.txt", "/static/large.bin", "/nothing"):
        of_get = context.ask(get(target))
        of_head = context.ask(get(target, method="HEAD"), "HEAD")
        names = [name for name, _ in of_get.headers]
        expect([name for name, _ in of_head.headers], names, f"headers of {target}")
        if target != "/echo?see=method":  # the method is the body there
            expect(of_head.get("Content-Length"), of_get.get("Content-Length"), f"length of {target}")


@check
def validators_agree_with_conditions(context):
    first = context.ask(get("/static/a.txt"))
    etag, modified = first.get("ETag"), first.get("Last-Modified")
    for lines, status in (
            ([f"If-None-Match: {etag}"], 304), ([f'If-None-Match: "x", {etag}'], 304), ([f"If-None-Match: W/{etag}"], 304),
            ([f"If-Modified-Since: {modified}"], 304), ([f"If-Match: {etag}"], 200), ([f"If-Match: W/{etag}"], 412),
            ([f"If-Unmodified-Since: {modified}"], 200), (['If-None-Match: "x"', f"If-Modified-Since: {modified}"], 200),
            ([f"If-Match: {etag}", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT"], 200),
            ([f"If-Range: {etag}", "Range: bytes=0-0"], 206), ([f"If-Range: {modified}", "Range: bytes=0-0"], 206),
            ([f"If-None-Match: {etag}", "Range: bytes=0-0"], 304), ([f"If-Match: {etag}", "Range: bytes=99-"], 416)):
        for method in ("GET", "HEAD"):
            response = context.ask(get("/static/a.txt", *lines, method=method), method)
            if method == "HEAD" and status in (206, 416):
                continue  # RFC 9110 §14.2: a range is for GET
            expect(response.status, status, f"{method} with {lines}")
            if status == 304:
                expect(response.get("ETag"), etag, "ETag of 304")


@check
def several_ranges_come_in_parts(context):
    content = open(os.path.join(context.static_root, "large.bin"), "rb").read()
    response = context.ask(get("/static/large.bin", "Range: bytes=0-99, 50000-50099, -100"))
    expect(response.status, 206, "status")
    boundary = re.fullmatch("multipart/byteranges; boundary=\"?([^\"]+)\"?", response.get("Content-Type") or "")
    if not boundary:
        raise Wrong(f"Content-Type {response.get('Content-Type')!r}")
    parts = response.body.split(b"--" + boundary[1].encode())
    expect(parts[-1].strip(), b"--", "the end")
    ranges = ((0, 99), (50000, 50099), (99900, 99999))
    expect(len(parts), 2 + len(ranges), "parts")
    for part, (first, last) in zip(parts[1:], ranges):
        head, _, body = part.partition(b"\r\n\r\n")
        if f"bytes {first}-{last}/100000".encode() not in head:
            raise Wrong(f"the part's head {head!r}")
        expect(body, content[first:last + 1] + b"\r\n", "the part")


@check
def many_small_ranges_are_not_served(context):
    ranges = ", ".join(f"{i}-{i}" for i in range(0, 2000, 2))
    response = context.ask(get("/static/large.bin", f"Range: bytes={ranges}"))
    if response.status not in (200, 416):
        raise Wrong(f"status {response.status}")
    response = context.ask(get("/static/large.bin", "Range: bytes=" + ",".join(["0-"] * 200)))
    if len(response.body) > 100_000:
        raise Wrong(f"{len(response.body)} bytes")


@check
def the_date_is_now(context):
    text = context.ask(get("/")).get("Date")
    date = time.mktime(time.strptime(text, "%a, %d %b %Y %H:%M:%S GMT")) - time.timezone
    if abs(date - time.time()) > 3:
        raise Wrong(f"Date {text}")


@check
def a_connection_says_that_it_closes(context):
    for request in (get("/", "Connection: close"), get("/", version="1.0"), b"BAD\r\n\r\n"):
        expect(context.ask(request).get("Connection"), "close", f"Connection after {request!r}")
    expect(context.ask(get("/")).get("Connection"), None, "Connection of HTTP/1.1")
    kept = context.ask(get("/", "Connection: keep-alive", version="1.0"))
    expect((kept.get("Connection") or "").lower(), "keep-alive", "Connection of HTTP/1.0")


@check
def the_server_tells_what_it_can(context):
    response = context.ask(get("*", method="OPTIONS"))
    if "GET" not in (response.get("Allow") or ""):
        raise Wrong(f"Allow: {response.get('Allow')!r}")
    response = context.ask(get("/static/a.txt", "Content-Length: 0", method="POST"))
    expect(response.get("Allow"), "GET, HEAD", "Allow")
