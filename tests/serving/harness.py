"""What the tests of running sites share: a site as a process, a client that keeps connections and counts what
fails, and a runner that ends with `N passed, N failed`."""
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

PATIENCE = 30.0  # seconds; the machine may be busy


def wait_until(condition, seconds=PATIENCE, what="it"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise AssertionError(f"{what} did not happen within {seconds:.0f} s")


def children(pid):
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


class Site:
    """`program serve ARGUMENTS`, whose addresses are taken from what it says. It logs to the same place unless
    `stderr` is given."""

    def __init__(self, program, *arguments, command="serve", environment=None, stderr=subprocess.STDOUT,
                 **options):
        self.out = tempfile.TemporaryFile("w+")
        environment = dict(os.environ, **(environment or {}))
        self.process = subprocess.Popen([program, command, *arguments], stdout=self.out, stderr=stderr,
                                        env=environment, stdin=subprocess.DEVNULL, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in getattr(self, "orphans", []):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass

    def output(self):
        """All of it: under load its access log alone is megabytes."""
        return os.pread(self.out.fileno(), os.fstat(self.out.fileno()).st_size, 0).decode(errors="replace")

    def serving(self, count=1):
        """The ports that it says it serves at, once it has said so `count` times."""
        def look():
            if self.process.poll() is not None:
                raise AssertionError(f"ended with {self.process.returncode}:\n{self.output()}")
            found = re.findall(r"^(?:Serving|Redirecting from|Management at) (\S+)$", self.output(), re.M)
            return found if len(found) >= count else None
        self.addresses = wait_until(look, what="serving")
        self.port = int((re.findall(r":(\d+)/", self.addresses[0]) or [0])[0])
        return self

    def workers(self):
        return children(self.process.pid)

    def kill(self, number):
        self.process.send_signal(number)

    def ended(self, seconds=PATIENCE):
        return self.process.wait(seconds)


def read_response(stream):
    """(status, headers, body) of one response with a length or chunks; None at the end of the stream."""
    line = stream.readline()
    if not line:
        return None
    status = int(line.split()[1])
    headers = {}
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, value = line.decode("latin-1").split(":", 1)
        headers[name.lower()] = value.strip()
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while (size := int(stream.readline(), 16)) > 0:
            body += stream.read(size)
            stream.readline()
        stream.readline()
    else:
        body = stream.read(int(headers.get("content-length", 0)))
    return status, headers, body


def connect(where, seconds=PATIENCE):
    if isinstance(where, int):
        return socket.create_connection(("127.0.0.1", where), seconds)
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(seconds)
    client.connect(where)
    return client


def make_certificate(path, name="localhost", *options):
    """A self-signed one with its key."""
    key = Path(f"{path}.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-keyout", key, "-out", path, *options], check=True,
                   capture_output=True)
    with open(path, "a") as file:
        file.write(key.read_text())
    key.unlink()


def encrypted(client):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(client, server_hostname="localhost")


def ask(where, target="/", headers="", prefix=b"", host="localhost", method="GET"):
    with connect(where) as client:
        client.sendall(prefix + f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n".encode())
        return read_response(client.makefile("rb"))


class Load(threading.Thread):
    """Asks for one page over and over on a connection that is kept as long as the server keeps it, as wrk does;
    a connection that ends where a response is due counts as a failure."""

    def __init__(self, port, target="/plaintext", tls=False):
        super().__init__(daemon=True)
        self.port, self.target, self.tls = port, target, tls
        self.requests, self.failures, self.slowest = 0, [], 0.0
        self.going = True

    def run(self):
        request = f"GET {self.target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        while self.going:
            try:
                client = encrypted(connect(self.port)) if self.tls else connect(self.port)
            except OSError as error:
                self.failures.append(f"connect: {error}")
                time.sleep(0.01)
                continue
            with client:
                stream = client.makefile("rb")
                while self.going:
                    started = time.monotonic()
                    try:
                        client.sendall(request)
                        response = read_response(stream)
                    except (OSError, ValueError, IndexError) as error:
                        self.failures.append(repr(error))
                        break
                    if response is None or response[0] != 200:
                        self.failures.append(f"response {response and response[0]}")
                        break
                    self.requests += 1
                    self.slowest = max(self.slowest, time.monotonic() - started)
                    if response[1].get("connection") == "close":
                        break


class Loads:
    def __init__(self, port, count=8, target="/plaintext", tls=False):
        self.all = [Load(port, target, tls) for _ in range(count)]

    def __enter__(self):
        for load in self.all:
            load.start()
        time.sleep(0.3)
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        for load in self.all:
            load.going = False
        for load in self.all:
            load.join(PATIENCE)

    requests = property(lambda self: sum(load.requests for load in self.all))
    failures = property(lambda self: [text for load in self.all for text in load.failures])
    slowest = property(lambda self: max(load.slowest for load in self.all))


def run(tests):
    """Calls the functions whose name holds the words given on the command line; prints the closing line."""
    wanted = sys.argv[2:]
    passed = failed = 0
    for test in tests:
        name = test.__name__
        if wanted and not any(word in name for word in wanted):
            continue
        started = time.monotonic()
        try:
            note = test() or ""
            passed += 1
            print(f"ok   {name} {time.monotonic() - started:.1f} s {note}", flush=True)
        except Exception:  # every fault is a failed test
            failed += 1
            print(f"FAIL {name}\n{traceback.format_exc()}", flush=True)
    print(f"{passed} passed, {failed} failed")
    raise SystemExit(failed > 0)
