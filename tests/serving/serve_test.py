"""`serve` as a process: signals, workers that die, restarts under load, faults at the start.

    serve_test.py PROGRAM [test...]      PROGRAM is echo_site; serving_site lies beside it
"""
import os
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import Loads, Site, ask, connect, encrypted, make_certificate, read_response, run, wait_until

PROGRAM = os.path.abspath(sys.argv[1])
SERVING = str(Path(PROGRAM).with_name("serving_site"))
FOLDER = Path(tempfile.mkdtemp(prefix="serve_test"))


def serve(*arguments, program=PROGRAM, **options):
    if program == SERVING:
        options["cwd"] = FOLDER
    return Site(program, *arguments, **options)


# --- stopping --------------------------------------------------------------------------------------------------------

def stops_with_exit_code_0():
    for workers in ("0", "1", "2"):
        with serve("--port", "0", "--workers", workers) as site:
            site.serving()
            assert ask(site.port)[0] == 200
            site.kill(signal.SIGTERM)
            assert site.ended() == 0, site.output()


def lets_a_download_in_flight_complete():
    with serve("--port", "0") as site:
        site.serving()
        with connect(site.port) as client:
            client.sendall(b"GET /echo?stream=20000000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            stream = client.makefile("rb")
            first = client.recv(1, socket.MSG_PEEK)
            assert first == b"H"
            site.kill(signal.SIGTERM)
            time.sleep(0.3)
            try:
                ask(site.port)
                raise AssertionError("a new connection was accepted")
            except ConnectionError:
                pass
            status, _, body = read_response(stream)
            assert (status, len(body)) == (200, 20_000_000)
        assert site.ended() == 0, site.output()


def is_cut_off_by_a_second_signal():
    with serve("--port", "0", "--threads", "1") as site:
        site.serving()
        client = connect(site.port)
        client.sendall(b"GET /echo?stream=2000000000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.recv(1000)
        site.kill(signal.SIGTERM)
        time.sleep(0.5)
        assert site.process.poll() is None, "the download is still going"
        started = time.monotonic()
        site.kill(signal.SIGTERM)
        site.ended(10)
        assert time.monotonic() - started < 6
        client.close()


def loses_no_request_when_stopped_under_load():
    with serve("--port", "0", "--workers", "2", "--threads", "1") as site:
        site.serving()
        loads = Loads(site.port)
        with loads:
            for load in loads.all:
                load.going = True
            site.kill(signal.SIGTERM)
            site.ended()
            for load in loads.all:
                load.going = False
        lost = [text for text in loads.failures if not text.startswith("connect")]
        assert not lost and loads.requests > 0, lost[:5]
        assert site.process.returncode == 0
        return f"{loads.requests} requests"


# --- workers ---------------------------------------------------------------------------------------------------------

def replaces_a_worker_that_dies():
    with serve("--port", "0", "--workers", "2", "--threads", "1") as site:
        site.serving()
        before = site.workers()
        assert len(before) == 2
        with Loads(site.port) as loads:
            killed = time.monotonic()
            os.kill(before[0], signal.SIGKILL)
            wait_until(lambda: len(set(site.workers()) - set(before)) == 1, 5, "a new worker")
            back = time.monotonic() - killed
            time.sleep(1)
        assert before[1] in site.workers(), "the other one goes on"
        assert len(loads.failures) <= 8, loads.failures[:5]
        assert back < 1, back
        site.kill(signal.SIGTERM)
        assert site.ended() == 0
        return f"back in {back * 1000:.0f} ms, {len(loads.failures)} of {loads.requests} requests failed"


def waits_longer_after_every_death():
    with serve("--port", "0", "--threads", "1") as site:
        site.serving()
        for _ in range(4):
            (worker,) = wait_until(site.workers, what="a worker")
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda: worker not in site.workers(), what="its end")
        assert "in_ms=400" in wait_until(lambda: "in_ms=400" in site.output() and site.output(), 5)
        assert ask(site.port)[0] == 200, "what waits in the queue is answered in the end"


def workers_end_with_their_supervisor():
    with serve("--port", "0", "--workers", "2") as site:
        site.serving()
        site.orphans = site.workers()
        site.process.kill()
        site.process.wait()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()
                                   for pid in site.orphans), 5, "their end")


# --- restarting ------------------------------------------------------------------------------------------------------

def loses_no_request_when_restarted_under_load():
    with serve("--port", "0", "--workers", "2", "--threads", "1") as site:
        site.serving()
        before = set(site.workers())
        with Loads(site.port) as loads:
            for _ in range(2):
                old = set(site.workers())
                site.kill(signal.SIGUSR2)
                wait_until(lambda: len(site.workers()) == 2 and not old & set(site.workers()), what="new workers")
            time.sleep(0.3)
        assert not before & set(site.workers())
        assert not loads.failures, loads.failures[:5]
        assert loads.slowest < 2, loads.slowest
        site.kill(signal.SIGTERM)
        assert site.ended() == 0, site.output()
        return f"{loads.requests} requests, the slowest {loads.slowest * 1000:.0f} ms"


def keeps_the_old_workers_when_the_new_ones_fail():
    program = FOLDER / "site"
    shutil.copy(PROGRAM, program)
    with Site(str(program), "--port", "0", "--workers", "2", "--threads", "1") as site:
        site.serving()
        before = set(site.workers())
        broken = FOLDER / "broken"
        broken.write_text("#!/bin/sh\nexit 7\n")
        broken.chmod(0o755)
        os.rename(broken, program)
        with Loads(site.port, 4) as loads:
            site.kill(signal.SIGUSR2)
            wait_until(lambda: "The restart failed" in site.output(), what="a line in the log")
            assert set(site.workers()) == before
        assert not loads.failures, loads.failures[:5]
        # The next worker is one of the program that works.
        os.kill(min(before), signal.SIGKILL)
        wait_until(lambda: len(site.workers()) == 2, what="a new worker")
        time.sleep(0.2)
        assert ask(site.port)[0] == 200
        # And a program that works again is taken.
        fresh = FOLDER / "fresh"
        shutil.copy(PROGRAM, fresh)
        os.rename(fresh, program)
        old = set(site.workers())
        site.kill(signal.SIGUSR2)
        wait_until(lambda: len(site.workers()) == 2 and not old & set(site.workers()), what="new workers")
        site.kill(signal.SIGTERM)
        assert site.ended() == 0


def finishes_old_downloads_after_a_restart():
    with serve("--port", "0", "--threads", "1") as site:
        site.serving()
        old = site.workers()
        with connect(site.port) as client:
            client.sendall(b"GET /echo?stream=20000000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.recv(1, socket.MSG_PEEK)
            site.kill(signal.SIGUSR2)
            wait_until(lambda: set(site.workers()) - set(old), what="a new worker")
            assert ask(site.port)[0] == 200
            assert len(read_response(client.makefile("rb"))[2]) == 20_000_000
        wait_until(lambda: not set(old) & set(site.workers()), what="the old one's end")


def reads_certificates_again_under_load():
    file = FOLDER / "certificate.pem"
    make_certificate(file)
    with serve("--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0", "--certificate", str(file), "--workers",
               "2", "--threads", "1") as site:
        site.serving(2)
        port = int(site.addresses[1].rsplit(":", 1)[1].strip("/"))
        seen = lambda: ssl.get_server_certificate(("127.0.0.1", port))
        first = seen()
        with Loads(site.port, 4) as plain, Loads(port, 4, tls=True) as encrypted:
            make_certificate(file)
            site.kill(signal.SIGHUP)
            wait_until(lambda: site.output().count("have been read again") == 2, what="both workers' word")
            second = seen()
            assert second != first and second.strip() in file.read_text()
            file.write_text("no certificate")
            site.kill(signal.SIGHUP)
            wait_until(lambda: site.output().count("stay as they were") == 2, what="both workers' word")
            assert all(seen() == second for _ in range(8))
        assert not plain.failures and not encrypted.failures, (plain.failures[:3], encrypted.failures[:3])
        return f"{plain.requests} requests, {encrypted.requests} over TLS"


def reads_certificates_that_change_while_it_restarts():
    file, pipe = FOLDER / "changing.pem", FOLDER / "access.pipe"
    make_certificate(file)
    # Opening its access log holds a worker up between reading the certificates and being ready.
    os.mkfifo(pipe)
    with serve("--listen-tls", "127.0.0.1:0", "--certificate", str(file), "--workers", "1", "--threads", "1",
               program=SERVING, environment={"TATUM_LOGGING__ACCESS_FILE": str(pipe)}) as site:
        reader = os.open(pipe, os.O_RDONLY)
        site.serving()
        os.close(reader)
        old = set(site.workers())
        site.kill(signal.SIGUSR2)
        wait_until(lambda: set(site.workers()) - old, what="a new worker")
        time.sleep(1)
        make_certificate(file)
        site.kill(signal.SIGHUP)
        time.sleep(0.2)
        reader = os.open(pipe, os.O_RDONLY)
        wait_until(lambda: not old & set(site.workers()), what="the restart")
        seen = lambda: ssl.get_server_certificate(("127.0.0.1", site.port)).strip() in file.read_text()
        wait_until(seen, 5, "the new certificate")
        os.close(reader)


def port_of(address):
    return int(address.rsplit(":", 1)[1].strip("/"))


def sends_visitors_to_https():
    certificate, acme = FOLDER / "redirect.pem", FOLDER / "acme"
    make_certificate(certificate)
    (acme / ".well-known/acme-challenge").mkdir(parents=True)
    (acme / ".well-known/acme-challenge/token").write_text("token.thumbprint")
    (acme / ".well-known/other").write_text("private")
    for workers in ("0", "1"):
        with serve("--listen-tls", "127.0.0.1:0", "--redirect-http", "127.0.0.1:0", "--certificate", str(certificate),
                   "--acme-folder", str(acme), "--workers", workers) as site:
            site.serving(2)
            (http,) = (port_of(address) for address in site.addresses if address.startswith("http:"))
            (https,) = (port_of(address) for address in site.addresses if address.startswith("https:"))
            assert f"Redirecting from http://127.0.0.1:{http}/" in site.output()
            status, headers, body = ask(http, "/a%2Fb/%C3%A9?q=1&r=%20", host=f"localhost:{http}")
            assert (status, body) == (301, b""), (status, body)
            assert headers["location"] == f"https://localhost:{https}/a%2Fb/%C3%A9?q=1&r=%20", headers
            assert ask(http, "/echo", method="POST")[0] == 308
            assert ask(http, "//evil.example/", host="127.0.0.1")[1]["location"] == f"https://127.0.0.1:{https}//evil.example/"
            assert ask(http, "/", host="evil.example")[0] == 400
            status, _, body = ask(http, "/.well-known/acme-challenge/token")
            assert (status, body) == (200, b"token.thumbprint"), (status, body)
            assert ask(http, "/.well-known/acme-challenge/nothing")[0] == 404
            assert ask(http, "/.well-known/acme-challenge/../other")[0] == 404
            assert ask(http, "/.well-known/acme-challenge/token", host="evil.example")[0] == 400
            with encrypted(connect(https)) as client:
                client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                assert read_response(client.makefile("rb"))[2] == b"echo"
    with serve("--listen-tls", "127.0.0.1:0", "--redirect-http", "127.0.0.1:0", "--certificate", str(certificate),
               "--redirect-port", "443") as site:
        site.serving(2)
        (http,) = (port_of(address) for address in site.addresses if address.startswith("http:"))
        assert ask(http, "/x")[1]["location"] == "https://localhost/x"


def make_ocsp_response(folder):
    """(certificate with its issuer and key, response): of a CA made here."""
    folder.mkdir()
    run_in = lambda *words: subprocess.run(words, cwd=folder, check=True, capture_output=True)
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    run_in("openssl", "req", "-x509", *new_key, "-days", "2", "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem")
    run_in("openssl", "req", *new_key, "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "request.pem")
    run_in("openssl", "x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "0x1234",
           "-days", "2", "-out", "leaf.pem")
    (folder / "index.txt").write_text("V\t400101000000Z\t\t1234\tunknown\t/CN=localhost\n")
    run_in("openssl", "ocsp", "-index", "index.txt", "-rsigner", "ca.pem", "-rkey", "ca.key", "-CA", "ca.pem", "-issuer",
           "ca.pem", "-cert", "leaf.pem", "-respout", "response.der", "-ndays", "1")
    whole = folder / "whole.pem"
    whole.write_text("".join((folder / name).read_text() for name in ("leaf.pem", "ca.pem", "key.pem")))
    return whole, folder / "response.der"


def staples_the_ocsp_response_of_a_file():
    certificate, response = make_ocsp_response(FOLDER / "ocsp")
    with serve("--listen-tls", "127.0.0.1:0", "--certificate", str(certificate), "--ocsp-file", str(response)) as site:
        site.serving()

        def stapled():
            done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{site.port}", "-status", "-servername",
                                   "localhost"], input="", capture_output=True, text=True)
            return "OCSP Response Status: successful" in done.stdout and "Cert Status: good" in done.stdout
        wait_until(stapled, 5, "the staple")
    fault(6, "/nowhere.der", "--listen-tls", "127.0.0.1:0", "--certificate", str(certificate), "--ocsp-file", "/nowhere.der")


# --- files and sockets -----------------------------------------------------------------------------------------------

def writes_a_pid_file():
    file = FOLDER / "site.pid"
    for workers in ("0", "1"):
        with serve("--port", "0", "--pid-file", str(file), "--workers", workers) as site:
            site.serving()
            assert file.read_text() == f"{site.process.pid}\n"
            site.kill(signal.SIGTERM)
            site.ended()
            assert not file.exists()


def is_gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


def serves_on_a_unix_socket():
    path = str(FOLDER / "site.sock")
    for _ in range(2):  # the second time over a file that was left behind
        with serve(f"unix:{path}", environment={"TATUM_X": "1"}) as site:
            site.serving()
            assert ask(path)[2] == b"echo"
            assert stat.S_IMODE(os.stat(path).st_mode) == 0o666
            site.orphans = site.workers()
            site.process.kill()
            site.process.wait()
            for pid in site.orphans:
                os.kill(pid, signal.SIGKILL)
                wait_until(lambda: is_gone(pid), what="a worker's end")
    assert os.path.exists(path)


def takes_sockets_from_systemd():
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    script = 'exec "$0" "$@"'
    # LISTEN_PID is the process that execs the site; the descriptor is 3.
    if listener.fileno() != 3:
        os.dup2(listener.fileno(), 3, inheritable=True)
    with Site("/bin/sh", f'export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=site; {script}', PROGRAM, "serve",
              command="-c", pass_fds=[3]) as site:
        site.serving()
        assert site.port == port
        assert ask(port)[0] == 200
        site.kill(signal.SIGTERM)
        assert site.ended() == 0
    if listener.fileno() != 3:
        os.close(3)
    listener.close()


def tells_systemd_how_it_is():
    path = str(FOLDER / "notify.sock")
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(path)
    manager.settimeout(20)
    received = []

    def until(word):
        while True:
            text = manager.recv(4096).decode()
            received.append(text)
            if word in text:
                return text
    with serve("--port", "0", environment={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"}) as site:
        site.serving()
        assert f"MAINPID={site.process.pid}" in until("READY=1")
        until("WATCHDOG=1")
        until("WATCHDOG=1")
        site.kill(signal.SIGUSR2)
        assert "MONOTONIC_USEC=" in until("RELOADING=1")
        until("READY=1")
        site.kill(signal.SIGTERM)
        until("STOPPING=1")
        assert site.ended() == 0


def speaks_the_proxy_protocol():
    with serve("127.0.0.1:0+proxy") as site:
        site.serving()
        assert ask(site.port, prefix=b"PROXY TCP4 192.0.2.5 127.0.0.1 8080 80\r\n")[0] == 200
        try:
            assert ask(site.port) is None
        except ConnectionError:
            pass  # what it had sent was not read


# --- faults at the start ---------------------------------------------------------------------------------------------

def fault(code, text, *arguments, **options):
    with serve(*arguments, **options) as site:
        assert site.ended() == code, (site.process.returncode, site.output())
        lines = [line for line in site.output().splitlines() if line]
        assert len(lines) == 1 and text in lines[0], lines


def says_that_a_port_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for workers in ("0", "2"):
            fault(4, "is taken", "--port", str(taken.getsockname()[1]), "--workers", workers)


def says_that_a_port_is_privileged():
    if os.geteuid() != 0:
        return fault(5, "CAP_NET_BIND_SERVICE", "--port", "80")
    setpriv = shutil.which("setpriv")
    if not setpriv:
        return "passed over: root without setpriv"
    limit = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    if limit == 0:
        return "passed over: no port is privileged here"
    with Site(setpriv, "--bounding-set=-net_bind_service", "--inh-caps=-all", "--ambient-caps=-all", "--reuid=65534",
              "--clear-groups", PROGRAM, "serve", "--port", str(limit - 1), command="--no-new-privs") as site:
        assert site.ended() == 5, site.output()
        assert "CAP_NET_BIND_SERVICE" in site.output()


def says_what_is_wrong_with_a_certificate():
    fault(6, "/nowhere.pem", "--listen-tls", "127.0.0.1:0", "--certificate", "/nowhere.pem")


def says_what_is_wrong_with_a_redirect():
    certificate = FOLDER / "fault.pem"
    make_certificate(certificate)
    tls = ["--listen-tls", "127.0.0.1:0", "--certificate", str(certificate)]
    fault(1, "--redirect-http needs --listen-tls", "--redirect-http", "127.0.0.1:0")
    fault(8, "/nowhere", *tls, "--redirect-http", "127.0.0.1:0", "--acme-folder", "/nowhere")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        fault(4, "is taken", *tls, "--redirect-http", f"127.0.0.1:{taken.getsockname()[1]}")


def says_what_is_wrong_with_settings():
    fault(3, "SERVER.threads", "--port", "0", environment={"TATUM_SERVER__THREADS": "many"}, program=SERVING)
    fault(3, "SERVER.speed: there is no such setting", environment={"TATUM_SERVER__SPEED": "9"}, program=SERVING)
    fault(3, "TRUSTED_PROXIES", environment={"TATUM_TRUSTED_PROXIES": "10.0.0.0/99"}, program=SERVING)
    fault(3, "SECRET_KEY", environment={"SECRET_KEY": ""}, program=SERVING)
    fault(8, "/nowhere/x.log", "--port", "0", environment={"TATUM_LOGGING__FILE": "/nowhere/x.log"}, program=SERVING)


def says_that_a_database_is_unreachable():
    fault(7, "/nowhere/x.db", "--port", "0", environment={"DATABASE_URL": "sqlite:////nowhere/x.db"}, program=SERVING)


def says_that_the_command_line_is_wrong():
    with serve("--workers", "many") as site:
        assert site.ended() == 2


def says_that_a_pid_file_cannot_be_written():
    fault(8, "/nowhere/x.pid", "--port", "0", "--pid-file", "/nowhere/x.pid")


if __name__ == "__main__":
    try:
        run([
            stops_with_exit_code_0, lets_a_download_in_flight_complete, is_cut_off_by_a_second_signal,
            loses_no_request_when_stopped_under_load, replaces_a_worker_that_dies, waits_longer_after_every_death,
            workers_end_with_their_supervisor, loses_no_request_when_restarted_under_load,
            keeps_the_old_workers_when_the_new_ones_fail, finishes_old_downloads_after_a_restart,
            reads_certificates_again_under_load, reads_certificates_that_change_while_it_restarts, sends_visitors_to_https,
            staples_the_ocsp_response_of_a_file, writes_a_pid_file,
            serves_on_a_unix_socket, takes_sockets_from_systemd, tells_systemd_how_it_is, speaks_the_proxy_protocol,
            says_that_a_port_is_taken, says_that_a_port_is_privileged, says_what_is_wrong_with_a_certificate, says_what_is_wrong_with_a_redirect,
            says_what_is_wrong_with_settings, says_that_a_database_is_unreachable, says_that_the_command_line_is_wrong,
            says_that_a_pid_file_cannot_be_written,
        ])
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
