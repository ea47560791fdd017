"""What `./dev test` counts as passed."""
import contextlib
import io
import re
import sys
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import run_tests  # noqa: E402


def run(*arguments):
    """(exit code, last line) of a run over two tests of which one fails, with everything built at once."""
    def build(report, preset, targets=()):
        report.tell(f"build {preset}", 1, 0, 0)
        return True
    tests = [("base_test", ["true"], {}), ("net_test", ["false"], {})]
    output = io.StringIO()
    with mock.patch.multiple(run_tests, build=build, tests_of=lambda preset: tests, call=call), \
            mock.patch.object(sys, "argv", ["run_tests.py", *arguments]), contextlib.redirect_stdout(output):
        code = run_tests.main()
    return code, output.getvalue().splitlines()[-1]


def call(command, **options):
    return int(command == ["false"]), ""


class RunTests(unittest.TestCase):
    def test_a_filter_keeps_the_tests_that_it_names(self):
        self.assertEqual(run("base"), (0, "2 passed, 0 failed"))
        self.assertEqual(run("net"), (1, "1 passed, 1 failed"))

    def test_a_filter_may_name_a_stage(self):
        self.assertEqual(run("tidy"), (0, "2 passed, 0 failed"))

    def test_a_filter_that_names_nothing_fails(self):
        self.assertEqual(run("nothing"), (1, "1 passed, 1 failed"))
        self.assertEqual(run("release"), (1, "1 passed, 1 failed"))

    def test_every_script_that_dev_runs_exists(self):
        scripts = re.findall(r"[\w/]+\.py", (ROOT / "dev").read_text())
        self.assertTrue(scripts)
        self.assertEqual([s for s in scripts if not (ROOT / s).is_file()], [])


if __name__ == "__main__":
    unittest.main()
