"""nginx and HAProxy in front of sites, configured by what `deploy-config` writes: the same tests pass without a
proxy, through nginx and through HAProxy, by http and by https.

    proxies_test.py PROGRAM [test...]      PROGRAM is echo_site; serving_site lies beside it
"""
import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import Loads, Site, ask, connect, encrypted, read_response, run, wait_until

ECHO = os.path.abspath(sys.argv[1])
SERVING = str(Path(ECHO).with_name("serving_site"))
FOLDER = Path(tempfile.mkdtemp(prefix="proxies_test"))
FOLDER.chmod(0o755)
CERTIFICATE = FOLDER / "certificate.pem"  # with its key


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def make_certificate():
    key = FOLDER / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-keyout", key, "-out", CERTIFICATE], check=True, capture_output=True)
    with CERTIFICATE.open("a") as file:
        file.write(key.read_text())
    CERTIFICATE.chmod(0o644)


def config(program, what, name, *options):
    folder = FOLDER / f"{what}-{name}"
    folder.mkdir(exist_ok=True)
    subprocess.run([program, "deploy-config", what, "--output", folder, "--name", name, *options], check=True,
                   capture_output=True, cwd=FOLDER)
    return folder


class Proxy:
    """A running nginx or HAProxy in front of a Unix socket."""

    def __init__(self, kind, program, name, socket_file, *options):
        self.http, self.https = free_port(), free_port()
        self.ports = [self.http] if "--no-https" in options else [self.http, self.https]
        common = ["--domain", "localhost", "--address", f"unix:{socket_file}", "--certificate", str(CERTIFICATE)]
        if kind == "nginx":
            folder = config(program, kind, name, *common, "--key", str(CERTIFICATE), "--http", f"127.0.0.1:{self.http}",
                            "--https", f"127.0.0.1:{self.https}", *options)
            main = folder / "nginx.conf"
            temporary = "".join(f"{part}_temp_path {folder}/{part};\n"
                                for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            main.write_text(f"{'user root;' if os.geteuid() == 0 else ''}\ndaemon off;\npid {folder}/pid;\n"
                            f"error_log {folder}/error.log;\nworker_processes 1;\nevents {{ }}\n"
                            f"http {{\ninclude /etc/nginx/mime.types;\naccess_log off;\n{temporary}"
                            f"include {folder}/{name}.conf;\n}}\n")
            self.check = ["nginx", "-t", "-c", main, "-e", folder / "error.log"]
            command = ["nginx", "-c", main, "-e", folder / "error.log"]
        else:
            folder = config(program, kind, name, *common, "--unprivileged", "--http", f"127.0.0.1:{self.http}", "--https",
                            f"127.0.0.1:{self.https}", *options)
            self.check = ["haproxy", "-c", "-f", folder / "haproxy.cfg"]
            command = ["haproxy", "-db", "-f", folder / "haproxy.cfg"]
        checked = subprocess.run(self.check, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr + checked.stdout
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        for port in self.ports:
            wait_until(lambda: self.listens(port), what="the proxy")
        return self

    @staticmethod
    def listens(port):
        try:
            connect(port).close()
            return True
        except OSError:
            return False

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Way:
    """How a site is reached: plainly or by TLS, directly or through a proxy."""

    def __init__(self, port, tls=False):
        self.port, self.tls = port, tls

    def open(self):
        client = connect(self.port)
        return encrypted(client) if self.tls else client

    def ask(self, target, method="GET", headers="", body=b""):
        with self.open() as client:
            if body:
                headers += f"Content-Length: {len(body)}\r\n"
            client.sendall(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n".encode()
                           + body)
            stream = client.makefile("rb")
            if method == "HEAD":
                return int(stream.readline().split()[1]), {}, b""
            return read_response(stream)


def check_echo(way):
    """What a site must be able to do wherever it stands."""
    assert way.ask("/")[2] == b"echo"
    assert way.ask("/", method="HEAD")[0] == 200
    body = os.urandom(3_000_000)
    assert way.ask("/echo", method="POST", body=body)[2] == body
    assert way.ask("/echo?see=path")[2] == b"/echo"
    assert way.ask("/echo?see=query&a=%20b")[2] == b"see=query&a=%20b"
    assert way.ask("/echo?see=host")[2].decode().split(":")[0] == "localhost"
    assert way.ask("/echo?status=204")[0] == 204
    assert len(way.ask("/echo?stream=20000000")[2]) == 20_000_000
    status, headers, _ = way.ask("/echo?set=hello")
    assert (status, headers["x-probe"]) == (200, "hello") and "probe=hello" in headers["set-cookie"]
    assert way.ask("/nowhere")[0] == 404
    with way.open() as client:
        client.sendall(b"POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
        stream = client.makefile("rb")
        assert read_response(stream)[2] == b"hello"
        client.sendall(b"GET /plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_response(stream)[2] == b"Hello, World!", "the connection is kept"
    check_websocket(way)


def check_websocket(way):
    key = base64.b64encode(os.urandom(16)).decode()
    with way.open() as client:
        client.sendall(f"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        stream = client.makefile("rb")
        line = stream.readline()
        assert b" 101 " in line, line
        while stream.readline() != b"\r\n":
            pass
        mask, text = os.urandom(4), b"over a proxy"
        client.sendall(bytes([0x81, 0x80 | len(text)]) + mask + bytes(c ^ mask[i % 4] for i, c in enumerate(text)))
        assert stream.read(2 + len(text)) == bytes([0x81, len(text)]) + text


def facts(way, headers=""):
    status, answered, body = way.ask("/client", headers=headers)
    assert status == 200, body
    scheme, host, port, address, identifier = body.decode().splitlines()
    assert answered["x-request-id"] == identifier
    return scheme, host.split(":")[0], address, identifier


def site_is_reached_directly():
    with Site(ECHO, "--port", "0") as site:
        check_echo(Way(site.serving().port))


def through(kind, suffix, environment):
    """The same site behind a proxy, over http and https."""
    if not shutil.which(kind, path=os.environ["PATH"] + ":/usr/sbin"):
        return "passed over: not installed"
    # By http the first one redirects; the second speaks nothing else.
    file = str(FOLDER / f"{kind}.sock")
    with Site(ECHO, f"unix:{file}{suffix}") as site, Proxy(kind, ECHO, "echo", file) as proxy:
        site.serving()
        assert Way(proxy.http).ask("/")[0] == 301
        check_echo(Way(proxy.https, tls=True))
        with Proxy(kind, ECHO, "plain", file, "--no-https") as plain:
            check_echo(Way(plain.http))
    file = str(FOLDER / f"{kind}-serving.sock")
    with Site(SERVING, f"unix:{file}{suffix}", environment=environment, cwd=FOLDER) as site, \
            Proxy(kind, SERVING, "serving", file) as proxy:
        site.serving()
        way = Way(proxy.https, tls=True)
        assert facts(way)[:3] == ("https", "localhost", "127.0.0.1")
        lies = ("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: shop.example\r\n"
                "Forwarded: for=6.6.6.6;proto=http;host=shop.example\r\nX-Forwarded-Port: 1\r\n")
        assert facts(way, lies)[:3] == ("https", "localhost", "127.0.0.1")
        assert len(facts(way)[3]) >= 16


def site_is_reached_through_nginx():
    return through("nginx", "", {"TATUM_TRUSTED_PROXIES": "unix:"})


def site_is_reached_through_haproxy():
    return through("haproxy", "+proxy", {})


def nginx_serves_static_files():
    root = FOLDER / "static"
    root.mkdir()
    (root / "style.css").write_text("a{}")
    (root / "style.0123456789ab.css").write_text("b{}")
    file = str(FOLDER / "static.sock")
    with Site(ECHO, f"unix:{file}") as site, Proxy("nginx", SERVING, "static", file, "--no-https", "--static-root",
                                                  str(root)) as proxy:
        site.serving()
        status, headers, body = Way(proxy.http).ask("/static/style.css")
        assert (status, body, headers["content-type"]) == (200, b"a{}", "text/css")
        status, headers, body = Way(proxy.http).ask("/static/style.0123456789ab.css")
        assert status == 200 and "immutable" in headers["cache-control"], headers


def restarts_behind_a_proxy_lose_nothing():
    for kind, suffix in (("nginx", ""), ("haproxy", "+proxy")):
        file = str(FOLDER / f"restart-{kind}.sock")
        with Site(ECHO, f"unix:{file}{suffix}", "--workers", "2", "--threads", "1") as site, \
                Proxy(kind, ECHO, "restart", file, "--no-https") as proxy:
            site.serving()
            wait_until(lambda: ask(proxy.http)[0] == 200, what="the proxy's trust")
            with Loads(proxy.http, 6) as loads:
                old = set(site.workers())
                site.kill(signal.SIGUSR2)
                wait_until(lambda: len(site.workers()) == 2 and not old & set(site.workers()), what="new workers")
                time.sleep(0.3)
            assert not loads.failures and loads.requests > 0, (kind, loads.failures[:5])


def systemd_finds_no_fault():
    if not shutil.which("systemd-analyze"):
        return "passed over: not installed"
    folder = config(ECHO, "systemd", "echo", "--program", ECHO, "--management", "127.0.0.1:9000")
    checked = subprocess.run(["systemd-analyze", "verify", folder / "echo.service", folder / "echo.socket"],
                             capture_output=True, text=True)
    lines = [line for line in checked.stderr.splitlines() if str(folder) in line or "echo." in line]
    assert not lines, lines
    text = (folder / "echo.service").read_text()
    for must in ("Type=notify", "WatchdogSec=", "ProtectSystem=strict", "--management 127.0.0.1:9000"):
        assert must in text, must


def deploy_config_refuses_what_would_break_a_file():
    for arguments in (["nginx", "--domain", "a;b"], ["apache"], ["nginx", "--address", "nowhere"], ["nginx", "--name", "A b"]):
        done = subprocess.run([ECHO, "deploy-config", *arguments], capture_output=True, text=True)
        assert done.returncode == 2, arguments


if __name__ == "__main__":
    try:
        make_certificate()
        run([
            site_is_reached_directly, site_is_reached_through_nginx, site_is_reached_through_haproxy,
            nginx_serves_static_files, restarts_behind_a_proxy_lose_nothing, systemd_finds_no_fault,
            deploy_config_refuses_what_would_break_a_file,
        ])
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
