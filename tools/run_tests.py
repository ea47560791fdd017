"""Runs all that `./dev test` promises and ends with `N passed, N failed`.

    run_tests.py [--all] [filter]

A stage is a build or a group of tests; `filter` keeps the tests (or stages) whose name contains it, and must find some.
`--all` adds tests labelled slow, headers compiled one by one, all tests under AddressSanitizer and UndefinedBehaviorSanitizer, and
those with threads under ThreadSanitizer.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JOBS = os.cpu_count() or 2
SECONDS_MAX = 900  # of one test binary

# Under ThreadSanitizer run only what has threads to get wrong.
TSAN_TESTS = ("base_test", "net_test", "http_test", "db_test", "files_test", "storages_test", "channels_test", "chat_test", "sessions_test", "auth_test",
              "site_test", "testing_test")


class Report:
    def __init__(self):
        self.passed = self.failed = self.stages = 0
        self.lines = []

    def add(self, stage, passed, failed, seconds):
        """Of a group of tests. What was only built is no test that a filter asked for."""
        self.stages += 1
        self.tell(stage, passed, failed, seconds)

    def tell(self, stage, passed, failed, seconds):
        self.passed += passed
        self.failed += failed
        self.lines.append(f"{stage:<34} {passed:>6} passed {failed:>4} failed {seconds:>7.1f} s")
        print(self.lines[-1], flush=True)


def call(command, **options):
    """(exit code, output) of a command, its two outputs as one."""
    done = subprocess.run(command, cwd=options.pop("cwd", ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", **options)
    return done.returncode, done.stdout


def counts(code, output):
    """What a test program says of itself: a closing `N passed, N failed`, GoogleTest's, or its exit code."""
    closing = re.findall(r"^(?:\w+: )?(\d+) passed, (\d+) failed", output, re.M)
    if closing:
        passed, failed = map(int, closing[-1])
    elif re.search(r"\[=+\] ", output):
        ran = re.search(r"^\[  PASSED  \] (\d+) test", output, re.M)
        lost = re.search(r"^\[  FAILED  \] (\d+) test", output, re.M)
        passed, failed = int(ran[1]) if ran else 0, int(lost[1]) if lost else 0
    else:
        passed, failed = (1, 0) if code == 0 else (0, 1)
    if code != 0 and failed == 0:
        failed = 1  # it died on the way
    return passed, failed


def tests_of(preset):
    code, output = call(["ctest", "--test-dir", f"build/{preset}", "--show-only=json-v1"])
    if code != 0:
        print(output)
        raise SystemExit("ctest could not list the tests of " + preset)
    for test in json.loads(output)["tests"]:
        if "command" not in test:
            continue
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        yield test["name"], test["command"], properties


def run_one(name, command, properties):
    started = time.monotonic()
    environment = dict(os.environ, **dict(v.split("=", 1) for v in properties.get("ENVIRONMENT", [])))
    environment.setdefault("ASAN_OPTIONS", "detect_stack_use_after_return=0:abort_on_error=0")
    try:
        code, output = call(command, cwd=properties.get("WORKING_DIRECTORY", ROOT), env=environment,
                            timeout=properties.get("TIMEOUT", SECONDS_MAX), stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as late:
        code, output = 1, f"{(late.stdout or b'')[-4000:]}\nstopped after {late.timeout:.0f} s"
    if properties.get("WILL_FAIL"):
        code = 0 if code != 0 else 1
        passed, failed = counts(code, "")
    else:
        passed, failed = counts(code, output)
    return name, passed, failed, output, time.monotonic() - started


def run_tests(report, preset, options, keep=lambda name: True):
    chosen = [t for t in tests_of(preset) if keep(t[0]) and (not options.filter or options.filter in t[0])
              and (options.all or "slow" not in t[2].get("LABELS", []))]
    alone = [t for t in chosen if t[2].get("RUN_SERIAL")]
    with ThreadPoolExecutor(JOBS) as pool:
        done = list(pool.map(lambda t: run_one(*t), [t for t in chosen if not t[2].get("RUN_SERIAL")]))
    done += [run_one(*t) for t in alone]
    for name, passed, failed, output, seconds in done:
        if failed:
            print(f"--- {preset} {name}\n{output[-12000:]}\n---", flush=True)
        report.add(f"{preset} {name}", passed, failed, seconds)


def build(report, preset, targets=()):
    started = time.monotonic()
    code, output = call(["./dev", "build", preset, *targets])
    if code != 0:
        print(output[-20000:])
    report.tell(f"build {preset}", int(code == 0), int(code != 0), time.monotonic() - started)
    return code == 0


def script(report, name, command, options):
    if options.filter and options.filter not in name:
        return
    started = time.monotonic()
    code, output = call(command)
    passed, failed = counts(code, output)
    if failed:
        print(output[-12000:])
    report.add(name, passed, failed, time.monotonic() - started)


def conformance(report, options):
    """The cases made by running Django, for each of its versions: those in tests/conformance, and more where they lie beside the
    checkout. known_differences.txt lists the ids that may fail and why; an id in it that passes is a failure too, so that the list
    stays true."""
    if options.filter and options.filter not in "conformance":
        return
    own = ROOT / "tests" / "conformance"
    folder = ROOT.parent / "shared" / "conformance"
    known = set()
    if folder.is_dir():
        known = {line.split()[0] for line in (own / "known_differences.txt").read_text().splitlines()
                 if line and not line.startswith("#")}
    families = {k.split("/")[0] for k in known if k.endswith("/*")}
    files = [f for f in (*sorted(own.glob("*.jsonl")), *sorted(folder.glob("*.jsonl"))) if f.stem not in families]
    for version in ("5.2", "6.0", "6.1"):
        started = time.monotonic()
        _, output = call(["build/release/bin/conformance", "--version", version, *map(str, files)])
        total = re.findall(r"^(\d+) passed, (\d+) failed", output, re.M)
        failing = set(re.findall(r"^FAIL (\S+)", output, re.M))
        wrong = sorted(failing - known) + sorted(k for k in known - failing if not k.endswith("/*"))
        if not total:
            print(output[-4000:])
            wrong.append("the runner did not finish")
        print(f"conformance {version}: {len(failing & known)} known differences, counted neither as passed nor as failed")
        for case in wrong:
            print(f"conformance {version}, not as known_differences.txt says:", case)
        report.add(f"conformance {version}", int(total[-1][0]) if total else 0, len(wrong),
                   time.monotonic() - started)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("filter", nargs="?")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    report = Report()
    # Compiling every header alone takes minutes when nothing of it is cached.
    script(report, "tidy", [sys.executable, "tools/tidy.py", *([] if options.all else ["--no-compile"])], options)
    if build(report, "release"):
        run_tests(report, "release", options)
        conformance(report, options)
        script(report, "browser", [sys.executable, "tests/browser/run.py"], options)
    script(report, "docs", ["./dev", "docs"], options)
    if options.all:
        if build(report, "asan"):
            run_tests(report, "asan", options)
        if build(report, "tsan", [t for t in TSAN_TESTS if t in targets()]):
            run_tests(report, "tsan", options, keep=lambda name: name in TSAN_TESTS)
    if options.filter and not report.stages and not report.failed:
        report.tell(f"no test is called {options.filter}", 0, 1, 0)
    print("\n" + "\n".join(report.lines))
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed or not report.passed else 0


def targets():
    return {p.name for p in (ROOT / "build/release/bin").glob("*_test")}


if __name__ == "__main__":
    sys.exit(main())
