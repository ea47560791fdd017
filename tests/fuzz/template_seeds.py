#!/usr/bin/env python3
"""Makes seeds for fuzz_template of conformance cases: template_seeds.py CASES.jsonl FOLDER [LIMIT]

A seed is the context as a line of JSON, the main template, "----", and one further template."""
import json
import os
import sys


def main():
    limit = int(sys.argv[3]) if len(sys.argv) > 3 else sys.maxsize
    os.makedirs(sys.argv[2], exist_ok=True)
    groups = {}
    with open(sys.argv[1], encoding="utf-8") as cases:
        for line in cases:
            case = json.loads(line)
            if case["kind"] == "template" and len(line) < 4000:
                groups.setdefault(case["group"], []).append(case)
    written = 0
    # One of each group in turn, so that a few seeds cover much.
    while any(groups.values()) and written < limit:
        for group, cases in groups.items():
            if not cases or written >= limit:
                continue
            case = cases.pop(0)
            main_name = case["main"].partition("#")[0]
            others = [text for name, text in case["templates"].items() if name != main_name]
            seed = json.dumps(case["context"], ensure_ascii=False) + "\n" + case["templates"].get(main_name, "")
            if others:
                seed += "\n----\n" + others[0]
            with open(os.path.join(sys.argv[2], case["id"].replace("/", "-")), "w", encoding="utf-8") as out:
                out.write(seed)
            written += 1


main()
