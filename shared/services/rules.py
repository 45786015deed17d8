"""Sharing rules: read, made, taken over, changed, and the first ones seeded from the settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.domain.action import ActionConfig, Warn
from shared.domain.identifiers import new_id
from shared.domain.rules.concurrent_streams import ConcurrentStreams
from shared.domain.rules.device_velocity import DeviceVelocity
from shared.domain.rules.geo_restriction import GeoRestriction
from shared.domain.rules.impossible_travel import ImpossibleTravel
from shared.domain.rules.inactivity import Inactivity
from shared.domain.rules.rule import DEFAULT_SEVERITY, Rule, RuleConfig, RuleMode, RuleType
from shared.domain.rules.simultaneous_locations import SimultaneousLocations
from shared.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from shared.schemas.rule_actions import dump_actions, read_actions
from shared.schemas.rules import (
    ImportedRule,
    NewRule,
    RuleChange,
    check_window,
    dump_config,
    dump_scope,
    read_config,
    read_scope,
    rule_of,
)
from shared.settings import Settings
from shared.store import dirty
from shared.store import rules as store
from shared.store.database import Connection

Row = Mapping[str, Any]

_MARK_LOT = 10_000


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """A rule in force, with what it does besides opening a case."""

    rule: Rule
    actions: tuple[ActionConfig, ...]


async def list_active(connection: Connection) -> list[ActiveRule]:
    """Return the rules in force."""
    rows = await store.list_rules(connection)
    return [
        ActiveRule(rule_of(row), read_actions(row["actions"])) for row in rows if row["enabled"]
    ]


async def shortest_silence(connection: Connection) -> timedelta | None:
    """Return how long somebody is silent whom a rule in force calls dormant; None: no rule does."""
    spans = [
        entry.rule.config.inactive_days
        for entry in await list_active(connection)
        if isinstance(entry.rule.config, Inactivity)
    ]
    return timedelta(days=min(spans)) if spans else None


async def make_rule(
    connection: Connection, wanted: NewRule, now: datetime, *, retention_days: int
) -> Row:
    """Make a rule and have everybody it concerns looked at.

    Raises:
        InvalidInputError: a parameter is unknown or out of range, or a window is longer than
            sessions are kept.
        ConflictError: another rule has this name.
    """
    row = await _add(connection, wanted, now, retention_days)
    await mark_everybody(connection, now)
    return row


async def import_rules(
    connection: Connection, wanted: Sequence[ImportedRule], now: datetime, *, retention_days: int
) -> list[Row]:
    """Make rules that come from elsewhere, all or none; each begins in shadow.

    Raises:
        InvalidInputError: see ``make_rule``; its fields say in which rule.
        ConflictError: another rule has the name of one of them.
    """
    rows: list[Row] = []
    for index, rule in enumerate(wanted):
        try:
            rows.append(await _add(connection, rule.in_shadow(), now, retention_days))
        except InvalidInputError as error:
            errors = [FieldError(f"data.{index}.{e.field}", e.message) for e in error.errors]
            raise InvalidInputError(error.detail, code=error.code, errors=errors) from error
    await mark_everybody(connection, now)
    return rows


async def _add(connection: Connection, wanted: NewRule, now: datetime, retention_days: int) -> Row:
    config = read_config(wanted.type, wanted.config)
    check_window(config, retention_days)
    row = await store.add_rule(
        connection,
        {
            "id": new_id(now),
            "name": wanted.name,
            "type": wanted.type,
            "config": dump_config(config),
            "scope": dump_scope(read_scope(wanted.scope)),
            "severity": wanted.severity or DEFAULT_SEVERITY[wanted.type],
            "mode": wanted.mode,
            "enabled": wanted.enabled,
            "actions": dump_actions(wanted.actions),
            "now": now,
        },
    )
    if row is None:
        raise ConflictError(f"Another rule has the name {wanted.name!r}.", code="name_taken")
    return row


async def change_rule(
    connection: Connection,
    rule_id: UUID,
    change: RuleChange,
    now: datetime,
    *,
    retention_days: int,
) -> Row:
    """Change a rule and have everybody it concerns looked at again.

    Raises:
        NotFoundError: there is no such rule.
        InvalidInputError: a parameter is unknown or out of range, or a window is longer than
            sessions are kept.
        ConflictError: another rule has this name.
    """
    await store.hold_rule(connection, rule_id)
    before = await find_rule(connection, rule_id)
    said = change.model_dump(exclude_none=True)
    for name in ("config", "scope"):
        said[name] = {**before[name], **said.get(name, {})}
    merged = {**before, **said}
    config = read_config(RuleType(before["type"]), merged["config"])
    check_window(config, retention_days)
    merged |= {
        "config": dump_config(config),
        "scope": dump_scope(read_scope(merged["scope"])),
        "actions": dump_actions(read_actions(merged["actions"])),
        "now": now,
    }
    row = await store.update_rule(connection, merged)
    if row is None:
        raise _no_such_rule()
    await mark_everybody(connection, now)
    return row


async def switch_rule(
    connection: Connection, rule_id: UUID, now: datetime, *, enabled: bool, retention_days: int
) -> tuple[Row, bool]:
    """Enable or disable a rule; return it, and whether it was not so before.

    Raises:
        NotFoundError: there is no such rule.
        InvalidInputError: a window of it is longer than sessions are kept by now.
    """
    await store.hold_rule(connection, rule_id)
    row = await find_rule(connection, rule_id)
    if row["enabled"] is enabled:
        return row, False
    change = RuleChange(enabled=enabled)
    row = await change_rule(connection, rule_id, change, now, retention_days=retention_days)
    return row, True


async def find_rule(connection: Connection, rule_id: UUID) -> Row:
    """Return a rule.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await store.find_rule(connection, rule_id)
    if row is None:
        raise _no_such_rule()
    return row


async def delete_rule(connection: Connection, rule_id: UUID) -> None:
    """Delete a rule; its cases stay, each with a copy of the rule.

    Raises:
        NotFoundError: there is none of this id.
    """
    if not await store.delete_rule(connection, rule_id):
        raise _no_such_rule()


async def mark_everybody(connection: Connection, now: datetime) -> None:
    """Ask for everybody who was active in the time rules look back to, lot by lot."""
    after: UUID | None = dirty.NOBODY
    while after is not None:
        after = await dirty.mark_active_users(
            connection,
            active_since=now - timedelta(days=90),
            after=after,
            limit=_MARK_LOT,
            now=now,
        )


async def seed_rules(connection: Connection, settings: Settings, now: datetime) -> int:
    """Make the first six rules, live, if there is no rule at all; return how many were made."""
    if await store.list_rules(connection):
        return 0
    first = _first_rules(settings)
    for name, rule_type, config in first:
        await store.add_rule(
            connection,
            {
                "id": new_id(now),
                "name": name,
                "type": rule_type,
                "config": dump_config(config),
                "scope": {},
                "severity": DEFAULT_SEVERITY[rule_type],
                "mode": RuleMode.LIVE,
                "enabled": True,
                "actions": dump_actions([Warn()]),
                "now": now,
            },
        )
    return len(first)


def _first_rules(settings: Settings) -> list[tuple[str, RuleType, RuleConfig]]:
    """Return the first rules, by name, as the settings have them."""
    streams = settings.analytics_sharing_detection_concurrent_streams_threshold
    distance = settings.analytics_sharing_detection_geo_distance_threshold_km
    spike = settings.analytics_sharing_detection_device_spike_threshold
    return [
        ("Impossible travel", RuleType.IMPOSSIBLE_TRAVEL, ImpossibleTravel()),
        (
            "Two places at once",
            RuleType.SIMULTANEOUS_LOCATIONS,
            SimultaneousLocations(min_distance_km=distance),
        ),
        ("Many sites in a day", RuleType.DEVICE_VELOCITY, DeviceVelocity(max=spike)),
        (
            "Too many streams",
            RuleType.CONCURRENT_STREAMS,
            ConcurrentStreams(max_streams=streams),
        ),
        ("Denied countries", RuleType.GEO_RESTRICTION, GeoRestriction()),
        ("Inactive", RuleType.INACTIVITY, Inactivity()),
    ]


def _no_such_rule() -> NotFoundError:
    return NotFoundError("There is no such rule.", code="rule_not_found")
