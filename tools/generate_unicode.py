#!/usr/bin/env python3
"""Writes tatum/base/impl/unicode_case.inc and unicode_normalization.inc from Python's unicodedata.

Usage: tools/generate_unicode.py case|normalization > FILE
The version of Unicode is that of the Python that runs it (3.11: Unicode 14).
"""

import sys
import unicodedata

CODES = range(0x110000)
BLOCK = 128
SIGMA, FINAL_SIGMA = "\u03a3", "\u03c2"


def is_surrogate(code):
    return 0xD800 <= code <= 0xDFFF


def properties(code):
    """The bits of impl::UnicodeProperty."""
    if is_surrogate(code):
        return 0
    c = chr(code)
    # A letter after a cased one is lower in a title; a sigma is final behind a cased letter, and
    # case-ignorable characters are looked through.
    cased = (c + "a").title().endswith("a")
    ends_word = (c + SIGMA).lower().endswith(FINAL_SIGMA)
    ignorable = ("A" + c + SIGMA).lower().endswith(FINAL_SIGMA) and not ends_word
    bits = (
        c.isspace(),
        c.isalpha(),
        c.isalnum(),
        c.isupper(),
        c.islower(),
        c.isprintable(),
        cased,
        ignorable,
    )
    return sum(1 << i for i, bit in enumerate(bits) if bit)


def two_stage(values):
    """Equal blocks stored once: an index by block, and the blocks."""
    blocks, index = [], []
    places = {}
    for start in range(0, len(values), BLOCK):
        block = tuple(values[start : start + BLOCK])
        if block not in places:
            places[block] = len(blocks)
            blocks.append(block)
        index.append(places[block])
    return index, [value for block in blocks for value in block]


def emit(type_name, name, values):
    print(f"constexpr {type_name} {name}[] = {{")
    line = "   "
    for value in values:
        text = f" {value},"
        if len(line) + len(text) > 100:
            print(line)
            line = "   "
        line += text
    print(line)
    print("};")


def case_runs(mapping):
    """(first, last, stride, delta): simple mappings in runs; (code, text): the others."""
    runs, special = [], []
    for code in CODES:
        if is_surrogate(code):
            continue
        to = mapping(chr(code))
        if to == chr(code):
            continue
        if len(to) > 1:
            special.append((code, to))
            continue
        delta = ord(to) - code
        if runs and runs[-1][3] == delta:
            first, last, stride, _ = runs[-1]
            step = code - last
            if (first == last and step <= 2) or step == stride:
                runs[-1] = (first, code, step, delta)
                continue
        runs.append((code, code, 1, delta))
    return runs, special


def emit_case(name, mapping):
    runs, special = case_runs(mapping)
    emit("CaseRun", f"k{name}Runs", [f"{{{a}, {b}, {s}, {d}}}" for a, b, s, d in runs])
    rows = [(code, [ord(c) for c in to] + [0] * (3 - len(to))) for code, to in special]
    emit("CaseSpecial", f"k{name}Special",
         [f"{{{code}, {{{', '.join(map(str, to))}}}}}" for code, to in rows])


def emit_decompositions():
    pool, entries = [], []
    for code in CODES:
        if is_surrogate(code) or 0xAC00 <= code <= 0xD7A3:  # Hangul syllables are computed
            continue
        c = chr(code)
        compatible = unicodedata.normalize("NFKD", c)
        if compatible == c:
            continue
        canonical = unicodedata.normalize("NFD", c)
        compatible_at = len(pool)
        pool += [ord(x) for x in compatible]
        if canonical == compatible:
            canonical_at, canonical_size = compatible_at, len(canonical)
        elif canonical == c:
            canonical_at, canonical_size = 0, 0
        else:
            canonical_at, canonical_size = len(pool), len(canonical)
            pool += [ord(x) for x in canonical]
        entries.append(f"{{{code}, {compatible_at}, {canonical_at}, {len(compatible)}, {canonical_size}}}")
    emit("std::uint32_t", "kDecompositionPool", pool)
    emit("Decomposition", "kDecompositions", entries)


def emit_compositions():
    pairs = []
    for code in CODES:
        if is_surrogate(code):
            continue
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) != 2 or parts[0].startswith("<"):
            continue
        first, second = (int(part, 16) for part in parts)
        if unicodedata.normalize("NFC", chr(first) + chr(second)) == chr(code):
            pairs.append((first, second, code))
    emit("Composition", "kCompositions", [f"{{{a}, {b}, {c}}}" for a, b, c in sorted(pairs)])


def emit_decimal_digits():
    zeros = [code for code in CODES if not is_surrogate(code)
             and unicodedata.decimal(chr(code), -1) == 0]
    for zero in zeros:
        assert all(unicodedata.decimal(chr(zero + i), -1) == i for i in range(10))
    emit("std::uint32_t", "kDecimalZeros", zeros)


def main(part):
    print("// Written by tools/generate_unicode.py from Python's unicodedata "
          f"{unicodedata.unidata_version}. Not edited by hand.")
    if part == "case":
        index, blocks = two_stage([properties(code) for code in CODES])
        emit("std::uint16_t", "kPropertyIndex", index)
        emit("std::uint8_t", "kPropertyBlocks", blocks)
        emit_case("Upper", str.upper)
        emit_case("Lower", str.lower)
        emit_case("Title", str.title)
        emit_case("Casefold", str.casefold)
        emit_decimal_digits()
    else:
        index, blocks = two_stage([0 if is_surrogate(code) else unicodedata.combining(chr(code))
                                   for code in CODES])
        emit("std::uint16_t", "kCombiningIndex", index)
        emit("std::uint8_t", "kCombiningBlocks", blocks)
        emit_decompositions()
        emit_compositions()


if __name__ == "__main__":
    if sys.argv[1:] not in (["case"], ["normalization"]):
        sys.exit(__doc__)
    main(sys.argv[1])
