"""The statements: each has a name, a purpose, and a place where it is used."""

import re
from pathlib import Path

import pytest

import shared.store
from shared.store.queries import load

STORE = Path(shared.store.__file__).parent
SUBJECTS = sorted(path.stem for path in (STORE / "sql").glob("*.sql"))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_statement_says_its_purpose_in_its_first_line(subject: str) -> None:
    for name, statement in load(subject).items():
        assert statement.startswith("-- "), f"{subject}.{name}"


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_statement_is_used_by_a_function_of_the_store(subject: str) -> None:
    code = "".join(path.read_text("utf-8") for path in STORE.glob("*.py"))
    used = set(re.findall(r'"(\w+)"', code))
    assert load(subject).keys() <= used
