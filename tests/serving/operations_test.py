"""Logs, metrics, health and trusted proxies of a running site.

    operations_test.py PROGRAM [test...]      PROGRAM is echo_site; serving_site lies beside it
"""
import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from pathlib import Path

from harness import Loads, Site, ask, run, wait_until

SERVING = str(Path(os.path.abspath(sys.argv[1])).with_name("serving_site"))
FOLDER = Path(tempfile.mkdtemp(prefix="operations_test"))


def serve(*arguments, **settings):
    environment = {f"TATUM_{name.upper()}": value for name, value in settings.items()}
    return Site(SERVING, *arguments, environment=environment, cwd=FOLDER)


def client(port, headers=""):
    status, _, body = ask(port, "/client", headers)
    assert status == 200, body
    scheme, host, own_port, address, identifier = body.decode().splitlines()
    return {"scheme": scheme, "host": host, "port": own_port, "address": address, "id": identifier}


def lines_of(path, count):
    wait_until(lambda: path.exists() and path.read_text().count("\n") >= count, 5, "the lines")
    return path.read_text().splitlines()


# --- proxies and request ids -----------------------------------------------------------------------------------------

LIES = "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\nX-Request-ID: from-outside\r\n"


def nobody_is_trusted_by_default():
    with serve("--port", "0") as site:
        seen = client(site.serving().port, LIES)
        assert (seen["scheme"], seen["address"]) == ("http", "127.0.0.1"), seen
        assert re.fullmatch(r"[0-9a-f]{16}", seen["id"]), seen


def trusted_proxies_speak_for_clients():
    with serve("--port", "0", trusted_proxies="127.0.0.0/8,unix:") as site:
        seen = client(site.serving().port, LIES)
        assert seen["scheme"] == "https" and seen["address"] == "203.0.113.7", seen
        assert seen["id"] == "from-outside"
        seen = client(site.port, "X-Forwarded-For: 6.6.6.6, 203.0.113.7, 127.0.0.9\r\n")
        assert seen["address"] == "203.0.113.7", seen


def responses_carry_the_request_id():
    with serve("--port", "0") as site:
        _, headers, body = ask(site.serving().port, "/client")
        assert headers["x-request-id"] == body.decode().split("\n")[4]
    with serve("--port", "0", request_id_header="") as site:
        assert "x-request-id" not in ask(site.serving().port)[1]


# --- logs ------------------------------------------------------------------------------------------------------------

def writes_combined_lines():
    log = FOLDER / "combined.log"
    with serve("--port", "0", "--threads", "1", logging__access_file=str(log)) as site:
        site.serving()
        ask(site.port, "/item/7/?a=%22b", "Referer: http://x/\"\r\nUser-Agent: test\r\n")
        ask(site.port, "/queries?n=3")
        first, second = lines_of(log, 2)
        assert re.fullmatch(r'127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET /item/7/\?a=%22b HTTP/1\.1" 200 \d+ '
                            r'"http://x/\\x22" "test" id=[0-9a-f]{16} us=\d+ queries=0 query_us=0 in=\d+ route=item', first), first
        assert "queries=3" in second and "route=queries" in second, second


def writes_json_lines():
    log = FOLDER / "json.log"
    with serve("--port", "0", "--threads", "1", logging__access_file=str(log), logging__access_format="json") as site:
        site.serving()
        ask(site.port, "/item/7/", "User-Agent: \"\\\r\n")
        ask(site.port, "/nowhere")
        first, second = (json.loads(line) for line in lines_of(log, 2))
        assert (first["method"], first["target"], first["status"], first["route"], first["peer"], first["user_agent"]) == \
            ("GET", "/item/7/", 200, "item", "127.0.0.1", "\"\\"), first
        assert first["us"] >= 0 and first["bytes_out"] > 0 and first["request_id"] and first["time"].endswith("Z")
        assert (second["status"], second["route"]) == (404, ""), second


def names_the_request_in_its_log_lines():
    with serve("--port", "0") as site:
        _, headers, _ = ask(site.serving().port, "/fail")
        identifier = headers["x-request-id"]
        wait_until(lambda: site.output().count(f"[{identifier}]") >= 2, 5, "the error and the request")
        assert "this view always fails" in site.output()


def opens_its_logs_anew():
    log, main = FOLDER / "rotated.log", FOLDER / "main.log"
    with serve("--port", "0", "--workers", "2", logging__access_file=str(log), logging__file=str(main)) as site:
        site.serving()
        with Loads(site.port, 4, "/") as loads:
            old = FOLDER / "rotated.log.1"
            os.rename(log, old)
            os.rename(main, FOLDER / "main.log.1")
            site.kill(signal.SIGUSR1)
            wait_until(lambda: log.exists() and log.stat().st_size > 0, 5, "the new file")
            wait_until(main.exists, 5, "the other new file")
        site.kill(signal.SIGTERM)
        assert site.ended() == 0
        written = sum(path.read_text().count(" 200 ") for path in (log, old))
        assert written == loads.requests, (written, loads.requests)
        assert not loads.failures


def shows_where_a_slow_request_waits():
    with serve("--port", "0", "--threads", "1", logging__slow_request_ms="200") as site:
        site.serving()
        assert ask(site.port, "/sleep?ms=1500")[0] == 200
        text = wait_until(lambda: "has waited for" in site.output() and site.output(), 5)
        assert '"GET /sleep?ms=1500" has waited for' in text
        assert "sleep_until" in text and "sleep(tatum::http::Request&)" in text and "serving_site+0x" in text, text
        assert text.count("Slow request") == 1, text


def shows_what_holds_a_thread_up():
    with serve("--port", "0", "--threads", "1", logging__slow_request_ms="200") as site:
        site.serving()
        assert ask(site.port, "/burn?ms=2500")[0] == 200
        text = wait_until(lambda: "has been held up" in site.output() and site.output(), 5)
        stack = text[text.index("has been held up"):]
        assert "burn(" in stack, stack
        assert "Slow request: \"GET /burn?ms=2500\" took" in wait_until(lambda: "took" in site.output() and site.output(), 5)


def is_quiet_about_quick_requests():
    with serve("--port", "0", "--threads", "1", logging__slow_request_ms="2000") as site:
        site.serving()
        ask(site.port, "/sleep?ms=700")
        time.sleep(0.6)
        assert "Slow" not in site.output()


# --- management ------------------------------------------------------------------------------------------------------

def metrics(port):
    status, headers, body = ask(port, "/-/metrics")
    assert status == 200 and headers["content-type"].startswith("text/plain; version=0.0.4")
    return body.decode()


def value(text, name, **labels):
    total = 0.0
    for line in text.splitlines():
        match = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if match and match[1] == name:
            own = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2] or ""))
            if all(own.get(key) == wanted for key, wanted in labels.items()):
                total += float(match[3])
    return total


def check_format(text):
    """The rules of Prometheus' text format: TYPE before samples, samples of a name together, histograms cumulative."""
    typed, finished, current = {}, set(), None
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            assert name not in typed, name
            typed[name] = kind
            current = name
        elif not line.startswith("#"):
            name = re.match(r"\w+", line)[0]
            base = re.sub(r"_(bucket|sum|count)$", "", name) if name not in typed else name
            assert base == current and base in typed and base not in finished, line
            assert re.fullmatch(r'\w+(\{\w+="(?:[^"\\\n]|\\.)*"(,\w+="(?:[^"\\\n]|\\.)*")*\})? [0-9.e+-]+', line), line
    assert text.endswith("\n")
    for route in set(re.findall(r'_bucket\{route="([^"]*)"', text)):
        counts = [float(n) for n in re.findall(rf'_bucket{{route="{re.escape(route)}",le="[^"]+"}} (\S+)', text)]
        assert counts == sorted(counts)
        assert counts[-1] == value(text, "tatum_http_request_duration_seconds_count", route=route)


def counts_over_all_workers():
    with serve("--port", "0", "--management", "127.0.0.1:0", "--workers", "2", "--threads", "1") as site:
        site.serving(2)
        management = int(re.search(r":(\d+)/", site.addresses[1])[1])
        for _ in range(20):
            ask(site.port, "/item/1/")
            ask(site.port, "/queries?n=2")
        ask(site.port, "/nowhere", method="POST")
        ask(site.port, "/fail")
        time.sleep(0.7)
        text = metrics(management)
        check_format(text)
        count = lambda **labels: value(text, "tatum_http_requests_total", **labels)
        assert count(route="item", method="GET", status="2xx") == 20, text
        assert count(route="unmatched", method="POST") == 1
        assert count(route="fail", status="5xx") == 1
        assert value(text, "tatum_database_queries_total") == 40
        assert value(text, "tatum_http_request_duration_seconds_count", route="item") == 20
        assert value(text, "tatum_http_requests_in_flight") == 1, "the one that asks"
        assert value(text, "tatum_connections_total") >= 42
        assert value(text, "process_resident_memory_bytes") > 1e6
        assert len(re.findall(r"^process_open_fds\{", text, re.M)) == 2
        # A worker that dies takes nothing with it, neither does the one in its place begin anew.
        os.kill(site.workers()[0], signal.SIGKILL)
        wait_until(lambda: len(site.workers()) == 2, what="a new worker")
        time.sleep(0.5)
        assert value(metrics(management), "tatum_http_requests_total", route="item") == 20


def tells_how_its_databases_stand():
    with serve("--port", "0", "--management", "127.0.0.1:0", "--workers", "2", "--threads", "1",
               database_url=f"sqlite:///{FOLDER}/stand.db") as site:
        site.serving(2)
        management = int(re.search(r":(\d+)/", site.addresses[1])[1])
        for _ in range(20):
            ask(site.port, "/queries?n=1")
        time.sleep(0.7)
        text = metrics(management)
        check_format(text)
        opened, idle = (value(text, f"tatum_database_connections_{what}", database="default") for what in ("open", "idle"))
        assert 2 <= opened <= 8 and idle == opened, text
        assert value(text, "tatum_database_writers_waiting", database="default") == 0
        assert 'tatum_database_write_wait_seconds_count{database="default"}' in text


def is_not_ready_while_a_database_is_away():
    folder = FOLDER / "away"
    folder.mkdir()
    with serve("--port", "0", "--management", "127.0.0.1:0", database_url=f"sqlite:///{folder}/site.db") as site:
        site.serving(2)
        management = int(re.search(r":(\d+)/", site.addresses[1])[1])
        ready = lambda: ask(management, "/-/ready")
        assert ready()[0] == 200
        with contextlib.closing(sqlite3.connect(folder / "site.db", isolation_level=None)) as writer:
            writer.execute("BEGIN EXCLUSIVE")
            time.sleep(1.2)
            assert ready()[0] == 200, "pages are read while somebody writes"
        folder.rename(FOLDER / "elsewhere")
        status, _, body = wait_until(lambda: ready()[0] == 503 and ready(), 5, "the fault")
        assert body == b'the database "default" does not answer\n', body
        assert ask(management, "/-/live")[0] == 200 and ask(site.port)[0] == 200
        started = time.monotonic()
        for _ in range(100):
            assert ready()[0] == 503
        assert time.monotonic() - started < 2, "one look serves all who ask within a second"
        (FOLDER / "elsewhere").rename(folder)
        wait_until(lambda: ready()[0] == 200, 5, "its return")
        text = wait_until(lambda: "Ready again" in site.output() and site.output(), 5, "word of it")
        assert text.count("Not ready: the database") == 1 and text.count("Ready again") == 1, text
        assert "unable to open database file" in text


def tells_whether_it_lives_and_is_ready():
    with serve("--port", "0", "--management", "127.0.0.1:0", server__stop_delay="2") as site:
        site.serving(2)
        management = int(re.search(r":(\d+)/", site.addresses[1])[1])
        assert ask(management, "/-/live")[0] == 200
        assert ask(management, "/-/ready", host="10.1.2.3")[0] == 200, "probes do not know the site's name"
        assert ask(management, "/-/ready", method="POST")[0] == 405
        assert ask(management, "/")[0] == 404, "the site is not there"
        assert ask(site.port, "/-/ready")[0] == 404, "and this is not where the site is"
        site.kill(signal.SIGTERM)
        assert wait_until(lambda: ask(management, "/-/ready")[0] == 503 or None, 1.5)
        assert ask(site.port)[0] == 200, "it goes on for a while"
        assert ask(management, "/-/live")[0] == 200
        assert site.ended() == 0


def answers_probes_where_the_site_is_when_asked():
    with serve("--port", "0", server__health_on_site="true", server__ready_path="/healthz") as site:
        site.serving()
        status, _, body = ask(site.port, "/healthz", host="10.1.2.3")
        assert status == 200, (body, site.output())
        assert ask(site.port, "/-/live")[0] == 200
        assert ask(site.port, "/-/metrics")[0] == 404


if __name__ == "__main__":
    try:
        run([
            nobody_is_trusted_by_default, trusted_proxies_speak_for_clients, responses_carry_the_request_id,
            writes_combined_lines, writes_json_lines, names_the_request_in_its_log_lines, opens_its_logs_anew,
            shows_where_a_slow_request_waits, shows_what_holds_a_thread_up, is_quiet_about_quick_requests,
            counts_over_all_workers, tells_how_its_databases_stand, is_not_ready_while_a_database_is_away, tells_whether_it_lives_and_is_ready, answers_probes_where_the_site_is_when_asked,
        ])
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
