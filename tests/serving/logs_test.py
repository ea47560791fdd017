"""No line of a log is lost, and none torn, whatever happens to a running site; a full disk is survived.

    logs_test.py PROGRAM [test...]      PROGRAM is echo_site; serving_site lies beside it
"""
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from harness import Loads, Site, ask, connect, make_certificate, read_response, run, wait_until

ECHO = os.path.abspath(sys.argv[1])
SERVING = str(Path(ECHO).with_name("serving_site"))
FOLDER = Path(tempfile.mkdtemp(prefix="logs_test"))
TEXT_LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) tatum\.[\w.]+ .*")
COMBINED_LINE = re.compile(r'127\.0\.0\.1 - - \[[^]]*\] "GET \S+ HTTP/1\.1" 200 \d+ "-" "-" id=[0-9a-f]{16} us=\d+ '
                           r'queries=\d+ query_us=\d+ in=\d+ route=\S+')


def serve(*arguments, stderr=None, **settings):
    environment = {f"TATUM_{name.upper()}": str(value) for name, value in settings.items()}
    options = {} if stderr is None else {"stderr": stderr}
    return Site(SERVING, *arguments, environment=environment, cwd=FOLDER, **options)


def every_request_has_its_line_whatever_happens():
    log, main, certificate = FOLDER / "access.log", FOLDER / "main.log", FOLDER / "certificate.pem"
    make_certificate(certificate)
    with serve("--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0", "--certificate", str(certificate), "--workers", "2",
               "--threads", "1", logging__access_file=log, logging__file=main) as site:
        site.serving(2)
        with Loads(site.port, 4, "/item/1/") as loads:
            for _ in range(3):
                time.sleep(0.2)
                site.kill(signal.SIGHUP)
            wait_until(lambda: main.read_text().count("have been read again") >= 2, 5, "word of the certificates")
            old = set(site.workers())
            site.kill(signal.SIGUSR2)
            wait_until(lambda: len(site.workers()) == 2 and not old & set(site.workers()), what="the restart")
            os.rename(log, FOLDER / "access.log.1")
            site.kill(signal.SIGUSR1)
            wait_until(log.exists, 5, "the new file")
            time.sleep(0.2)
        site.kill(signal.SIGTERM)
        assert site.ended() == 0
    assert not loads.failures, loads.failures[:3]
    lines = [line for path in (log, FOLDER / "access.log.1") for line in path.read_text().splitlines()]
    assert len(lines) == loads.requests, (len(lines), loads.requests)
    torn = [line for line in lines if not COMBINED_LINE.fullmatch(line)]
    assert not torn, torn[:3]
    assert "The new workers are ready" in main.read_text()
    return f"{len(lines)} lines"


class SlowReader(threading.Thread):
    """Empties a pipe that holds one page, and takes its time."""

    def __init__(self, blocking=True):
        super().__init__(daemon=True)
        self.read_end, self.write_end = os.pipe()
        fcntl.fcntl(self.write_end, fcntl.F_SETPIPE_SZ, 4096)
        os.set_blocking(self.write_end, blocking)
        self.text = b""

    def run(self):
        while piece := os.read(self.read_end, 3000):
            self.text += piece
            time.sleep(0.0005)
        os.close(self.read_end)

    def lines(self):
        os.close(self.write_end)
        self.join(30)
        return self.text.decode().splitlines()


def log_to_a_pipe(blocking):
    reader = SlowReader(blocking)
    reader.start()
    with serve("--port", "0", "--workers", "3", "--threads", "1", stderr=reader.write_end) as site:
        site.serving()
        with Loads(site.port, 6, "/item/1/") as loads:
            time.sleep(1.5)
        site.kill(signal.SIGTERM)
        assert site.ended() == 0
    lines = reader.lines()
    torn = [line for line in lines if not TEXT_LINE.fullmatch(line)]
    assert not torn, (len(torn), torn[:3])
    written = sum('"GET /item/1/ HTTP/1.1" 200' in line for line in lines)
    assert written == loads.requests and not loads.failures, (written, loads.requests, loads.failures[:3])
    return f"{written} lines"


def lines_of_all_workers_stay_whole_in_a_pipe():
    return log_to_a_pipe(blocking=True)


def a_pipe_that_does_not_block_loses_nothing():
    return log_to_a_pipe(blocking=False)


def a_killed_worker_takes_half_a_second_of_lines_with_it():
    log = FOLDER / "killed.log"
    flush_interval, reserve = 0.5, 0.3
    with serve("--port", "0", "--workers", "1", "--threads", "1", logging__access_file=log) as site:
        site.serving()
        answered = {}
        end = time.monotonic() + 2
        while time.monotonic() < end:
            number = len(answered)
            assert ask(site.port, f"/item/{number}/")[0] == 200
            answered[number] = time.monotonic()
            time.sleep(0.005)
        killed = time.monotonic()
        os.kill(site.workers()[0], signal.SIGKILL)
        due = [number for number, moment in answered.items() if moment < killed - flush_interval - reserve]
        text = log.read_text()
        missing = [number for number in due if f"/item/{number}/ " not in text]
        assert due and not missing, (len(due), missing[:5])
        return f"{len(answered)} requests, {len(answered) - text.count(' 200 ')} without a line"


# --- a full disk -----------------------------------------------------------------------------------------------------

class SmallDisk:
    """A disk of one MiB, all of it taken until free() is called. Falsy where none can be made."""

    def __init__(self, name):
        self.folder = FOLDER / name
        self.folder.mkdir()
        self.mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", self.folder], capture_output=True).returncode == 0

    def __bool__(self):
        return self.mounted

    def fill(self):
        with open(self.folder / "filler", "wb", buffering=0) as file:
            try:
                while file.write(bytes(65536)) == 65536:
                    pass
            except OSError:
                pass

    def free(self):
        (self.folder / "filler").unlink()

    def files(self):
        return sorted(path.name for path in self.folder.iterdir())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.mounted:
            subprocess.run(["umount", "--lazy", self.folder], check=True)


PASSED_OVER = "passed over: no disk of its own, which takes root"
LOST = "cannot be written, its lines are lost: No space left on device"
AGAIN = re.compile(r"can be written again; (\d+) lines were lost")


def a_full_disk_under_the_access_log_costs_lines_only():
    with SmallDisk("access") as disk:
        if not disk:
            return PASSED_OVER
        log, main = disk.folder / "access.log", FOLDER / "beside.log"
        with serve("--port", "0", "--workers", "1", "--threads", "1", logging__access_file=log, logging__file=main) as site:
            site.serving()
            ask(site.port)
            disk.fill()
            with Loads(site.port, 4, "/item/1/") as loads:
                wait_until(lambda: LOST in main.read_text(), 5, "word of the full disk")
                time.sleep(1.2)
            asked = loads.requests + 1
            disk.free()

            def recovered():
                nonlocal asked
                asked += 1
                return ask(site.port, "/item/1/") and AGAIN.search(main.read_text())
            wait_until(recovered, 5, "word of room")
            assert main.read_text().count(LOST) == 1, main.read_text()
            site.kill(signal.SIGTERM)
            assert site.ended() == 0
        assert not loads.failures, loads.failures[:3]
        lost = int(AGAIN.search(main.read_text())[1])
        lines = [line for line in log.read_text().splitlines() if COMBINED_LINE.fullmatch(line)]
        # One may have been cut where the disk ended.
        assert asked - lost - 1 <= len(lines) <= asked - lost, (len(lines), asked, lost)
        return f"{loads.requests} requests, {lost} lines lost"


def a_full_disk_under_the_log_is_told_on_stderr():
    with SmallDisk("main") as disk:
        if not disk:
            return PASSED_OVER
        log = disk.folder / "main.log"
        with serve("--port", "0", "--workers", "1", "--threads", "1", logging__file=log) as site:
            site.serving()
            disk.fill()
            with Loads(site.port, 4, "/item/1/") as loads:
                wait_until(lambda: LOST in site.output(), 5, "word of the full disk")
                assert ask(site.port, "/fail")[0] == 500
                time.sleep(1)
            assert not loads.failures, loads.failures[:3]
            # The access log has opened the file by itself, and tells the log, which has no room for it.
            assert site.output().count(LOST) == 1, site.output()
            disk.free()
            wait_until(lambda: ask(site.port, "/fail") and AGAIN.search(site.output()), 5, "word of room")
            assert site.output().count("can be written again") == 1, site.output()
            site.kill(signal.SIGTERM)
            assert site.ended() == 0


def upload(port, size):
    boundary = "b0123456789"
    body = (f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n").encode() + bytes(size) + f"\r\n--{boundary}--\r\n".encode()
    with connect(port) as client:
        head = (f"POST /echo?see=form HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
                f"Content-Type: multipart/form-data; boundary={boundary}\r\n\r\n")
        client.sendall(head.encode())
        try:
            client.sendall(body)
        except OSError:
            pass  # it has answered already
        status, _, text = read_response(client.makefile("rb"))
        return status, text


def an_upload_to_a_full_disk_gets_507_and_leaves_nothing():
    with SmallDisk("uploads") as disk:
        if not disk:
            return PASSED_OVER
        with Site(ECHO, "--port", "0", environment={"TMPDIR": str(disk.folder)}) as site:
            site.serving()
            for _ in range(3):
                assert upload(site.port, 8_000_000)[0] == 507
                assert disk.files() == [], disk.files()
            disk.fill()
            assert upload(site.port, 3_000_000)[0] == 507, "not even the file can be made"
            assert disk.files() == ["filler"], disk.files()
            assert upload(site.port, 1000) == (200, b"fields=0 files=1 names=a.bin"), "it fits into memory"
            disk.free()
            assert ask(site.port)[0] == 200
            assert site.output().count("No space left on device") >= 4, site.output()
    return ""


if __name__ == "__main__":
    try:
        run([
            every_request_has_its_line_whatever_happens, lines_of_all_workers_stay_whole_in_a_pipe,
            a_pipe_that_does_not_block_loses_nothing, a_killed_worker_takes_half_a_second_of_lines_with_it,
            a_full_disk_under_the_access_log_costs_lines_only, a_full_disk_under_the_log_is_told_on_stderr,
            an_upload_to_a_full_disk_gets_507_and_leaves_nothing,
        ])
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
