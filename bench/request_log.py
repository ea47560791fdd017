#!/usr/bin/env python3
"""What the access log costs a request: CPU time of two servers of one program, one with the log in a file and one without,
asked in turn by wrk.

    request_log.py [PROGRAM] [--rounds 8] [--seconds 2] [--format text|json]

PROGRAM is a site that reads its settings from the environment (serving_site). Prints microseconds of CPU per request of
each, and their difference: goals.md wants it below 0.3.
"""
import argparse
import os
import re
import statistics
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")


def start(program, folder, **settings):
    environment = dict(os.environ, **{f"TATUM_LOGGING__{name.upper()}": value for name, value in settings.items()})
    process = subprocess.Popen([program, "serve", "--port", "0", "--workers", "0", "--threads", "1"], cwd=folder,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    return process, int(re.search(r":(\d+)/", process.stdout.readline())[1])


def cpu_seconds(pid):
    """In nanoseconds' precision, of all threads."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=str(ROOT / "build/release/bin/serving_site"))
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--format", default="text")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "access.log")
        servers = {"without": start(options.program, folder, access_file="none"),
                   "with": start(options.program, folder, access_file=log, access_format=options.format)}
        figures = {name: [] for name in servers}
        try:
            for i in range(options.rounds):
                for name in sorted(servers, reverse=i % 2 == 0):
                    process, port = servers[name]
                    before = cpu_seconds(process.pid)
                    out = subprocess.run(["wrk", "-t1", "-c16", f"-d{options.seconds:.0f}", f"http://127.0.0.1:{port}/"],
                                         capture_output=True, text=True, check=True).stdout
                    count = int(re.search(r"(\d+) requests in", out)[1])
                    figures[name].append((cpu_seconds(process.pid) - before) / count * 1e6)
                    open(log, "r+").truncate()
        finally:
            for process, _ in servers.values():
                process.terminate()
                process.wait()
    for name, values in figures.items():
        print(f"{name:<8} {statistics.median(values):.2f} us of CPU a request, least {min(values):.2f}")
    print(f"the log costs {statistics.median(figures['with']) - statistics.median(figures['without']):.2f} us "
          f"(by the least of each {min(figures['with']) - min(figures['without']):.2f} us)")


if __name__ == "__main__":
    main()
