"""Trusted entries: made, also from a violation's evidence, changed and revoked."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from shared.domain.identifiers import new_id
from shared.domain.network import Network, NetworkClass, NetworkKind, parse_network
from shared.domain.place import Place
from shared.domain.truncation import is_truncated
from shared.domain.trusted import (
    Trusted,
    TrustedDevice,
    TrustedEntry,
    TrustedNetwork,
    TrustedPair,
    TrustedPlace,
    TrustedUser,
)
from shared.errors import FieldError, InvalidInputError, NotFoundError
from shared.schemas.trusted import NewTrustedEntry, TrustedEntryChange, TrustFromCase
from shared.services.concerned import mark_concerned
from shared.store import people
from shared.store import trusted as store
from shared.store.database import Connection

Row = Mapping[str, Any]


async def find_entry(connection: Connection, entry_id: UUID, *, now: datetime) -> Row:
    """Return a trusted entry.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await store.find_row(connection, entry_id, now=now)
    if row is None:
        raise NotFoundError("There is no such trusted entry.", code="trusted_entry_not_found")
    return row


async def entry_wanted(
    connection: Connection, wanted: NewTrustedEntry, now: datetime
) -> TrustedEntry:
    """Return the entry that is asked for; nothing is written.

    Raises:
        InvalidInputError: it names somebody unknown.
    """
    entry = TrustedEntry(
        id=new_id(now),
        trusted=wanted.what.trusted(),
        user_id=wanted.user_id,
        expires_at=wanted.expires_at,
    )
    await _check_user(connection, "user_id", entry.user_id)
    if isinstance(entry.trusted, TrustedPair) and entry.user_id:
        await _check_user(connection, "what.pair.other_user_id", entry.trusted.other_user_id)
        # A pair is one pair, whoever of the two is named first.
        first, second = sorted((entry.user_id, entry.trusted.other_user_id))
        return replace(entry, user_id=first, trusted=TrustedPair(second))
    return entry


async def trust(
    connection: Connection,
    entry: TrustedEntry,
    *,
    note: str | None,
    actor: str,
    now: datetime,
    case_id: UUID | None = None,
) -> tuple[Row, bool]:
    """Trust something, or renew what is trusted, and have everybody concerned looked at.

    Returns:
        The entry, and whether it is new.
    """
    entry_id, is_new = await store.add(
        connection, entry, note=note, case_id=case_id, actor=actor, now=now
    )
    await mark_concerned(connection, entry, now)
    return await find_entry(connection, entry_id, now=now), is_new


async def change_entry(
    connection: Connection, entry_id: UUID, change: TrustedEntryChange, now: datetime
) -> Row:
    """Change how long something is trusted, or why; who is concerned is looked at again.

    Raises:
        NotFoundError: there is none of this id.
    """
    await store.hold(connection, entry_id)
    before = await find_entry(connection, entry_id, now=now)
    said = change.model_dump(exclude_unset=True)
    wanted = {name: said.get(name, before[name]) for name in ("expires_at", "note")}
    await store.change(connection, entry_id, **wanted)
    await mark_concerned(connection, store.entry_of(dict(before)), now)
    return await find_entry(connection, entry_id, now=now)


async def revoke_entry(connection: Connection, entry_id: UUID, now: datetime) -> Row:
    """Take an entry away as if it never had been; who is concerned is looked at again.

    Raises:
        NotFoundError: there is none of this id.
    """
    before = await find_entry(connection, entry_id, now=now)
    await store.delete(connection, entry_id)
    await mark_concerned(connection, store.entry_of(dict(before)), now)
    return before


def entry_from_case(case: Row, wanted: TrustFromCase, now: datetime) -> TrustedEntry:
    """Return the entry that makes something in a case's evidence fine; nothing is written.

    Raises:
        InvalidInputError: the evidence does not hold what is to be trusted.
    """
    return TrustedEntry(
        id=new_id(now),
        trusted=TrustedUser() if wanted.what == "user" else _trusted(case, wanted),
        user_id=None if wanted.for_everybody else case["user_id"],
        expires_at=wanted.expires_at,
    )


def _trusted(case: Row, wanted: TrustFromCase) -> Trusted:
    """Return what is to be trusted, which covers the segment of the evidence that it is from."""
    segment = _segment(case, wanted.session_id)
    network = _network(segment["network"])
    place = network.place or Place()
    trusted: Trusted | None = None
    if wanted.what == "device" and segment["device_id"]:
        trusted = TrustedDevice(segment["device_id"].strip())
    elif wanted.what == "network" and network.key and not is_truncated(network.key):
        trusted = TrustedNetwork(parse_network(network.key))
    elif wanted.what == "place" and place.latitude is not None and place.longitude is not None:
        radius_km = wanted.radius_km or max(1.0, place.accuracy_radius_km)
        trusted = TrustedPlace(place.latitude, place.longitude, radius_km)
    if trusted is None or not trusted.covers(segment["device_id"], network):
        raise _invalid("what", f"cannot be trusted: the evidence knows no certain {wanted.what}")
    return trusted


def _segment(case: Row, session_id: UUID | None) -> Row:
    """Return the latest segment of the evidence, or that of a session."""
    findings = cast("list[dict[str, Any]]", case["details"]["findings"])
    segments = [segment for finding in findings for segment in finding["segments"]]
    if session_id is not None:
        segments = [s for s in segments if s["session_id"] == str(session_id)]
    if not segments:
        raise _invalid("session_id", "is of no session in the evidence of this violation")
    return max(segments, key=lambda segment: segment["started_at"])


def _network(evidence: Row) -> Network:
    """Return a network as evidence holds it."""
    return Network(
        key=evidence["key"],
        network_class=NetworkClass(evidence["class"]),
        kind=NetworkKind(evidence["kind"]),
        place=Place(**evidence["place"]) if evidence["place"] else None,
        address=evidence["address"],
    )


async def _check_user(connection: Connection, field: str, user_id: UUID | None) -> None:
    if user_id is not None and await people.load_person(connection, user_id) is None:
        raise _invalid(field, "is no user who was ever seen")


def _invalid(field: str, message: str) -> InvalidInputError:
    return InvalidInputError(
        f"The input is not valid: {field} {message}.", errors=[FieldError(field, message)]
    )
