"""The cases of RFC 9110 and 9112 that are data: what a client sends, and what has to come.

    case(NAME, BYTES, RESPONSES..., END)

A response is a status, or several of which one may come ("400|501"), perhaps with the body after a blank;
END is OPEN, CLOSED, or EITHER where the standards leave it to the server. "{host}" stands for a good Host
line. The method of each request, which decides whether a response has a body, is read from BYTES unless
`methods` names them."""

OPEN, CLOSED, EITHER = "open", "closed", "either"
CASES = []


def case(name, text, *expected, methods=None, pieces=True):
    data = text.encode("latin-1") if isinstance(text, str) else text
    data = data.replace(b"{host}", b"Host: localhost\r\n")
    *responses, end = expected
    CASES.append((name, data, responses, end, methods, pieces))


def get(target, *lines, version="1.1", method="GET"):
    return f"{method} {target} HTTP/{version}\r\n" + "{host}" + "".join(f"{line}\r\n" for line in lines) + "\r\n"


def post(body, *lines, target="/echo"):
    return get(target, *lines, method="POST") + body


def chunked(body, *lines, target="/echo"):
    return post(body, "Transfer-Encoding: chunked", *lines, target=target)


# --- request lines and targets ---------------------------------------------------------------------------

case("a plain request", get("/"), "200 echo", OPEN)
case("a path that is encoded", get("/%65cho?see=path"), "200 /echo", OPEN)
case("an encoded slash", get("/echo%2f?see=path"), "404", OPEN)
case("the query as it came", get("/echo?see=query&a=%2F+b&c"), "200 see=query&a=%2F+b&c", OPEN)
case("a question mark in a query", get("/echo?see=query&a=?"), "200 see=query&a=?", OPEN)
case("an empty query", get("/echo?"), "200", OPEN)
case("bytes above ASCII in a query", get("/echo?see=query&\xc3\xbc"), "200 see=query&\xc3\xbc", OPEN)
case("bytes above ASCII in a path", get("/\xff"), "400|404", EITHER)
case("a bad percent escape in a path", get("/echo%zz"), "400|404", EITHER)
case("half a percent escape", get("/echo%"), "400|404", EITHER)
case("an encoded NUL in a path", get("/echo%00"), "400|404", EITHER)
case("an encoded line break in a path", get("/echo%0d%0aX:1"), "400|404", EITHER)
case("a bad percent escape in a query", get("/echo?see=query&a=%zz"), "200 see=query&a=%zz", OPEN)
case("dot segments that are encoded", get("/static/%2e%2e/%2e%2e/etc/passwd"), "400|404", EITHER)
case("dot segments", get("/static/../../etc/passwd"), "400|404", EITHER)
case("dot segments with a backslash", get("/static/..%5c..%5csecret"), "400|404", EITHER)
case("two slashes", get("//echo"), "404", OPEN)
case("absolute form", get("http://localhost/echo?see=path"), "200 /echo", OPEN)
case("absolute form, https", get("https://localhost/echo?see=path"), "200 /echo", OPEN)
case("absolute form, upper case", get("HTTP://LOCALHOST/echo?see=path"), "200 /echo", OPEN)
case("absolute form without path", get("http://localhost"), "200 echo", OPEN)
case("absolute form with query only", get("http://localhost?see=path"), "200 echo", OPEN)
case("absolute form wins over Host", get("http://127.0.0.1:81/echo?see=host"), "200 127.0.0.1:81", OPEN)
case("absolute form with a host not allowed", get("http://evil.example/echo"), "400", EITHER)
case("absolute form without Host", "GET http://localhost/ HTTP/1.1\r\n\r\n", "400", CLOSED)
case("absolute form with user", get("http://user@localhost/"), "400", CLOSED)
case("absolute form without host", get("http:///echo"), "400", CLOSED)
case("absolute form of another scheme", get("ftp://localhost/"), "400", CLOSED)
case("authority form", get("localhost:80"), "400", CLOSED)
case("a relative path", get("echo"), "400", CLOSED)
case("a fragment", get("/echo#part"), "400", CLOSED)
case("asterisk form for GET", get("*"), "400", CLOSED)
case("a blank in the target", get("/a b"), "400", CLOSED)
case("a tab in the target", get("/a\tb"), "400", CLOSED)
case("a control character in the target", get("/a\x01b"), "400", CLOSED)
case("NUL in the target", get("/a\0b"), "400", CLOSED)
case("DEL in the target", get("/a\x7fb"), "400", CLOSED)
case("two blanks after the method", "GET  / HTTP/1.1\r\n{host}\r\n", "400", CLOSED)
case("two blanks before the version", "GET /  HTTP/1.1\r\n{host}\r\n", "400", CLOSED)
case("a tab between method and target", "GET\t/ HTTP/1.1\r\n{host}\r\n", "400", CLOSED)
case("a blank before the method", " GET / HTTP/1.1\r\n{host}\r\n", "400", CLOSED)
case("a blank after the version", "GET / HTTP/1.1 \r\n{host}\r\n", "400", CLOSED)
case("no target", "GET HTTP/1.1\r\n{host}\r\n", "400", CLOSED)
case("an empty line before the request", "\r\n" + get("/"), "200 echo", OPEN)
case("an empty line between requests", get("/") + "\r\n" + get("/"), "200", "200", OPEN)
case("many empty lines", "\r\n" * 50 + get("/"), "400", CLOSED, methods=["GET"])
case("a bare LF before the request", "\n" + get("/"), "400", CLOSED, methods=["GET"])
case("garbage", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x80" * 60 + "\r\n\r\n", "400", CLOSED, methods=["GET"])
case("a line of text", "hello\r\n\r\n", "400", CLOSED, methods=["GET"])
case("a target at its limit", get("/echo?see=method&" + "a" * (16 * 1024 - 17)), "200 GET", OPEN, pieces=False)
case("a target too long", get("/" + "a" * (17 * 1024)), "414", CLOSED, pieces=False)
case("a target without end", "GET /" + "a" * (40 * 1024), "414", CLOSED, pieces=False)
case("a method too long", "M" * 200 + " / HTTP/1.1\r\n{host}\r\n", "400|501", CLOSED)
case("absolute form with a port", get("http://localhost:80/echo?see=host"), "200 localhost:80", OPEN)
case("absolute form with an empty port", get("http://localhost:/echo?see=path"), "200|400", EITHER)
case("absolute form with IPv6", get("http://[::1]/"), "400", EITHER)
for bad in ("http:/localhost/", "http:localhost/", "http//localhost/", "http://localhost#x", "http://localhost\\@evil.example/",
            "http://local%host/", "http://localhost:8x/", "http://[::1/", "http://", "://localhost/", "javascript:alert(1)"):
    case(f"the target {bad}", get(bad), "400", CLOSED)
case("a CR after the version", "GET / HTTP/1.1\r\r\n{host}\r\n", "400", CLOSED)
case("a tab after the version", "GET / HTTP/1.1\t\r\n{host}\r\n", "400", CLOSED)
case("NUL after the version", "GET / HTTP/1.1\0\r\n{host}\r\n", "400", CLOSED)
case("a bare CR as the request line's end", "GET / HTTP/1.1\r{host}\r\n", "400", CLOSED)
case("a head that ends before Host", "GET / HTTP/1.1\r\n\r\n{host}\r\n", "400", CLOSED, methods=["GET"])

# --- versions --------------------------------------------------------------------------------------------

case("HTTP/1.0 closes", get("/", version="1.0"), "200 echo", CLOSED)
case("HTTP/1.0 without Host", "GET /echo?see=method HTTP/1.0\r\n\r\n", "200 GET", CLOSED)
case("HTTP/1.0 keeps alive when asked", get("/", "Connection: keep-alive", version="1.0"), "200 echo", OPEN)
case("HTTP/1.0 keep-alive in upper case", get("/", "Connection: Keep-Alive", version="1.0"), "200 echo", OPEN)
case("HTTP/1.2 is taken as 1.1", get("/", version="1.2"), "200 echo", OPEN)
case("HTTP/1.9 is taken as 1.1", get("/", version="1.9"), "200 echo", OPEN)
case("HTTP/2.0 in HTTP/1's form", get("/", version="2.0"), "505", CLOSED)
case("HTTP/3.0", get("/", version="3.0"), "505", CLOSED)
case("HTTP/0.9 by number", get("/", version="0.9"), "400|505", CLOSED)
case("HTTP/0.9", "GET /\r\n", "400", CLOSED)
case("a version of two digits", get("/", version="1.10"), "400|505", CLOSED)
case("a version without minor", get("/", version="1"), "400|505", CLOSED)
case("a version in lower case", "GET / http/1.1\r\n{host}\r\n", "400", CLOSED)
case("another protocol", "GET / SHTTP/1.1\r\n{host}\r\n", "400", CLOSED)
case("a signed version", "GET / HTTP/+1.1\r\n{host}\r\n", "400", CLOSED)

# --- methods ---------------------------------------------------------------------------------------------

for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "BREW", "M-SEARCH", "get"):
    case(f"the method {method}", get("/echo?see=method", method=method), f"200 {method}", OPEN)
case("HEAD has no body", get("/echo?see=method", method="HEAD"), "200", OPEN)
case("HEAD of a stream", get("/echo?stream=10", method="HEAD"), "200", OPEN)
case("HEAD of a page that is not", get("/nothing", method="HEAD"), "404", OPEN)
case("HEAD of HTTP/1.0", get("/", version="1.0", method="HEAD"), "200", CLOSED)
case("OPTIONS", get("/echo?see=method", method="OPTIONS"), "200 OPTIONS", OPEN)
case("OPTIONS of the server", get("*", method="OPTIONS"), "200|204", OPEN)
case("CONNECT", "CONNECT localhost:80 HTTP/1.1\r\n{host}\r\n", "501|405", CLOSED)
case("CONNECT with a path", get("/", method="CONNECT"), "400|501|405", CLOSED)
case("POST without a length", get("/echo", method="POST"), "200", OPEN)
case("a method that is no token", get("/", method="G@T"), "400", CLOSED)
case("POST to a static file", post("", "Content-Length: 0", target="/static/a.txt"), "405", OPEN)
case("DELETE of a static file", get("/static/a.txt", method="DELETE"), "405", OPEN)
case("a method of all characters there are", get("/echo?see=method", method="!#$%&'*+-.^_`|~09azAZ"), "200 !#$%&'*+-.^_`|~09azAZ", OPEN,
     methods=["GET"])
for method in ("PROPFIND", "MKCOL", "REPORT", "LOCK", "PURGE", "QUERY", "TRACES"):
    case(f"the extension method {method}", get("/echo?see=method", method=method), f"200 {method}", OPEN)
case("TRACE shows nobody's cookies", get("/", "Cookie: a=secret", method="TRACE"), "501|405", CLOSED)
case("TRACE of a view that takes any method", get("/echo", method="TRACE"), "501|405", CLOSED)
case("TRACE with Max-Forwards", get("*", "Max-Forwards: 0", method="TRACE"), "400|501|405", CLOSED)
case("trace is another method", get("/echo?see=method", method="trace"), "200 trace", OPEN)
case("HEAD with a body", get("/echo", "Content-Length: 2", method="HEAD") + "ab" + get("/"), "200", "200 echo", OPEN, methods=["HEAD", "GET"])
case("DELETE with chunks", get("/echo", "Transfer-Encoding: chunked", method="DELETE") + "2\r\nab\r\n0\r\n\r\n", "200 ab", OPEN)
case("OPTIONS of the server with a body", get("*", "Content-Length: 2", method="OPTIONS") + "ab", "200|204", OPEN)

# --- Host ------------------------------------------------------------------------------------------------

case("no Host", "GET / HTTP/1.1\r\n\r\n", "400", CLOSED)
case("two Hosts", get("/", "Host: localhost"), "400", CLOSED)
case("two Hosts that differ", get("/", "Host: 127.0.0.1"), "400", CLOSED)
case("an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "400", CLOSED)
case("Host in upper case", "GET /echo?see=host HTTP/1.1\r\nHOST: LOCALHOST\r\n\r\n", "200", OPEN)
case("Host with port", "GET /echo?see=host HTTP/1.1\r\nHost: localhost:8080\r\n\r\n", "200 localhost:8080", OPEN)
case("Host with an empty port", "GET / HTTP/1.1\r\nHost: localhost:\r\n\r\n", "200|400", EITHER)
case("Host with dot at the end", "GET / HTTP/1.1\r\nHost: localhost.\r\n\r\n", "200", OPEN)
for bad in ("local host", "localhost, 127.0.0.1", "localhost/", "localhost:80:80", "localhost:x", "user@localhost", "[::1",
            "http://localhost", "local\\host", "local\"host", "localhost:99999999", "loc%zzalhost", "\xfc"):
    case(f"the Host {bad!r}", f"GET / HTTP/1.1\r\nHost: {bad}\r\n\r\n", "400", EITHER)
for other in ("evil.example", "localhost.evil.example", "evillocalhost", "127.0.0.2", "[::2]"):
    case(f"the Host {other} is not allowed", f"GET / HTTP/1.1\r\nHost: {other}\r\n\r\n", "400", EITHER)
case("X-Forwarded-Host is not trusted", get("/echo?see=host", "X-Forwarded-Host: evil.example"), "200 localhost", OPEN)
for bad in ("local\0host", "local\thost", "localhost\x7f", "localhost:+80", "localhost:-1", "localhost: 80", "[localhost]", "[]", "localhost,",
            "localhost%", "..", ":80"):
    case(f"the Host {bad!r}", f"GET / HTTP/1.1\r\nHost: {bad}\r\n\r\n", "400", EITHER)

# --- header fields ---------------------------------------------------------------------------------------

SEE = "/echo?see=header&name=X-A"
case("a field", get(SEE, "X-A: value"), "200 value", OPEN)
case("the case of a name does not matter", get(SEE, "x-a: value"), "200 value", OPEN)
case("white space around a value", get(SEE, "X-A: \t value \t "), "200 value", OPEN)
case("no white space", get(SEE, "X-A:value"), "200 value", OPEN)
case("white space within a value", get(SEE, "X-A: a \t b"), "200 a \t b", OPEN)
case("an empty value", get(SEE, "X-A:"), "200 ", OPEN)
case("a colon in a value", get(SEE, "X-A: a:b"), "200 a:b", OPEN)
case("bytes above ASCII in a value", get(SEE, "X-A: \xc3\xbc"), "200 \xc3\xbc", OPEN)
case("a field twice", get(SEE, "X-A: 1", "X-B: 0", "x-a: 2"), "200 1, 2", OPEN)
case("a name with an underscore is another name", get(SEE, "X_A: value"), "200 ", OPEN)
case("blank before the colon", get("/", "X-A : value"), "400", CLOSED)
case("tab before the colon", get("/", "X-A\t: value"), "400", CLOSED)
case("blank before the name", get("/", " X-A: value"), "400", CLOSED)
case("blank before the first name", "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n", "400", CLOSED)
case("a folded line", get("/", "X-A: a", " b"), "400", CLOSED)
case("a line folded by a tab", get("/", "X-A: a", "\tb"), "400", CLOSED)
case("a folded length", post("ab", "Content-Length:", " 2"), "400", CLOSED)
case("a line without colon", get("/", "X-A"), "400", CLOSED)
case("an empty name", get("/", ": value"), "400", CLOSED)
for byte in "\0\x01\x08\x0b\x0c\x1b\x7f":
    case(f"the byte {ord(byte)} in a value", get("/", f"X-A: a{byte}b"), "400", CLOSED)
for byte in "\0()<>@,;\\\"/[]?={} \x80":
    case(f"the byte {ord(byte)} in a name", get("/", f"X{byte}A: b"), "400", CLOSED)
case("a bare CR in a value", get("/", "X-A: a\rb"), "400", CLOSED)
case("a bare LF in a value", get("/", "X-A: a\nX-B: b"), "400", CLOSED)
case("a bare LF after the request line", "GET / HTTP/1.1\n{host}\r\n", "400", CLOSED)
case("a bare LF after a field", "GET / HTTP/1.1\r\nHost: localhost\n\r\n", "400", CLOSED)
case("a bare LF as the head's end", "GET / HTTP/1.1\r\nHost: localhost\r\n\n", "400", CLOSED)
case("bare LFs only", "GET / HTTP/1.1\nHost: localhost\n\n", "400", CLOSED)
case("a bare CR as the head's end", "GET / HTTP/1.1\r\nHost: localhost\r\n\rX", "400", CLOSED)
case("many fields", get("/", *[f"X-{i}: a" for i in range(100)]), "200", OPEN, pieces=False)
case("too many fields", get("/", *[f"X-{i}: a" for i in range(300)]), "431", CLOSED, pieces=False)
case("a large field", get(SEE, "X-A: " + "a" * 30000), "200 " + "a" * 30000, OPEN, pieces=False)
case("too large a field", get("/", "X-A: " + "a" * 70000), "431", CLOSED, pieces=False)
case("too large a name", get("/", "X" * 70000 + ": a"), "431", CLOSED, pieces=False)
case("a head without end", "GET / HTTP/1.1\r\n{host}" + "X-A: b\r\n" * 30000, "431", CLOSED, pieces=False)
case("as many fields as are allowed", get("/", *[f"X-{i}: a" for i in range(127)]), "200", OPEN, pieces=False)
case("one field more", get("/", *[f"X-{i}: a" for i in range(128)]), "431", CLOSED, pieces=False)
case("all bytes above ASCII in a value", get(SEE, "X-A: " + "".join(map(chr, range(0x80, 0x100)))),
     "200 " + "".join(map(chr, range(0x80, 0x100))), OPEN)
case("a name of one character", get("/echo?see=header&name=x", "X: 1"), "200 1", OPEN)

# --- Connection ------------------------------------------------------------------------------------------

case("close", get("/", "Connection: close"), "200 echo", CLOSED)
case("close in upper case", get("/", "Connection: CLOSE"), "200 echo", CLOSED)
case("close among others", get("/", "Connection: x, close , y"), "200 echo", CLOSED)
case("close on a line of its own", get("/", "Connection: keep-alive", "Connection: close"), "200 echo", CLOSED)
case("close wins over keep-alive", get("/", "Connection: close, keep-alive", version="1.0"), "200 echo", CLOSED)
case("closed is not close", get("/", "Connection: closed"), "200 echo", OPEN)
case("nothing is served after close", get("/", "Connection: close") + get("/"), "200 echo", CLOSED, methods=["GET"])
case("an unknown upgrade is left alone", get("/", "Connection: Upgrade", "Upgrade: h2c"), "200 echo", OPEN)
case("pipelining", "".join(get(f"/echo?see=query&{i}") for i in range(20)), *[f"200 see=query&{i}" for i in range(20)], OPEN)
case("pipelining with bodies", post("ab", "Content-Length: 2") + chunked("3\r\ncde\r\n0\r\n\r\n") + get("/"),
     "200 ab", "200 cde", "200 echo", OPEN)
case("pipelining of HEAD and GET", get("/echo?see=method", method="HEAD") + get("/echo?see=method"), "200", "200 GET", OPEN)
case("pipelining of streams", get("/echo?stream=5") + get("/echo?stream=3"), "200 xxxxx", "200 xxx", OPEN)
case("pipelining of an error and more", get("/nothing") + get("/"), "404", "200 echo", OPEN)
case("pipelining up to a malformed request", get("/") + "BAD\r\n\r\n" + get("/"), "200 echo", "400", CLOSED, methods=["GET", "GET"])
case("a length that Connection names still counts", post("ab", "Connection: Content-Length", "Content-Length: 2"), "200 ab", OPEN)
case("a coding that Connection names still counts", chunked("2\r\nab\r\n0\r\n\r\n", "Connection: Transfer-Encoding"), "200 ab", OPEN)
case("Host that Connection names still counts", get("/echo?see=host", "Connection: Host"), "200 localhost", OPEN)
case("h2c with settings is left alone", get("/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"),
     "200 echo", OPEN)
case("an upgrade of a request with body", post("ab", "Connection: Upgrade", "Upgrade: h2c", "Content-Length: 2"), "200 ab", OPEN)
case("an upgrade and more in one piece", get("/", "Connection: Upgrade", "Upgrade: h2c") + post("ab", "Content-Length: 2") + get("/"),
     "200 echo", "200 ab", "200 echo", OPEN)
case("pipelining in HTTP/1.0", (get("/", "Connection: keep-alive", version="1.0")) * 3, "200", "200", "200", OPEN)

# --- Content-Length --------------------------------------------------------------------------------------

case("a body with length", post("hello", "Content-Length: 5"), "200 hello", OPEN)
case("any bytes in a body", post("\0\r\n\xff\x80", "Content-Length: 5"), "200 \0\r\n\xff\x80", OPEN)
case("a body of GET", get("/echo", "Content-Length: 2") + "ab", "200 ab", OPEN)
INNER = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
case("a body that looks like a request", post(INNER, f"Content-Length: {len(INNER)}"), "200 " + INNER, OPEN, methods=["POST"])
case("length nought", post("", "Content-Length: 0"), "200 ", OPEN)
case("a length with noughts before it", post("ab", "Content-Length: 002"), "200 ab", OPEN)
case("a body that nobody reads", post("x" * 1000, "Content-Length: 1000", target="/") + get("/echo?see=method"),
     "200 echo", "200 GET", OPEN)
for bad in ("", "-1", "+2", "2.0", "0x2", "2 2", "a", "2a", "2,", "1e1", "\u00b2", "18446744073709551616", "9" * 40, "2;", "'2'"):
    case(f"the length {bad!r}", post("ab", f"Content-Length: {bad}"), "400", CLOSED)
case("a length twice", post("ab", "Content-Length: 2", "Content-Length: 2"), "400", CLOSED)
case("lengths that differ", post("ab", "Content-Length: 2", "Content-Length: 1"), "400", CLOSED)
case("lengths in one line", post("ab", "Content-Length: 2, 2"), "400", CLOSED)
case("lengths in one line that differ", post("ab", "Content-Length: 2, 3"), "400", CLOSED)
case("a length beside chunks", post("0\r\n\r\n", "Content-Length: 5", "Transfer-Encoding: chunked"), "400", CLOSED)
case("chunks beside a length", post("0\r\n\r\n", "Transfer-Encoding: chunked", "Content-Length: 5"), "400", CLOSED)
case("a blank before the length's colon", post("ab", "Content-Length : 2"), "400", CLOSED)
case("a body too large", post("x", "Content-Length: 99999999999"), "413", CLOSED)
case("a length with noughts", post("ab", "Content-Length: 0002"), "200 ab", OPEN)
case("a length with many noughts", post("ab", "Content-Length: " + "0" * 40 + "2"), "200 ab", OPEN)
case("blanks around a length", post("ab", "Content-Length: \t 2 \t"), "200 ab", OPEN)
case("a length of nought", post("", "Content-Length: 0") + get("/"), "200 ", "200 echo", OPEN)
case("a length and an empty one", post("ab", "Content-Length: 2", "Content-Length:"), "400", CLOSED)
case("a name like the length's", post("", "Content_Length: 2") + get("/"), "200 ", "200 echo", OPEN)
for bad in ("2\x0b", "\x0c2", "2\xa0", "2\0", "0b10", "2_0", "٢".encode().decode("latin-1")):
    case(f"the length {bad!r}", post("ab", f"Content-Length: {bad}"), "400", CLOSED)
case("a body of HTTP/1.0 without length is none", get("/echo", version="1.0", method="POST") + "ab", "200 ", CLOSED)

# --- Transfer-Encoding -----------------------------------------------------------------------------------

case("chunks", chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), "200 abcde", OPEN)
case("a chunk of 16 in hex", chunked("a\r\n0123456789\r\n0\r\n\r\n"), "200 0123456789", OPEN)
case("upper case hex", chunked("A\r\n0123456789\r\n0\r\n\r\n"), "200 0123456789", OPEN)
case("no chunks", chunked("0\r\n\r\n"), "200 ", OPEN)
case("noughts before a chunk's size", chunked("0003\r\nabc\r\n000\r\n\r\n"), "200 abc", OPEN)
case("chunk extensions", chunked("3;a=b;c=\"d\"\r\nabc\r\n0;x\r\n\r\n"), "200 abc", OPEN)
case("trailers", chunked("3\r\nabc\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n"), "200 abc", OPEN)
case("trailers are no headers", chunked("0\r\nX-A: evil\r\n\r\n", target=SEE), "200 ", OPEN)
case("a Host among the trailers", chunked("3\r\nabc\r\n0\r\nHost: evil.example\r\n\r\n", target="/echo?see=host"), "200 localhost", OPEN)
case("chunked in upper case", post("0\r\n\r\n", "Transfer-Encoding: CHUNKED"), "200 ", OPEN)
case("chunks that nobody reads", chunked("3\r\nabc\r\n0\r\n\r\n", target="/") + get("/"), "200 echo", "200 echo", OPEN)
for bad in ("", "g\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "+3\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n",
            " 3\r\nabc\r\n0\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n", "3\nabc\n0\n\n", "3\r\nabcd\r\n0\r\n\r\n", "3\r\nabc0\r\n\r\n",
            "3\r\nabc\n0\r\n\r\n", "3\r\nabc\r0\r\n\r\n", "\r\n3\r\nabc\r\n0\r\n\r\n", "3;a\nb\r\nabc\r\n0\r\n\r\n", "3\r\nabc\r\n0\r\n\n",
            "3\r\nabc\r\n0\r\nX A: 1\r\n\r\n", "3\r\nabc\r\n0\r\n X-A: 1\r\n\r\n", "3\r\nabc\r\n0\r\nX-A : 1\r\n\r\n",
            "10000000000000000\r\nabc\r\n0\r\n\r\n", "fffffffffffffffff\r\nabc\r\n0\r\n\r\n", "3\r\nabc\r\n0\r\nX-A: a\0b\r\n\r\n",
            "3" * 2000 + "\r\nabc", "3;" + "a" * 20000 + "\r\nabc\r\n0\r\n\r\n"):
    if bad:
        case(f"the chunks {bad[:30]!r}", chunked(bad), "400|413", CLOSED, pieces=len(bad) < 1000)
for bad in ("g\r\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3\nabc\n0\n\n", "3\r\nabc\r\n-1\r\n\r\n", "3\r\nabc\r\n0\r\nX A: 1\r\n\r\n"):
    case(f"the chunks {bad!r}, which nobody reads", chunked(bad, target="/"), "400", CLOSED, pieces=False)
    case(f"the chunks {bad!r} beside 204", chunked(bad, target="/echo?status=204"), "400", CLOSED, pieces=False)
for huge in ("fffffffffffffff", "7fffffffffffffff", "ffffffffffffffff", "8000000000000000"):
    case(f"a chunk of {huge} bytes", chunked(huge + "\r\nabc"), "400|413", CLOSED)
case("too large a trailer", chunked("0\r\nX-A: " + "a" * 20000 + "\r\n\r\n"), "431|400", CLOSED, pieces=False)
case("too many trailers", chunked("0\r\n" + "X-A: a\r\n" * 3000 + "\r\n"), "431|400", CLOSED, pieces=False)
for bad in ("gzip, chunked", "chunked, chunked", "identity", "chunked, identity", "chunked, gzip", "gzip", "xchunked", "chunked;q=1",
            "\"chunked\"", "chunked,", ",chunked", "", "\x0bchunked", "chun ked", "trailers"):
    case(f"the coding {bad!r}", post("0\r\n\r\n", f"Transfer-Encoding: {bad}"), "400|501", CLOSED)
case("two codings", post("0\r\n\r\n", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), "400|501", CLOSED)
case("two codings that differ", post("0\r\n\r\n", "Transfer-Encoding: chunked", "Transfer-Encoding: identity"), "400|501", CLOSED)
case("a coding with a blank before the colon", post("0\r\n\r\n", "Transfer-Encoding : chunked"), "400", CLOSED)
case("chunks in HTTP/1.0", get("/echo", "Transfer-Encoding: chunked", version="1.0", method="POST") + "0\r\n\r\n", "400|501", CLOSED)
case("chunks in HTTP/1.0 kept alive", get("/echo", "Transfer-Encoding: chunked", "Connection: keep-alive", version="1.0", method="POST") +
     "0\r\n\r\n", "400|501", CLOSED)
case("blanks around chunked", post("2\r\nab\r\n0\r\n\r\n", "Transfer-Encoding: \t chunked \t"), "200 ab", OPEN)
case("a name like the coding's", post("", "Transfer_Encoding: chunked") + get("/"), "200 ", "200 echo", OPEN)
case("a chunk of GET", get("/echo", "Transfer-Encoding: chunked") + "2\r\nab\r\n0\r\n\r\n" + get("/"), "200 ab", "200 echo", OPEN)
case("trailers that were announced", chunked("2\r\nab\r\n0\r\nX-A: 1\r\n\r\n", "Trailer: X-A", "TE: trailers"), "200 ab", OPEN)
for good in ("2 ;a=b", "2; a=b", "2\t;\ta\t=\tb", "2;a", "2;a;b;c", "2;a=\"b\\\"c\"", "2;a=\"\"", "2;a=\"\xfc;\"", "0" * 30 + "2"):
    case(f"the chunk size {good!r}", chunked(good + "\r\nab\r\n0\r\n\r\n"), "200 ab", OPEN)
for bad in ("2;", "2;a=", "2;=b", "2;a=\"", "2;a=\"\r\n\"", "2;a=\"b\"c", "2;a b", "2;\0", "2;a=\"\0\"", "2,", "2\r", "\t2", "2\x0b", "2h", "2.0", "٢"):
    size = bad.encode().decode("latin-1")
    case(f"the chunk size {bad!r}", chunked(size + "\r\nab\r\n0\r\n\r\n"), "400", CLOSED)
for bad in ("X-A", ": 1", "X-A: 1\nX-B: 2", "X-A: a\rb", "Content-Length: 5", "Transfer-Encoding: chunked", "X\xfcA: 1"):
    case(f"the trailer {bad!r}", chunked(f"2\r\nab\r\n0\r\n{bad}\r\n\r\n"), "400", CLOSED)
for bad in ("chunk", "chunked chunked", "chunked;", "=chunked", "chunked\x00", "chunked\x7f", "\xa0chunked", "CHUNKED, gzip"):
    case(f"the coding {bad!r}", post("0\r\n\r\n", f"Transfer-Encoding: {bad}"), "400|501", CLOSED)
case("a coding and an empty one", post("0\r\n\r\n", "Transfer-Encoding: chunked", "Transfer-Encoding:"), "400|501", CLOSED)
case("a request within a chunk", chunked(f"{len(INNER):x}\r\n{INNER}\r\n0\r\n\r\n"), "200 " + INNER, OPEN, methods=["POST"])

# --- Expect ----------------------------------------------------------------------------------------------

case("an unknown expectation", post("ab", "Content-Length: 2", "Expect: miracle"), "417", CLOSED)
case("an unknown expectation in HTTP/1.0", get("/", "Expect: miracle", version="1.0"), "200", CLOSED)
case("an expectation without body", get("/", "Expect: 100-continue"), "200 echo", OPEN)
case("an expectation with the body at once", post("ab", "Content-Length: 2", "Expect: 100-continue"), "200 ab", OPEN, pieces=False)
case("no 100 for HTTP/1.0", get("/echo", "Content-Length: 2", "Expect: 100-continue", version="1.0", method="POST") + "ab", "200 ab", CLOSED)
case("no 100 where the body is too large", post("", "Content-Length: 99999999999", "Expect: 100-continue"), "413", CLOSED)
case("no 100 where nobody reads", post("", "Content-Length: 10", "Expect: 100-continue", target="/nothing"), "404", CLOSED)
case("an expectation in upper case", post("ab", "Content-Length: 2", "Expect: 100-Continue"), "200 ab", OPEN, pieces=False)
case("expectations that are more than one", post("ab", "Content-Length: 2", "Expect: 100-continue, x"), "417", CLOSED)
case("an expectation with a parameter", post("ab", "Content-Length: 2", "Expect: 100-continue;q=1"), "417", CLOSED)
case("an empty expectation", get("/", "Expect:"), "200|417", EITHER)

# --- responses -------------------------------------------------------------------------------------------

for status in (200, 201, 204, 205, 206, 299, 301, 304, 400, 404, 410, 418, 451, 500, 503, 599):
    case(f"the status {status}", get(f"/echo?status={status}"), str(status), OPEN)
case("a status of a request with body", post("ab", "Content-Length: 2", target="/echo?status=204"), "204", OPEN)
case("a stream", get("/echo?stream=100000"), "200 " + "x" * 100000, OPEN, pieces=False)
case("an empty stream", get("/echo?stream=0"), "200 ", OPEN)
case("a stream in HTTP/1.0 ends with the connection", get("/echo?stream=1000", version="1.0"), "200 " + "x" * 1000, CLOSED)
case("a stream in HTTP/1.0 that was to be kept alive", get("/echo?stream=10", "Connection: keep-alive", version="1.0"),
     "200 xxxxxxxxxx", CLOSED)
case("JSON that is none", post("{", "Content-Length: 1", "Content-Type: application/json", target="/echo?see=json"), "400", OPEN)
case("JSON too deep", post("[" * 10000, "Content-Length: 10000", "Content-Type: application/json", target="/echo?see=json"),
     "400", OPEN, pieces=False)
case("JSON", post('{"a": [1]}', "Content-Length: 10", "Content-Type: application/json", target="/echo?see=json"), "200 ok", OPEN)

# --- forms and cookies -----------------------------------------------------------------------------------

FORM = "Content-Type: application/x-www-form-urlencoded"
case("a form", post("a=1&b=2&a=3", FORM, "Content-Length: 11", target="/echo?see=form"), "200 fields=2 files=0", OPEN)
case("a form in chunks", chunked("5\r\na=1&b\r\n2\r\n=2\r\n0\r\n\r\n", FORM, target="/echo?see=form"), "200 fields=2 files=0", OPEN)
MULTIPART = ("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name=\"f\"; "
             "filename=\"../../n.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--\r\n")
case("a multipart form", post(MULTIPART, "Content-Type: multipart/form-data; boundary=x", f"Content-Length: {len(MULTIPART)}",
                              target="/echo?see=form"), "200 fields=1 files=1 names=n.txt", OPEN)
case("a multipart form without boundary", post("--x--\r\n", "Content-Type: multipart/form-data", "Content-Length: 7",
                                               target="/echo?see=form"), "400", EITHER)
COOKIE = "/echo?see=cookie&name=a"
case("a cookie", get(COOKIE, "Cookie: a=1"), "200 1", OPEN)
case("cookies on two lines", get(COOKIE, "Cookie: b=2", "Cookie: a=1"), "200 1", OPEN)
case("odd cookies", get(COOKIE, "Cookie: ;;=x; b ;a=1;c=\"d"), "200 1", OPEN)
case("a quoted cookie", get(COOKIE, "Cookie: a=\"1\\0542\""), "200 1,2", OPEN)
case("no cookie", get(COOKIE), "200 ", OPEN)

# --- static files ----------------------------------------------------------------------------------------
# /static/a.txt is "hello\n", /static/large.bin is 100,000 bytes.

case("a file", get("/static/a.txt"), "200 hello\n", OPEN)
case("HEAD of a file", get("/static/a.txt", method="HEAD"), "200", OPEN)
case("a file that is not", get("/static/b.txt"), "404", OPEN)
case("a folder", get("/static/"), "404", OPEN)
case("a file with a slash behind it", get("/static/a.txt/"), "404", OPEN)
case("a file with an encoded NUL", get("/static/a.txt%00.png"), "400|404", OPEN)
case("a range", get("/static/a.txt", "Range: bytes=1-3"), "206 ell", OPEN)
case("a range to the end", get("/static/a.txt", "Range: bytes=4-"), "206 o\n", OPEN)
case("the last bytes", get("/static/a.txt", "Range: bytes=-2"), "206 o\n", OPEN)
case("a range beyond the end", get("/static/a.txt", "Range: bytes=3-999"), "206 lo\n", OPEN)
case("more last bytes than there are", get("/static/a.txt", "Range: bytes=-999"), "206 hello\n", OPEN)
case("a range after the end", get("/static/a.txt", "Range: bytes=6-"), "416", OPEN)
case("no last bytes", get("/static/a.txt", "Range: bytes=-0"), "416", OPEN)
for odd in ("bytes=3-1", "bytes=a-b", "bytes=", "bytes", "lines=1-2", "bytes=1", "bytes=--1", "bytes=1-2-3"):
    case(f"the range {odd!r} is none", get("/static/a.txt", f"Range: {odd}"), "200 hello\n", OPEN)
case("a range of POST", get("/static/a.txt", "Range: bytes=1-2", method="HEAD"), "200|206", OPEN)
case("a range of a folder", get("/static/", "Range: bytes=1-2"), "404", OPEN)
case("a range if another version", get("/static/a.txt", "Range: bytes=1-3", 'If-Range: "other"'), "200 hello\n", OPEN)
case("a range if a weak validator", get("/static/a.txt", "Range: bytes=1-3", 'If-Range: W/"x"'), "200 hello\n", OPEN)
case("a match", get("/static/a.txt", 'If-Match: *'), "200 hello\n", OPEN)
case("no match", get("/static/a.txt", 'If-Match: "other"'), "412", OPEN)
case("none of them matches", get("/static/a.txt", 'If-None-Match: "other"'), "200 hello\n", OPEN)
case("any matches", get("/static/a.txt", 'If-None-Match: *'), "304", OPEN)
case("modified since long ago", get("/static/a.txt", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"), "200 hello\n", OPEN)
case("modified since what is no date", get("/static/a.txt", "If-Modified-Since: yesterday"), "200 hello\n", OPEN)
case("not modified since the future", get("/static/a.txt", "If-Modified-Since: Fri, 31 Dec 2100 00:00:00 GMT"), "304|200", OPEN)
case("unmodified since long ago", get("/static/a.txt", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT"), "412", OPEN)
