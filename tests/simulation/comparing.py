"""Comparing what two databases hold of one week, row for row."""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

Row = dict[str, Any]
Rows = dict[tuple[Any, ...], Row]

# What a database makes for itself, or what the order of arrival may show in.
_OWN = ("id", "play_id", "version", "journal", "updated_at")

# A play is named after the session it began with.
_SESSIONS = """
SELECT s.*, (p.source, p.session_key, p.started_at)::text AS play
FROM analytics_sessions AS s
LEFT JOIN analytics_sessions AS p ON p.user_id = s.user_id AND p.id = s.play_id
"""
_DAYS = "SELECT * FROM user_activity_daily WHERE sessions > 0 OR watched_ms > 0"
_KEYS = """
SELECT k.source, k.session_key, k.user_id, s.started_at
FROM session_keys AS k JOIN analytics_sessions AS s USING (user_id, id)
"""
_NETWORKS = "SELECT user_id, network_key FROM user_networks"
_DEVICES = "SELECT user_id, device_id FROM user_devices"


@dataclass(frozen=True, slots=True)
class Week:
    """All that is compared of one database."""

    sessions: Rows
    days: Rows
    keys: Rows
    networks: Rows
    devices: Rows


def read_week(url: str) -> Week:
    """Read a database.

    Raises:
        AssertionError: two of its sessions have the same key and start.
    """
    with Connection[Row].connect(url, row_factory=dict_row) as connection:

        def rows(statement: Any, *names: str) -> Rows:
            found = [_without_own(row) for row in connection.execute(statement)]
            keyed = {tuple(row[name] for name in names): row for row in found}
            assert len(keyed) == len(found), f"twice the same {names}"
            return keyed

        return Week(
            sessions=rows(_SESSIONS, "source", "session_key", "started_at"),
            days=rows(_DAYS, "user_id", "day", "content_type"),
            keys=rows(_KEYS, "source", "session_key"),
            networks=rows(_NETWORKS, "user_id", "network_key"),
            devices=rows(_DEVICES, "user_id", "device_id"),
        )


def differences(expected: Week, found: Week) -> list[str]:
    """Return a line for each row that one has and the other has not, or has otherwise."""
    return [
        f"{part} {key}: {line}"
        for part in Week.__slots__
        for key, line in _differences(getattr(expected, part), getattr(found, part))
    ]


def _differences(expected: Rows, found: Rows) -> list[tuple[tuple[Any, ...], str]]:
    lines: list[tuple[tuple[Any, ...], str]] = []
    for key in sorted(expected.keys() | found.keys(), key=str):
        one, other = expected.get(key), found.get(key)
        if one is None or other is None:
            lines.append((key, "only in disorder" if one is None else "only in order"))
        elif one != other:
            names = [name for name in one if one[name] != other[name]]
            text = "; ".join(f"{n}: {one[n]!r} in order, {other[n]!r} in disorder" for n in names)
            lines.append((key, text))
    return lines


def _without_own(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in _OWN}
