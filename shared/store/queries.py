"""SQL statements by name: ``sql/<subject>.sql``, each headed ``-- name: verb_noun``."""

import re
from importlib.resources import files
from typing import LiteralString, cast

from pydantic_core import to_json

_HEAD = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_WILD = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


def load(subject: str) -> dict[str, LiteralString]:
    """Return the statements of ``sql/<subject>.sql`` by their names.

    They are files of this package, never input: that is what ``LiteralString`` says of them.

    Raises:
        ValueError: if a name stands twice.
    """
    text = files("shared.store").joinpath("sql", f"{subject}.sql").read_text("utf-8")
    _, *parts = _HEAD.split(text)
    names, bodies = parts[::2], parts[1::2]
    if len(set(names)) < len(names):
        raise ValueError(f"{subject}.sql names a statement twice")
    return {
        name: cast("LiteralString", body.strip().removesuffix(";"))
        for name, body in zip(names, bodies, strict=True)
    }


def patterns(search: str) -> list[str]:
    """Return patterns of LIKE that the words of a search make, in lower case."""
    return [f"%{word.translate(_WILD)}%" for word in search.lower().split()]


def json_text(value: object) -> str:
    """Return a parameter that a statement reads as JSON: of dicts, dataclasses, ids, instants.

    By pydantic's writer, which takes a fifth of the time of the standard library's.
    """
    return to_json(value).decode()
