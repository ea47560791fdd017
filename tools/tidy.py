"""Style as a test: what style.md marks [tidy]. Prints each fault as FILE:LINE: text, then a count.

    tidy.py [--no-compile]

tidy_exceptions.txt holds what may stay as it is, a line each: `check path reason`. An exception that
no longer applies is a fault, so that the list only shrinks.
"""
import hashlib
import json
import re
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTION_LINES_MAX = 70
HEADER_LINES_MAX = 400
SOURCE_LINES_MAX = 1000
README_LINES_MAX = 40
HEADER_BUDGET = 3.5     # times what <string> costs
UMBRELLA_BUDGET = 7.0   # tatum/tatum.h
TEST_BUDGET = 9.0       # with GoogleTest in it, which costs 4 by itself
HEAVY = re.compile(r"#include <(boost/(asio|beast)|openssl/|libpq|sqlite3\.h|iostream>|regex>|filesystem>|ranges>|toml)")
BANNED = {
    "new": re.compile(r"(?<![\w.>])(?<!adopt\()new\s+[\w:<]"),  # not placement, nor an Object for a Value
    "delete": re.compile(r"(?<![\w=])delete(\[\])?\s+[\w*(]"),
    "malloc": re.compile(r"\b(malloc|calloc|realloc|free)\("),
    "const_cast": re.compile(r"\bconst_cast\b"),
    "thread": re.compile(r"\bstd::(jthread|thread)\b"),
    "sleep": re.compile(r"\b(sleep|usleep|nanosleep|sleep_for|sleep_until)\("),
}


def files(*patterns):
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=ROOT, text=True,
                         stdout=subprocess.PIPE, check=True).stdout.split()
    return [f for f in out if (ROOT / f).is_file()]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def code_only(text):
    """The text with comments and literals blanked, line breaks kept."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    pattern = r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, blank, text, flags=re.S)


class Tidy:
    def __init__(self):
        self.faults = {}
        self.exceptions = {}
        for line in read("tools/tidy_exceptions.txt").splitlines():
            if line and not line.startswith("#"):
                check, path = line.split()[:2]
                self.exceptions[(check, path)] = False

    def fault(self, check, path, line, text):
        if (check, path) in self.exceptions:
            self.exceptions[(check, path)] = True
            return
        self.faults.setdefault(check, []).append(f"{path}:{line}: {text} [{check}]")

    def layers(self):
        allowed = {}
        for line in read("tatum/layers.txt").splitlines():
            if line and not line.startswith("#"):
                layer, below = line.split(":")
                allowed[layer] = set(below.split())
                for other in allowed[layer]:
                    if other not in allowed:  # listed in order, so a forward arrow would close a cycle
                        self.fault("layers", "tatum/layers.txt", 0, f"{layer} may not include {other}, which comes later")
        for path in files("tatum/*.h", "tatum/*.cpp"):
            parts = path.split("/")
            layer = parts[1] if len(parts) > 2 else ""
            if layer not in allowed and layer != "":
                self.fault("layers", path, 1, f"tatum/{layer}/ is not in layers.txt")
                continue
            for number, line in enumerate(read(path).splitlines(), 1):
                match = re.match(r"\s*#\s*include\s*[<\"]tatum/(\w+)/(impl/|\w+/impl/)?", line)
                if not match or match[1] == layer or layer == "":
                    if match and match[2] and match[1] != layer:
                        self.fault("layers", path, number, f"{match[1]}'s impl/ is its own affair")
                    continue
                if match[1] not in allowed[layer] and not (path.endswith("_test.cpp") and match[1] == "testing"):
                    self.fault("layers", path, number, f"{layer} may not include {match[1]}")
                if match[2]:
                    self.fault("layers", path, number, f"{match[1]}'s impl/ is its own affair")
        for path in files("commerce/*.h", "commerce/*.cpp", "sites/*.h", "sites/*.cpp", "planner/*.h", "planner/*.cpp"):
            for number, line in enumerate(read(path).splitlines(), 1):
                if re.match(r"\s*#\s*include\s*[<\"]tatum/\w+/(\w+/)?impl/", line):
                    self.fault("layers", path, number, "an app uses public headers only")

    def headers(self):
        for path in files("*.h"):
            text = read(path)
            if not text.startswith("#pragma once"):
                self.fault("pragma", path, 1, "a header begins with #pragma once")
            if "/impl/" in path or path.startswith("tests/"):
                continue
            for number, line in enumerate(text.splitlines(), 1):
                if HEAVY.search(line):
                    self.fault("heavy", path, number, f"a public header may not include {line.split('<')[-1][:-1]}")

    def lengths(self):
        for path in files("*.h", "*.cpp"):
            text = read(path)
            lines = text.count("\n")
            limit = HEADER_LINES_MAX if path.endswith(".h") else SOURCE_LINES_MAX
            if lines > limit and not path.endswith("_test.cpp"):
                self.fault("file-length", path, lines, f"{lines} lines are past {limit}: where is the seam?")
            for start, length in functions(code_only(text)):
                if length > FUNCTION_LINES_MAX:
                    self.fault("function-length", path, start, f"a function of {length} lines (at most {FUNCTION_LINES_MAX})")
        layers = [line.split(":")[0] for line in read("tatum/layers.txt").splitlines() if line and line[0] != "#"]
        apps = sorted({f.split("/")[2] for f in files("tatum/contrib/*/*")})
        for layer in layers + [f"contrib/{app}" for app in apps]:
            if not (ROOT / "tatum" / layer).is_dir() or not files(f"tatum/{layer}/*.cpp"):
                continue
            readme = ROOT / "tatum" / layer / "README.md"
            if not readme.is_file():
                self.fault("readme", f"tatum/{layer}/README.md", 1, "a layer, and an app of contrib, says what it is")
            elif readme.read_text().count("\n") > README_LINES_MAX:
                self.fault("readme", f"tatum/{layer}/README.md", 1, f"more than {README_LINES_MAX} lines")

    def banned(self):
        for path in files("*.h", "*.cpp"):
            text = read(path)
            for number, line in enumerate(text.splitlines(), 1):
                if "TODO(" + "now)" in line:
                    self.fault("todo", path, number, "do it now, then")
            if re.match(r"tatum/(base|net)/|tests/|bench/", path) or path.endswith("_test.cpp"):
                continue
            for number, line in enumerate(code_only(text).splitlines(), 1):
                for name, pattern in BANNED.items():
                    if pattern.search(line) and "= delete" not in line and "net::sleep_for" not in line:
                        self.fault("banned", path, number, f"`{name}` belongs in base/ and net/")

    def samples(self):
        if read("sites/hello/main.cpp").strip() not in read("README.md"):
            self.fault("samples", "README.md", 1, "its site is not sites/hello/main.cpp any more")

    def formatting(self):
        for path in files("*.h", "*.cpp"):
            for number, line in enumerate(read(path).splitlines(), 1):
                if line != line.rstrip() or "\t" in line:
                    self.fault("white-space", path, number, "trailing white space or a tab")
        sources = files("*.h", "*.cpp")
        done = subprocess.run(["clang-format-19", "--dry-run", *sources], cwd=ROOT, text=True,
                              stderr=subprocess.PIPE)
        faults = re.findall(r"^([^:\n]+):(\d+):\d+: warning: code should be clang-formatted", done.stderr, re.M)
        for path, line in {path: line for path, line in reversed(faults)}.items():
            self.fault("format", path, line, "run ./dev fmt")


def functions(code):
    """(first line, number of lines) of each function body: a brace at namespace or class level whose
    head ends in a parameter list. Lambdas and blocks inside belong to the function around them."""
    stack, head, line, found = [], [], 1, []
    for c in code:
        if c == "\n":
            line += 1
        if c == "{":
            text = "".join(head).strip()
            inside = any(kind == "function" for kind, _ in stack)
            opens = re.search(r"\)\s*(const|noexcept|override|final|mutable|&|&&|->.*|:\s.*|\s)*$", text, re.S)
            kind = "function" if not inside and opens and not re.match(r"(namespace|class|struct|enum|extern)\b", text) else "other"
            stack.append((kind, line))
            head = []
        elif c == "}":
            if stack:
                kind, start = stack.pop()
                if kind == "function":
                    found.append((start, line - start + 1))
            head = []
        elif c == ";":
            head = []
        elif c == "#" and not head:
            head = []
        else:
            head.append(c)
            if c == "\n" and "".join(head).lstrip().startswith("#"):
                head = []
    return found


# --- every header alone, and what it costs ---------------------------------------------------------
def seconds_to_parse(include):
    """CPU seconds of g++ -fsyntax-only for a file with one include, and what the compiler said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(["g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers", "-fsyntax-only",
                           "-I.", "-x", "c++", "-"], input=f"#include <{include}>\n", cwd=ROOT, text=True, stderr=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stderr


def fingerprint(path, seen):
    """A hash over a header and all of our headers that it includes."""
    if path in seen:
        return ""
    seen.add(path)
    text = read(path)
    own = [i for i in re.findall(r"#include <((?:tatum|commerce|planner)/[^>]+)>", text) if (ROOT / i).is_file()]
    return hashlib.sha256((text + "".join(fingerprint(i, seen) for i in own)).encode()).hexdigest()


def headers_alone(tidy):
    """Every public header compiles alone and within its budget. Verdicts are kept in build/ by content."""
    cache_path = ROOT / "build" / "tidy-headers.json"
    cache = json.loads(cache_path.read_text()) if cache_path.is_file() else {}
    paths = [p for p in files("tatum/*.h", "commerce/*.h") if "/impl/" not in p]
    verdicts = {}
    for path in paths:
        key = fingerprint(path, set())
        verdict = cache.get(key)
        if verdict is None:
            of_tests = path.startswith("tatum/testing/") or path.endswith("_test.h")
            budget = UMBRELLA_BUDGET if path == "tatum/tatum.h" else TEST_BUDGET if of_tests else HEADER_BUDGET
            ratios = []
            for _ in range(5):  # a noisy machine gets more tries; the best one counts
                unit, _ = seconds_to_parse("string")
                cost, errors = seconds_to_parse(path)
                ratios.append(cost / unit)
                if errors or ratios[-1] <= budget:
                    break
            verdict = {"errors": errors[:2000], "ratio": round(min(ratios), 2), "budget": budget}
        verdicts[key] = verdict
        if verdict["errors"]:
            tidy.fault("header-alone", path, 1, "does not compile alone:\n" + verdict["errors"])
        elif verdict["ratio"] > verdict["budget"]:
            tidy.fault("header-budget", path, 1, f"costs {verdict['ratio']} times <string>, at most {verdict['budget']}")
    cache_path.parent.mkdir(exist_ok=True)
    cache_path.write_text(json.dumps({k: v for k, v in verdicts.items() if v["ratio"] <= v["budget"] and not v["errors"]}))
    return len(paths)


def main():
    tidy = Tidy()
    checks = [tidy.layers, tidy.headers, tidy.lengths, tidy.banned, tidy.samples, tidy.formatting]
    for check in checks:
        check()
    count = len(checks) + 2
    if "--no-compile" not in sys.argv:
        count += headers_alone(tidy)
    for (check, path), used in tidy.exceptions.items():
        if not used and (ROOT / path).exists() and "--no-compile" not in sys.argv:
            tidy.faults.setdefault("exceptions", []).append(f"tools/tidy_exceptions.txt: {check} {path} is no longer needed")
    faults = [f for found in tidy.faults.values() for f in found]
    print("\n".join(faults))
    print(f"{max(count - len(faults), 0)} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
