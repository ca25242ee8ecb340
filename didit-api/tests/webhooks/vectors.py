#!/usr/bin/env python3
"""Writes vectors.tsv: deliveries, signed by Python's json and hmac.

    python3 didit-api/tests/webhooks/vectors.py

A line has four columns, and a tab between them: X-Signature and X-Signature-V2; the
body as it is transmitted; and the same JSON as somebody on the way wrote it again,
itself as a JSON string, because it may have line feeds.
"""

import hashlib
import hmac
import json
import pathlib
import random

SECRET = b"vectors-secret"
NOW = 1774970000
COUNT = 2000
WORDS = [
    "Zoë", "Łukasz", "Иван", "王小明", "محمد", "😀👩‍👩‍👧", "e\u0301", "Straße", "naïve",
    'a "quote"', "back\\slash", "a/b", "</script>", "tab\there", "line\nfeed", "\r", "\b\f",
    "\x00", "\x1f", "\x7f", "\u0080", "\u2028\u2029", "\uffff", "\U00010000", "\ufeff", "",
    " ", "1", "01", "10", "2", "-1", "1e5", "true", "null", "NaN", "aB", "ab", "AB", "_", "~",
]
KEYS = WORDS + ["status", "decision", "name", "score", "features", "timestamp ", "warnings"]


def shorten_floats(data):
    if isinstance(data, dict):
        return {key: shorten_floats(value) for key, value in data.items()}
    if isinstance(data, list):
        return [shorten_floats(value) for value in data]
    if isinstance(data, float) and data.is_integer():
        return int(data)
    return data


def canonical(data, ascii):
    compact = (",", ":")
    text = json.dumps(
        shorten_floats(data), sort_keys=True, separators=compact, ensure_ascii=ascii
    )
    return text.encode()


def sign(body):
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()


def number(rng):
    kind = rng.randrange(9)
    if kind == 0:
        return rng.randrange(-1000, 1000)
    if kind == 1:
        return rng.randrange(-(10**30), 10**30)
    if kind == 2:
        return float(rng.randrange(-1000, 1000))
    if kind == 3:
        return round(rng.random() * 100, rng.randrange(1, 6))
    if kind == 4:
        return rng.random() * 10.0 ** rng.randrange(-12, 0)
    if kind == 5:
        return rng.uniform(-1, 1) * 10.0 ** rng.randrange(15, 60)
    if kind == 6:
        return rng.choice([0.0, -0.0, 1e22, 1e23, -1e16, 2.0**53, 2.0**63, 0.1, 1e-4, 1e-5])
    if kind == 7:
        return rng.choice([5e-324, 2.2250738585072014e-308, 1.5e-07, 123456789.125, 1e15 + 0.5])
    return rng.choice([9007199254740993, 2**64, -(2**63), 0, 10**20])


def value(rng, depth):
    kind = rng.randrange(12 if depth < 4 else 9)
    if kind < 3:
        return number(rng)
    if kind < 6:
        return "".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 3)))
    if kind < 9:
        return rng.choice([True, False, None, {}, [], "", "Approved"])
    if kind == 9:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return members(rng, depth + 1)


def members(rng, depth):
    return {rng.choice(KEYS): value(rng, depth) for _ in range(rng.randrange(7))}


def shuffled(rng, data):
    if isinstance(data, dict):
        items = list(data.items())
        rng.shuffle(items)
        return {key: shuffled(rng, value) for key, value in items}
    if isinstance(data, list):
        return [shuffled(rng, value) for value in data]
    return data


def floats(data):
    """Integers that a float holds exactly, as floats."""
    if isinstance(data, dict):
        return {key: floats(value) for key, value in data.items()}
    if isinstance(data, list):
        return [floats(value) for value in data]
    is_integer = isinstance(data, int) and not isinstance(data, bool)
    return float(data) if is_integer and int(float(data)) == data else data


def again(rng, data):
    """By somebody who parsed it and wrote it."""
    data = shuffled(rng, shorten_floats(data))
    if rng.randrange(2):
        data = floats(data)
    style = rng.choice([{"indent": 1}, {"separators": (",", ":")}, {}])
    text = json.dumps(data, ensure_ascii=bool(rng.randrange(2)), **style)
    # As JavaScript and others do; both are legal escapes.
    if rng.randrange(4) == 0:
        text = text.replace("/", "\\/")
    return text


def main():
    rng = random.Random(15)
    lines = []
    for number in range(COUNT):
        data = members(rng, 0)
        data["timestamp"] = NOW + rng.randrange(-300, 301)
        if number % 2:
            data["status"] = rng.choice(["Approved", "Declined", "In Review"])
        body = canonical(data, True)
        columns = [sign(body), sign(canonical(data, False)), body.decode()]
        lines.append("\t".join([*columns, json.dumps(again(rng, data), ensure_ascii=True)]))
    path = pathlib.Path(__file__).with_name("vectors.tsv")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
