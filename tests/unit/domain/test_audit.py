"""A chain of audit entries: any change of any of them is told, and erasing is no change."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.audit import (
    BrokenChainError,
    Content,
    Entry,
    Link,
    digest,
    follow,
    sealed,
    storable,
)

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
SALT = bytes(16)
DETAILS = st.dictionaries(
    st.text(max_size=5),
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    max_size=3,
)


def chain(*details: dict[str, Any]) -> list[Entry]:
    entries: list[Entry] = []
    link = Link()
    for number, said in enumerate(details, 1):
        content = Content("key:clerk", f"subject {number}", said)
        seal, at = sealed(SALT, content), NOW + timedelta(minutes=number)
        added = digest(UUID(int=number), at, "key.create", seal)
        link = Link(number, hashlib.sha256(link.hash + added).digest())
        entries.append(
            Entry(number, UUID(int=number), at, "key.create", content, SALT, seal, link.hash)
        )
    return entries


def walk(entries: Sequence[Entry]) -> Link:
    link = Link()
    for entry in entries:
        link = follow(link, entry)
    return link


def test_an_untouched_chain_holds_to_its_end() -> None:
    entries = chain({}, {"name": "a"}, {"name": "b"})
    assert walk(entries) == Link(3, entries[-1].hash)


@pytest.mark.parametrize(
    "change",
    [
        {"at": NOW},
        {"id": UUID(int=9)},
        {"action": "key.revoke"},
        {"content": Content("key:other", "subject 2", {"name": "a"})},
        {"content": Content("key:clerk", "subject 3", {"name": "a"})},
        {"content": Content("key:clerk", "subject 2", {"name": "b"})},
        {"salt": bytes(15) + b"\x01"},
        {"seal": bytes(32)},
        {"hash": bytes(32)},
    ],
    ids=["time", "id", "action", "actor", "subject", "details", "salt", "seal", "hash"],
)
def test_any_change_of_an_entry_breaks_the_chain_there(change: dict[str, Any]) -> None:
    entries = chain({}, {"name": "a"}, {})
    entries[1] = replace(entries[1], **change)
    assert walk(entries[:1]).number == 1
    with pytest.raises(BrokenChainError):
        walk(entries[:2])


def test_a_missing_entry_and_one_in_another_place_break_the_chain() -> None:
    first, second, third = chain({}, {}, {})
    for wrong in ([first, third], [first, replace(third, number=2)], [second]):
        with pytest.raises(BrokenChainError):
            walk(wrong)


def test_an_entry_whose_content_was_erased_still_holds_the_chain() -> None:
    entries = chain({}, {"name": "ada"}, {})
    entries[1] = replace(entries[1], salt=None, content=Content("erased", "erased", {}))
    assert walk(entries).number == 3


@given(DETAILS)
def test_what_is_stored_is_sealed_alike_when_it_is_read_back(details: dict[str, Any]) -> None:
    once = storable(details)
    assert storable(once) == once
    assert not any(type(v) is float and v.is_integer() for v in once.values())


def test_what_json_has_no_form_for_is_stored_as_text() -> None:
    assert storable({"id": UUID(int=1), "at": NOW}) == {"id": str(UUID(int=1)), "at": str(NOW)}
