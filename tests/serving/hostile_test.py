"""Slow clients, too few descriptors, and system calls that fail: the site goes on.

    hostile_test.py PROGRAM [test...]      PROGRAM is echo_site

The calls are made to fail by strace (`-e inject=`), in the worker that answers.
"""
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import Loads, Site, ask, connect, read_response, run, wait_until

PROGRAM = os.path.abspath(sys.argv[1])
TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def serve(*arguments, **options):
    return Site(PROGRAM, "--port", "0", "--workers", "0", "--threads", "1", *arguments, **options)


def serves_others_while_two_hundred_send_a_byte_a_second():
    with serve() as site:
        site.serving()
        slow = [connect(site.port) for _ in range(200)]
        request = b"GET /plaintext HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"x" * 100
        with Loads(site.port, 1) as loads:
            for i in range(3):
                for client in slow:
                    client.send(request[i:i + 1])
                time.sleep(1)
        assert not loads.failures, loads.failures[:3]
        assert loads.slowest < 0.5, loads.slowest
        for client in slow:
            client.close()
        return f"{loads.requests} requests beside them, the slowest {loads.slowest * 1000:.1f} ms"


def goes_on_with_too_few_descriptors():
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    with serve(preexec_fn=limit) as site:
        site.serving()
        clients = []
        for _ in range(200):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", site.port))
            clients.append(client)
        time.sleep(0.5)
        before = cpu_seconds(site.process.pid)
        time.sleep(2)
        spent = cpu_seconds(site.process.pid) - before
        assert spent < 0.4, f"{spent} s of CPU in 2 s: it spins"
        started = time.monotonic()
        assert ask(site.port)[0] == 200, "idle connections make room"
        waited = time.monotonic() - started
        for client in clients:
            client.close()
        started = time.monotonic()
        assert ask(site.port)[0] == 200
        recovered = time.monotonic() - started
        assert recovered < 1, recovered
        wait_until(lambda: descriptors(site.process.pid) < 40, 5, "the descriptors' return")
        return f"{spent:.2f} s of CPU in 2 s, an answer after {waited:.2f} s"


# Name of the call, its failure, and which of its occurrences fail.
FAILURES = [
    ("accept4", "EMFILE", "2..6"),
    ("accept4", "ECONNABORTED", "2..6"),
    ("accept4", "ENOBUFS", "2..6"),
    ("accept4", "EPERM", "2..4"),
    ("epoll_wait", "EINTR", "3..9+2"),
    ("epoll_pwait", "EINTR", "3..9+2"),
    ("epoll_ctl", "ENOMEM", "8..10"),
    ("epoll_ctl", "ENOSPC", "8..10"),
    ("recvfrom", "EINTR", "2..8+2"),
    ("recvfrom", "ECONNRESET", "2..5"),
    ("sendto", "EINTR", "2..8+2"),
    ("sendto", "EPIPE", "2..5"),
    ("sendto", "ENOBUFS", "2..5"),
    ("sendmsg", "EPIPE", "1..3"),
    ("sendmsg", "ECONNRESET", "1..3"),
    ("sendfile", "EIO", "1..2"),
    ("sendfile", "EINTR", "1..2"),
    ("setsockopt", "EINVAL", "2..9"),
    ("openat", "EMFILE", "60..63"),
    ("pread64", "EIO", "1..2"),
    ("write", "ENOSPC", "3..9"),
    ("mmap", "ENOMEM", "150..152"),
    ("shutdown", "ENOTCONN", "1..5"),
    ("close", "EIO", "40..44"),
]


def exercise(port):
    """A little of everything; what fails meanwhile may fail."""
    targets = ["/plaintext", "/static/file.bin", "/echo?stream=300000", "/echo?see=method", "/nowhere"]
    for i in range(30):
        try:
            ask(port, targets[i % len(targets)])
        except (OSError, ValueError, IndexError):
            pass
    try:
        with connect(port, 5) as client:
            body = b"x" * 200_000
            client.sendall(b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n" + body)
            read_response(client.makefile("rb"))
    except (OSError, ValueError, IndexError):
        pass


def survives_failing_system_calls():
    if not shutil.which("strace"):
        return "passed over: no strace"
    folder = Path(tempfile.mkdtemp(prefix="hostile_test"))
    (folder / "file.bin").write_bytes(os.urandom(400_000))
    unharmed = 0
    try:
        for call, error, when in FAILURES:
            command = ["strace", "-f", "-qq", "-o", str(folder / "trace"), "-e", f"trace={call}",
                       "-e", f"inject={call}:error={error}:when={when}", PROGRAM, "serve", "--port", "0", "--workers",
                       "0", "--threads", "1", "--static-root", str(folder)]
            with Site(command[0], *command[2:], command=command[1]) as site:
                try:
                    site.serving()
                except AssertionError:
                    # A start that fails says so and ends; that is no harm.
                    assert site.process.poll() is not None, (call, error)
                    unharmed += 1
                    continue
                (program,) = Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children").read_text().split()
                exercise(site.port)
                trace = (folder / "trace").read_text()
                assert site.process.poll() is None, (call, error, site.output(), trace[-500:])
                before = cpu_seconds(int(program))
                for target in ("/plaintext", "/static/file.bin", "/echo?stream=300000"):
                    status, _, body = ask(site.port, target)
                    assert status == 200, (call, error, target, status)
                assert cpu_seconds(int(program)) - before < 2, (call, error, "it spins")
                os.kill(int(program), signal.SIGTERM)
                assert site.ended() == 0, (call, error)
                unharmed += 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return f"{unharmed} of {len(FAILURES)} unharmed"


def does_not_grow_under_rude_clients():
    with serve() as site:
        site.serving()
        pid = site.process.pid

        def rude():
            for payload in (b"", b"GET", b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"\x16\x03\x01\x00", b"\x00" * 100,
                            b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc",
                            b"GET /echo?stream=9000000 HTTP/1.1\r\nHost: localhost\r\n\r\n"):
                client = connect(site.port)
                client.sendall(payload)
                if payload.endswith(b"\n"):
                    time.sleep(0.002)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                client.close()
        memory = lambda: int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
        for _ in range(30):
            rude()
        time.sleep(0.5)
        start, files = memory(), descriptors(pid)
        for _ in range(150):
            rude()
        time.sleep(0.5)
        grown = memory() - start
        assert grown < 2_000_000, grown
        assert descriptors(pid) <= files + 2
        assert ask(site.port)[0] == 200
        return f"{grown // 1024} KiB more after 1,050 rude connections"


if __name__ == "__main__":
    run([serves_others_while_two_hundred_send_a_byte_a_second, goes_on_with_too_few_descriptors,
         survives_failing_system_calls, does_not_grow_under_rude_clients])
