"""Which people look like one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.merging import (
    MAX_NAMESAKES,
    Candidate,
    Likeness,
    Move,
    Suggestion,
    canonical,
    suggestions,
)

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
FIRST, SECOND = UUID(int=1), UUID(int=2)


def person(
    number: int, *names: str, emails: tuple[str, ...] = (), servers: tuple[str, ...] | None = None
) -> Candidate:
    """Return somebody seen on a day of their own, on a server of their own unless said otherwise."""
    return Candidate(
        UUID(int=number),
        BEGAN + timedelta(days=number),
        frozenset(names),
        frozenset(emails),
        frozenset((f"server {number}",) if servers is None else servers),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", "ada"),
        ("José", "JOSE\N{COMBINING ACUTE ACCENT}"),
        ("Straße", "STRASSE"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}da", "ada"),
        (" Ada  Lovelace ", "ada lovelace"),
    ],
    ids=["case", "accents", "sharp s", "width", "spaces"],
)
def test_names_are_compared_whatever_their_form(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)
    [found] = suggestions([person(1, one), person(2, other)])
    assert found == Suggestion(FIRST, SECOND, Likeness.NAME, one)


@given(st.text())
def test_what_is_canonical_stays_so(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_what_is_plain_is_canonical_as_what_is_not(text: str) -> None:
    assert f"{canonical(text)} \N{LATIN SMALL LETTER E WITH ACUTE}".lstrip() == canonical(
        f"{text} \N{LATIN CAPITAL LETTER E WITH ACUTE}"
    )


def test_a_common_email_says_more_than_a_common_name() -> None:
    both = ("ada@example.org",)
    people = [
        person(2, "ada", emails=("ADA@example.org",)),
        person(1, "ada", emails=both),
        person(3, "Ada"),
    ]
    assert suggestions(people) == [
        Suggestion(FIRST, SECOND, Likeness.EMAIL, "ada@example.org"),
        Suggestion(FIRST, UUID(int=3), Likeness.NAME, "ada"),
    ]


def test_who_was_seen_first_is_the_person() -> None:
    for people in ([person(1, "ada"), person(2, "ada")], [person(2, "ada"), person(1, "ada")]):
        [found] = suggestions(people)
        assert (found.person_id, found.user_id) == (FIRST, SECOND)


@pytest.mark.parametrize(
    "other",
    [
        person(2, "bo"),
        person(2, "ada", servers=("server 1", "server 2")),
        person(2, "ada", emails=("other@example.org",)),
        person(2),
        person(2, " "),
    ],
    ids=["another name", "one server", "other e-mails", "no name", "an empty name"],
)
def test_others_are_others(other: Candidate) -> None:
    assert not suggestions([person(1, "ada", " ", emails=("ada@example.org",)), other])


def test_two_users_of_a_playback_service_are_two_whatever_their_names() -> None:
    assert not suggestions([person(1, "ada", servers=()), person(2, "ada", servers=())])
    assert suggestions([person(1, "ada", servers=()), person(2, "ada")])


def test_what_very_many_are_called_is_no_name() -> None:
    guests = [person(number, "guest") for number in range(1, MAX_NAMESAKES + 1)]
    assert len(suggestions(guests)) == MAX_NAMESAKES - 1
    assert not suggestions([*guests, person(99, "guest")])


def test_a_split_moves_back_what_a_merge_moves() -> None:
    there, back = Move.merging(FIRST, SECOND), Move.splitting(FIRST, SECOND)
    assert (there.source, there.source_account) == (back.target, back.target_account)
    assert (there.target, there.target_account) == (back.source, back.source_account)
