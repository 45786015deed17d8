"""docs/api.md names no path that is not served."""

import json
import re
from pathlib import Path

from functions.api.openapi import DOCUMENT_PATH
from tests.conftest import ROOT

GUIDE = Path(ROOT, "docs/api.md").read_text("utf-8")
SERVED = json.loads(DOCUMENT_PATH.read_text("utf-8"))["paths"]
NAMED = re.findall(r"(?<![\w.])(?:get|post|put) ([a-z][\w/${}-]*)", GUIDE)
WHOLE = re.findall(r"(/api/v1/[\w/{}-]+)", GUIDE)


def shape(path: str) -> str:
    """Return a path with whatever stands for an id made alike."""
    parts = path.split("/")
    ids = re.compile(r"\{.*\}|\$.*|[0-9a-f-]{36}|[\d]+")
    return "/".join("{}" if ids.fullmatch(part) else part for part in parts)


def test_every_path_that_the_guide_names_is_in_the_contract() -> None:
    served = {shape(path) for path in SERVED}
    named = {f"/api/v1/analytics/{path}" for path in NAMED} | set(WHOLE)
    assert len(named) > 20
    # A path may stand for all below it, as a prefix.
    assert {p for p in named if not any(s.startswith(shape(p)) for s in served)} == set()
