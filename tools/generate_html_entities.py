#!/usr/bin/env python3
"""Writes tatum/base/impl/html_entities.inc: the named character references of HTML.

Usage: tools/generate_html_entities.py > tatum/base/impl/html_entities.inc
The names and their characters are those of https://html.spec.whatwg.org/entities.json, as Python's
html.entities holds them.
"""

import html.entities


def literal(text):
    return '"' + "".join(f"\\{byte:03o}" if byte > 126 or byte < 32 or chr(byte) in '"\\' else chr(byte)
                         for byte in text.encode()) + '"'


def main():
    print("// Written by tools/generate_html_entities.py. Not edited by hand.")
    print("constexpr NamedReference kNamedReferences[] = {")
    # In the order of bytes, for a binary search.
    for name, text in sorted(html.entities.html5.items(), key=lambda item: item[0].encode()):
        print(f"    {{{literal(name)}, {literal(text)}}},")
    print("};")


if __name__ == "__main__":
    main()
