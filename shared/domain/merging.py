"""People with accounts on several servers: which of them look like one, and what a merge moves.

``user_id`` of whatever a person did is always the person. Merging two users moves what the one did
to the other, each row keeping whose account it came by, and splitting them moves it back by that.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

MAX_NAMESAKES = 5
"""What more people than these are called is no name, but a word such as "guest"."""


@dataclass(frozen=True, slots=True)
class Move:
    """What goes from one user to another: rows of ``source`` with this account, and its new one.

    Attributes:
        source_account: whose account the rows came by; None is the source's own.
        target_account: the same, once they are the target's.
    """

    source: UUID
    target: UUID
    source_account: UUID | None = None
    target_account: UUID | None = None

    @classmethod
    def merging(cls, user_id: UUID, person_id: UUID) -> Self:
        """Return what merging a user into a person moves."""
        return cls(source=user_id, target=person_id, target_account=user_id)

    @classmethod
    def splitting(cls, user_id: UUID, person_id: UUID) -> Self:
        """Return what splitting a user off moves: what merging moved, and what came since."""
        return cls(source=person_id, target=user_id, source_account=user_id)


class Likeness(StrEnum):
    """What two people have in common."""

    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person, by all that their accounts say.

    Attributes:
        servers: where the accounts are; a playback service, which has none, is left out.
    """

    user_id: UUID
    first_seen_at: datetime
    names: frozenset[str]
    emails: frozenset[str]
    servers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two people who may be one: ``user_id`` may be merged into ``person_id``, seen first.

    ``shared`` is the e-mail or the name that both have, as the person has it.
    """

    person_id: UUID
    user_id: UUID
    likeness: Likeness
    shared: str


def canonical(text: str) -> str:
    """Return a name or an e-mail as it is compared: whatever its case, width, accents' form, spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def suggestions(candidates: Iterable[Candidate]) -> list[Suggestion]:
    """Return which people may be one, the surest first: the same e-mail, then the same name.

    Two accounts on one server are two people. So are two of one name whose e-mails are known and
    differ.
    """
    people = sorted(candidates, key=lambda one: (one.first_seen_at, one.user_id.int))
    found: dict[tuple[UUID, UUID], Suggestion] = {}
    for likeness, texts in _LIKENESSES:
        for key, alike in _by_text(people, texts).items():
            first = alike[0]
            if likeness is Likeness.NAME and len(alike) > MAX_NAMESAKES:
                continue
            shared = min(text for text in texts(first) if canonical(text) == key)
            for other in alike[1:]:
                if _may_be_one(first, other, likeness):
                    pair = (first.user_id, other.user_id)
                    found.setdefault(pair, Suggestion(*pair, likeness, shared))
    return list(found.values())


def _by_text(
    people: Sequence[Candidate], texts: Callable[[Candidate], frozenset[str]]
) -> dict[str, list[Candidate]]:
    """Return people by what they have in common, if that says anything."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    for one in people:
        for key in {canonical(text) for text in texts(one)} - {""}:
            found[key].append(one)
    return dict(sorted((key, alike) for key, alike in found.items() if len(alike) > 1))


def _may_be_one(first: Candidate, other: Candidate, likeness: Likeness) -> bool:
    if first.servers & other.servers or not (first.servers or other.servers):
        return False
    return likeness is Likeness.EMAIL or not (first.emails and other.emails)


_LIKENESSES: tuple[tuple[Likeness, Callable[[Candidate], frozenset[str]]], ...] = (
    (Likeness.EMAIL, lambda one: one.emails),
    (Likeness.NAME, lambda one: one.names),
)
