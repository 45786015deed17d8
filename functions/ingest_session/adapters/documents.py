"""The JSON that media servers send, or what their users' templates make of it."""

import json
import re
from typing import Any, cast

from shared.servers.values import Object

# More than any server puts into one request.
MAX_OBJECTS = 100

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = '"\\/bfnrtu'

# A string, whole, or a comma before a closing bracket: the comma is what a template leaves. A
# string that does not end is taken to the end of the text, so that the search stays linear.
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\Z|\\\Z))|,(?=\s*[}\]])', re.DOTALL)


def read_objects(body: bytes) -> list[Object] | None:
    """Return the JSON objects of a body: one, or those of a list; ``None`` if it holds no JSON.

    Raw newlines within strings, a byte order mark, trailing commas and needless escapes are taken.
    """
    text = body.decode("utf-8-sig", "replace").strip("\x00 \t\r\n")
    found = _parse(text)
    if found is None:
        found = _parse(_repaired(text))
    if isinstance(found, dict):
        return [cast("Object", found)]
    if not isinstance(found, list):
        return None
    members = cast("list[Any]", found)[:MAX_OBJECTS]
    return [cast("Object", member) for member in members if isinstance(member, dict)]


def _repaired(text: str) -> str:
    r"""Undo what templates do to JSON: trailing commas, and ``\&quot;`` for a quote."""
    escaped = _ESCAPE.sub(lambda match: match[0] if match[1] in _ESCAPED else match[1], text)
    return _TRAILING_COMMA.sub(lambda match: match[1] or "", escaped)


def _parse(text: str) -> object:
    """Return what the JSON says; ``None`` also for numbers and nesting beyond all reason."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
