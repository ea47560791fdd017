"""The benchmarks behind `./dev bench [name ...]`; without a name, all of them.

    peers      the application of the goals beside Django, plain Beast and the bare epoll limit
    compile    what an app's source file and the public headers cost the compiler
    template   the template engine against Django's, Jinja2 and a hand-written function
    forms      a form of ten fields against Django's
    idle       memory of an idle connection, of each kind
    websocket  memory of an idle WebSocket, time of a broadcast, echoes a second
    rows       rows of SQLite read into objects, against SQLite's own functions
    micro      Google Benchmark binaries: bench_*

Options after the name go to the runner: `./dev bench peers --rounds 1 --endpoints /json`.
Peers live in ../shared/bench, or where TATUM_PEERS says.
"""
import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = Path(os.environ.get("TATUM_PEERS", ROOT.parent / "shared" / "bench"))
WORK = ROOT / "build" / "bench"
BIN = ROOT / "build" / "release" / "bin"
PAGES = ["/plaintext", "/json", "/db", "/queries?n=20", "/updates?n=20", "/fortunes", "/catalog"]


def seeded_database(name):
    """A fresh SQLite file with the schema and data that all servers share."""
    path = WORK / name
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.executescript("PRAGMA journal_mode = WAL;")
        database.executescript((PEERS / "schema.sql").read_text())
        database.executescript((PEERS / "seed.sql").read_text())
    database.close()
    return path


def compiled(source, *libraries):
    binary = WORK / source.stem
    if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["g++", "-O2", "-std=c++20", str(source), "-o", str(binary), *libraries], check=True)
    return binary


def peer_servers():
    """Every peer that can run here, in the form of run_peers.py's set file."""
    limit = compiled(PEERS / "limit_epoll.cpp", "-lboost_context")
    beast = compiled(PEERS / "beast_server.cpp", "-lboost_context", "-lboost_coroutine", "-lpthread") \
        if Path("/usr/lib/x86_64-linux-gnu/libboost_coroutine.so").exists() else None
    servers = [
        {"name": "limit", "start": f"{limit} {{port}} parse", "port": 18100, "pin": "0", "endpoints": PAGES[:2]},
        {"name": "tatum", "start": f"{BIN}/bench_app serve --port {{port}} --threads 1", "port": 18101, "pin": "0",
         "cwd": str(WORK), "env": {"DATABASE_URL": f"sqlite:///{seeded_database('tatum.sqlite3')}"}, "endpoints": PAGES},
    ]
    if beast:
        servers.append({"name": "beast", "start": f"{beast} {{port}} beast-cb", "port": 18102, "pin": "0", "endpoints": PAGES[:2]})
    if shutil.which("gunicorn"):
        servers.append({"name": "django", "start": "/usr/bin/gunicorn -w 2 -b 127.0.0.1:{port} bench.wsgi", "port": 18105, "pin": "0",
                        "cwd": str(PEERS / "django_bench"), "endpoints": PAGES,
                        "env": {"PYTHONDONTWRITEBYTECODE": "1", "BENCH_DB": "sqlite", "BENCH_SQLITE": str(seeded_database("django.sqlite3"))}})
    return servers


def peers(arguments):
    WORK.mkdir(parents=True, exist_ok=True)
    run_set = {"rounds": 3, "duration": 8, "warmup": 1, "connections": [64], "baseline": "django",
               "wrk": {"path": "wrk", "threads": 1, "pin": "1"}, "nice": -10 if os.geteuid() == 0 else 0,
               "noise_limit": 0.16, "retries": 1, "servers": peer_servers()}
    path = WORK / "set.json"
    path.write_text(json.dumps(run_set, indent=1))
    return subprocess.call([sys.executable, str(PEERS / "run_peers.py"), str(path), "--logdir", str(WORK),
                            "--out", str(WORK / "peers.json"), *arguments])


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compile_times(_):
    """Median CPU seconds of five compilations; g++ -O1 without a precompiled header. What <string> costs
    beside it tells machines apart: the goals stand for one where that is 0.17 s."""
    flags = ["g++", "-std=c++20", "-O1", "-I.", "-c", "-o", "/dev/null"]
    rows = [("an app of 150 lines (goal 2.5 s, 14.7 times)", [*flags, "bench/compile/app.cpp"])]
    for header in ("string", "tatum/tatum.h", "tatum/base/value.h", "tatum/db/query_set.h", "tatum/urls/urls.h"):
        source = WORK / (header.replace("/", "_") + ".cpp")
        WORK.mkdir(parents=True, exist_ok=True)
        source.write_text(f"#include <{header}>\n")
        rows.append((f"#include <{header}>", [*flags, "-fsyntax-only", str(source)]))
    unit = statistics.median(cpu_seconds(rows[1][1]) for _ in range(5))
    print("| what | CPU s | times `<string>` |\n|---|--:|--:|")
    for name, command in rows:
        seconds = statistics.median(cpu_seconds(command) for _ in range(5))
        print(f"| {name} | {seconds:.2f} | {seconds / unit:.1f} |")
    return 0


def template(arguments):
    return subprocess.call([sys.executable, str(ROOT / "bench" / "template_engine" / "compare.py"), str(ROOT / "build" / "release"), *arguments])


def forms(arguments):
    return subprocess.call([sys.executable, str(ROOT / "bench" / "forms" / "compare.py"), str(ROOT / "build" / "release"), *arguments])


def micro(arguments):
    return max([subprocess.call([str(binary), *arguments]) for binary in sorted(BIN.glob("bench_*_micro"))] or [0])


def websocket(arguments):
    return subprocess.call([str(BIN / "bench_websocket"), *arguments])


def rows(arguments):
    return subprocess.call([str(BIN / "bench_rows"), *arguments])


def idle(arguments):
    return subprocess.call([sys.executable, str(ROOT / "bench" / "idle_memory.py"), *arguments])


BENCHMARKS = {"peers": peers, "idle": idle, "compile": compile_times, "template": template, "forms": forms, "websocket": websocket, "rows": rows, "micro": micro}


def main():
    names = [a for a in sys.argv[1:2] if a in BENCHMARKS]
    if sys.argv[1:] and not names:
        print(__doc__)
        return 2
    return max(BENCHMARKS[name](sys.argv[2:]) for name in names or BENCHMARKS)


if __name__ == "__main__":
    sys.exit(main())
