#!/usr/bin/python3
"""Serves CranStore from an empty folder and looks at it in Chromium.

    run.py [name-filter]

Uses build/release/bin/cranstore alone, as a deployment would: migrate, loaddata demo, runserver on a free
port of the loopback. Then tests/browser/run.mjs does the looking. Ends with `N passed, N failed`.
"""
import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / "build/release/bin/cranstore"
START_SECONDS_MAX = 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_served(server, address):
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=2).close()
            return
        time.sleep(0.05)
    raise SystemExit(f"the server did not answer at {address}")


def main():
    with tempfile.TemporaryDirectory(prefix="cranstore-") as folder:
        binary = Path(shutil.copy2(BINARY, folder))
        for command in (["migrate"], ["loaddata", "demo"]):
            subprocess.run([binary, *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        account = {**os.environ, "DJANGO_SUPERUSER_PASSWORD": secrets.token_hex(12)}
        subprocess.run([binary, "createsuperuser", "--noinput", "--username", "boss", "--email", "boss@example.com"],
                       cwd=folder, check=True, stdout=subprocess.DEVNULL, env=account)
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        with open(Path(folder) / "server.log", "w+") as log:
            server = subprocess.Popen([binary, "runserver", "--port", str(port)], cwd=folder, stdout=log, stderr=log)
            try:
                wait_until_served(server, address + "/")
                code = subprocess.run(["node", ROOT / "tests/browser/run.mjs", address, *sys.argv[1:]],
                                      env={**os.environ, "ADMIN_PASSWORD": account["DJANGO_SUPERUSER_PASSWORD"]}).returncode
                if server.poll() is not None:
                    print(f"the server died with {server.returncode}")
                    code = 1
            finally:
                server.terminate()
                server.wait(timeout=10)
            if code != 0:
                log.seek(0)
                print("the last lines of the server's log:\n" + "".join(log.readlines()[-20:]))
    return code


if __name__ == "__main__":
    sys.exit(main())
