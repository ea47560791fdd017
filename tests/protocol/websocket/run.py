"""Sends what RFC 6455 and RFC 7692 allow and what they forbid to /ws of echo_site, which echoes messages.

    run.py [--server BINARY | --port N] [--rounds N] [filter]

Ends with `N passed, N failed`. After the cases the server must be alive and, over several rounds, hold no more descriptors
and hardly more memory than before.
"""
import argparse
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from cases import CASES  # noqa: E402
from client import TEXT, Client, Failure  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]
GROWTH_BYTES_MAX = 24 << 20


class Server:
    def __init__(self, binary):
        self.process = subprocess.Popen([binary, "serve", "--port", "0", "--threads", "2"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        found = re.search(r":(\d+)/", line)
        if not found:
            raise SystemExit(f"the server does not start: {line!r}")
        self.port = int(found[1])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident(self):
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


def run(port, chosen):
    """The names and faults of the cases that failed."""
    failed = []
    for name, function in chosen:
        client = Client(port)
        try:
            function(client)
        except (Failure, OSError) as fault:
            failed.append((name, f"{type(fault).__name__}: {fault}"))
        finally:
            client.close()
    return failed


def is_alive(port):
    client = Client(port)
    try:
        client.open()
        client.echo(TEXT, "alive")
        client.bye()
        return True
    except (Failure, OSError):
        return False
    finally:
        client.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("filter", nargs="?", default="")
    parser.add_argument("--server", default=str(ROOT / "build/release/bin/echo_site"))
    parser.add_argument("--port", type=int)
    parser.add_argument("--rounds", type=int, default=2, help="how often all cases are run")
    options = parser.parse_args()
    chosen = [one for one in CASES if options.filter in one[0]]
    server = None if options.port else Server(options.server)
    port = options.port or server.port
    passed, failed = 0, []
    figures = []
    for _ in range(options.rounds):
        lost = run(port, chosen)
        failed += lost
        passed += len(chosen) - len(lost)
        if not is_alive(port):
            failed.append(("the server", "does not answer any more"))
            break
        if server:
            time.sleep(2.5)  # until it has let go of those that it lingers for
            figures.append((server.descriptors(), server.resident()))
    if server:
        (first, before), (last, after) = figures[0], figures[-1]
        print(f"descriptors {first}, then {last}; resident {before >> 20} MiB, then {after >> 20} MiB")
        if last > first:
            failed.append(("descriptors", f"have grown from {first} to {last}"))
        if after - before > GROWTH_BYTES_MAX:
            failed.append(("memory", f"has grown from {before} to {after} bytes"))
        started = time.monotonic()
        if server.stop() != 0:
            failed.append(("the server", f"ended with {server.process.returncode}"))
        print(f"stopped in {time.monotonic() - started:.1f} s")
    for name, fault in failed:
        print(f"FAIL {name}\n     {fault}")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
