"""Payloads as nobody should send them: parts dropped, retyped, nested, huge."""

import random
from typing import Any, cast


def _nested(depth: int) -> Any:
    return [{"Item": _nested(depth - 1)}] if depth else "deep"


JUNK: tuple[Any, ...] = (
    None, "", " ", "null", "N/A", True, False, 0, -1, 1, 10**30, 10**4_000, -(2**63), 0.5, 1e308,
    float("nan"), float("inf"), "0", "-7", "1e999", "1_000", "१२", "0x10", "1" * 50_000, "\x00",
    "a\x00b", "\ud800", "\udfff\ud800x", "é" * 300_000, "🎧" * 2_000, "' OR 1=1 --", "{{Name}}",
    '\\"', "&#0;&#x110000;&amp;&bogus;", "0001-01-01T00:00:00.0000000Z", "9999-12-31T23:59:59-14:00",
    "2026-02-30T00:00:00Z", "00000000000000000000000000000000", "::1", "999.1.1.1:70000", "[::",
    "fe80::1%eth0", "DirectPlay", [], {}, [[]], [None, 1, "x"], {"id": {"id": []}}, _nested(300),
)  # fmt: skip


def mutated(said: Any, dice: random.Random) -> Any:
    """Return a copy with up to six of its values spoilt."""
    copy = _copied(said)
    for _ in range(dice.randint(1, 6)):
        holder, name = _place(copy, dice)
        match dice.randrange(4):
            case 0:
                holder.pop(name, None)
            case 1:
                holder[name] = [holder[name], holder[name]]
            case 2:
                holder[name] = {name: holder[name]}
            case _:
                junk = dice.choice(JUNK)
                # Objects alone are gone into later, and must not be spoilt for the next example.
                holder[name] = _copied(junk) if isinstance(junk, dict) else junk
        if not copy:
            return copy
    return copy


def _place(said: dict[str, Any], dice: random.Random) -> tuple[dict[str, Any], str]:
    """Choose a member anywhere within an object."""
    name = dice.choice(sorted(said))
    inner = said[name]
    if isinstance(inner, dict) and inner and dice.random() < 0.8:
        return _place(cast("dict[str, Any]", inner), dice)
    return said, name


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _copied(v) for k, v in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_copied(v) for v in cast("list[Any]", value)]
    return value
