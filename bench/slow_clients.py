#!/usr/bin/env python3
"""What 200 clients that send one byte a second cost a normal client.

    slow_clients.py [PROGRAM] [--clients 200] [--rounds 10] [--seconds 2]

Two servers of the same program run on one core; slow clients are at the second only. A normal client asks each of them
in turn for /plaintext, one request after the other on a kept connection. Prints the medians over the rounds of
its requests per second and of the 99th percentile of its answers, and their ratio. Exit code 1 when the normal client is
slowed by more than a tenth.
"""
import argparse
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUEST = b"GET /plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n"


def start(program):
    process = subprocess.Popen([program, "serve", "--port", "0", "--workers", "0", "--threads", "1"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return process, int(process.stdout.readline().rsplit(":", 1)[1].strip().strip("/"))


def ask_for(port, seconds):
    """(requests per second, 99th percentile in ms)"""
    times = []
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            client.sendall(REQUEST)
            if not client.recv(4096).startswith(b"HTTP/1.1 200"):
                raise SystemExit("an answer is not 200")
            times.append(time.perf_counter() - began)
    times.sort()
    return len(times) / seconds, times[int(len(times) * 0.99)] * 1000


class SlowClients(threading.Thread):
    """Each sends a byte of a request head every second, all through the second; who is closed comes again."""

    def __init__(self, port, count):
        super().__init__(daemon=True)
        self.port, self.going, self.sent = port, True, 0
        self.clients = [self.fresh() for _ in range(count)]

    def fresh(self):
        return [socket.create_connection(("127.0.0.1", self.port)), 0]

    def run(self):
        head = b"GET /plaintext HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"x" * 4000
        pause = 1 / len(self.clients)
        while self.going:
            for client in self.clients:
                began = time.monotonic()
                try:
                    client[0].send(head[client[1]:client[1] + 1])
                    client[1] += 1
                    self.sent += 1
                except OSError:
                    client[:] = self.fresh()
                time.sleep(max(0, pause - (time.monotonic() - began)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=str(ROOT / "build/release/bin/echo_site"))
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=2)
    options = parser.parse_args()
    (alone, port_alone), (beside, port_beside) = start(options.program), start(options.program)
    slow = SlowClients(port_beside, options.clients)
    slow.start()
    results = {port_alone: [], port_beside: []}
    try:
        for i in range(options.rounds):
            order = [port_alone, port_beside] if i % 2 == 0 else [port_beside, port_alone]
            for port in order:
                results[port].append(ask_for(port, options.seconds))
    finally:
        slow.going = False
        for process in (alone, beside):
            process.terminate()
            process.wait()
    medians = {port: [statistics.median(column) for column in zip(*rounds)] for port, rounds in results.items()}
    for name, port in (("alone", port_alone), (f"beside {options.clients} slow clients", port_beside)):
        rate, late = medians[port]
        print(f"{name:<28} {rate:>9.0f} requests/s   p99 {late:.3f} ms")
    # Of each round by itself, since the machine may be busier in one than in another.
    ratio = statistics.median(b[0] / a[0] for a, b in zip(results[port_alone], results[port_beside]))
    print(f"slowed by {100 * (1 - ratio):.1f} % ({slow.sent} bytes were sent slowly)")
    raise SystemExit(ratio < 0.9)


if __name__ == "__main__":
    main()
