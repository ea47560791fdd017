#!/usr/bin/env python3
"""Holds a server to the letter of RFC 9110 and 9112, over raw sockets.

    run.py ECHO_SITE [--seed N] [FILTER]

Starts ECHO_SITE (tests/functional/echo), sends every case whole, byte by byte and in random pieces, and
watches that the server neither ends nor grows."""

import argparse
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

import behaviour
import cases
import http_checker
from http_checker import Client, Wrong, wait_until

GROWTH_MAX = 4 << 20  # bytes of memory, from the second time that all cases run to the last
BYTES_BY_BYTE_MAX = 150  # a larger case is sent in random pieces only
METHOD = re.compile(rb"(?:^|\r\n\r\n|\n)([A-Za-z-]+) [^\r\n]* HTTP/")


class Server:
    def __init__(self, program, static_root):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [program, "serve", "--port", "0", "--threads", "1", "--static-root", static_root],
            stdout=subprocess.PIPE, stderr=self.log, cwd=static_root)
        line = self.process.stdout.readline().decode()
        match = re.search(r"http://127\.0\.0\.1:([0-9]+)/", line)
        if not match:
            raise SystemExit(f"{program} does not start: {line}")
        self.port = int(match[1])

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=30)

    def deaths(self):
        """What it says of workers that have died, and a sanitizer of why."""
        self.log.seek(0)
        text = self.log.read().decode(errors="replace")
        found = re.search(r"(?:==\d+==ERROR|\S+ runtime error|[^\n]*Worker \d+ (?:was ended|ended with)).*", text, re.S)
        return found[0][:8000] if found else ""


def matches(response, wanted):
    """Is it the response that a case expects?"""
    statuses, _, body = wanted.partition(" ")
    if str(response.status) not in statuses.split("|"):
        return False
    return " " not in wanted or response.body == body.encode("latin-1")


def run_case(port, case, pieces):
    _, data, responses, end, methods, _ = case
    if methods is None:
        methods = [method.decode() for method in METHOD.findall(data)]
    with Client(port) as client:
        client.send(data, pieces)
        for i, wanted in enumerate(responses):
            method = methods[i] if i < len(methods) else "GET"
            response = client.read(method)
            if response.status == 100:
                response = client.read(method)
            if not matches(response, wanted):
                raise Wrong(f"{response}, not {wanted[:60]}")
        if end == cases.OPEN:
            client.expect_open()
        elif end == cases.CLOSED:
            client.expect_end()


def run_all(context, wanted, failures, ways):
    count = 0
    for pieces in ways:
        for case in cases.CASES:
            if wanted not in case[0] or (pieces is not None and not case[5]):
                continue
            if pieces == 1 and len(case[1]) > BYTES_BY_BYTE_MAX:
                continue
            count += 1
            try:
                run_case(context.port, case, pieces)
            except (Wrong, OSError) as wrong:
                way = {None: "", 1: ", byte by byte", "random": ", in random pieces"}[pieces]
                failures.append(f"{case[0]}{way}: {wrong}")
    for check in behaviour.CHECKS:
        name = check.__name__.replace("_", " ")
        if wanted in name:
            count += 1
            try:
                check(context)
            except (Wrong, OSError) as wrong:
                failures.append(f"{name}: {wrong}")
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("echo_site")
    parser.add_argument("filter", nargs="?", default="")
    parser.add_argument("--patience", type=float, help="seconds until silence is wrong")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    if arguments.patience:
        http_checker.PATIENCE = arguments.patience
    started = time.monotonic()
    failures = []
    with tempfile.TemporaryDirectory() as static_root:
        pathlib.Path(static_root, "a.txt").write_text("hello\n")
        pathlib.Path(static_root, "large.bin").write_bytes(bytes(i * 7 % 251 for i in range(100_000)))
        server = Server(os.path.abspath(arguments.echo_site), static_root)
        context = behaviour.Context(server.port, static_root)
        try:
            count = run_all(context, arguments.filter, failures, (None, 1, "random"))
            before = (server.memory(), server.descriptors())
            if not failures:
                count += run_all(context, arguments.filter, failures, (None,))
            if server.process.poll() is not None:
                failures.append("the server has ended")
            elif not failures:
                if not wait_until(lambda: server.descriptors() <= before[1]):
                    failures.append(f"{before[1]} descriptors have become {server.descriptors()}")
                if server.memory() - before[0] > GROWTH_MAX:
                    failures.append(f"{before[0] >> 10} KiB of memory have become {server.memory() >> 10}")
        finally:
            status = server.stop() if server.process.poll() is None else server.process.returncode
        if status != 0:
            failures.append(f"the server ends with status {status}")
        if deaths := server.deaths():
            failures.append(f"a worker has died:\n{deaths}")
    for failure in failures:
        print(f"FAILED {failure}")
    print(f"{count - len(failures)} passed, {len(failures)} failed in {time.monotonic() - started:.1f} s "
          f"({len(cases.CASES)} cases, {len(behaviour.CHECKS)} checks; seed {arguments.seed})")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
