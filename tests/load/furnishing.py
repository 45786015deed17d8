"""What a household has beside its history: guests, cases, trust, alerts, actions, and acts of operators.

Made by the database where there are thousands, and by the api where one comes about by an act, so
that each stands in the audit log. What is rare, a server, a library and a platform, is rare here:
40 sessions of the first days.
"""

import itertools
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import httpx
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from shared.clock import utc_now
from shared.domain.statistics.summary import Span
from shared.services.reports import make_report
from shared.settings import Settings
from shared.store.database import Connection as AsyncConnection
from shared.store.database import Database
from shared.store.reports import ReportKey
from tests.load.history import person

GUESTS = 2_000
REPORTED = person(7)
REPORTED_DAYS = 90
_TRUSTED = "/api/v1/analytics/trusted-entries"

_GUESTS = """
INSERT INTO users (user_id, name, email, first_seen_at, last_active_at)
SELECT md5('guest ' || n)::uuid, 'guest ' || n, 'guest-' || n || '@example.org',
    %(last)s::timestamptz - interval '700 days', %(last)s::timestamptz - n * interval '10 minutes'
FROM generate_series(1, %(guests)s) AS n
"""

_OF_GUESTS = (
    """
    INSERT INTO user_accounts (user_id, server_id, account_id, name)
    SELECT user_id, 'main', name, name FROM users WHERE name LIKE 'guest %%'
    """,
    """
    INSERT INTO user_devices (user_id, device_id, name, type, client, first_seen_at, last_seen_at)
    SELECT user_id, name || d, 'Device ' || d, 'TV', 'Revenge TV', first_seen_at, last_active_at
    FROM users, generate_series(1, 3) AS d
    """,
    """
    INSERT INTO user_networks (user_id, network_key, address, network_class, kind, continent,
        country, region, city, asn, organisation, latitude, longitude, pinned_at, last_seen_at)
    SELECT u.user_id, host(a.address), a.address, 'public', 'residential', 'EU', a.country, 'region',
        'city ' || a.n %% 300, 64500 + a.n %% 10, 'provider', -60 + a.n %% 120, -170 + a.n %% 340,
        u.first_seen_at, u.last_active_at
    FROM users AS u
    CROSS JOIN LATERAL (
        SELECT split_part(u.name, ' ', 2)::integer + k AS n,
            '81.3.0.0'::inet + 2 * split_part(u.name, ' ', 2)::integer + k AS address,
            (ARRAY['GB', 'SE', 'NO', 'FR', 'US'])[1 + k] AS country
        FROM generate_series(0, 1) AS k
    ) AS a
    WHERE u.name LIKE 'guest %%'
    """,
    """
    INSERT INTO analytics_user_trust (user_id, score, updated_at)
    SELECT user_id, (hashtext(name) & 255) %% 101, last_active_at FROM users
    """,
    """
    INSERT INTO trust_ledger (user_id, id, kind, delta, reason, at)
    SELECT user_id, uuidv7(), 'adjustment', -1, 'said so', last_active_at - n * interval '1 day'
    FROM users, generate_series(1, 10) AS n
    """,
    """
    INSERT INTO user_households (user_id, score, strangers, households, contributions, learned_at)
    SELECT user_id, (hashtext(name) & 255) %% 101, 0, '[]', '[]', last_active_at FROM users
    """,
    """
    INSERT INTO user_traces (user_id, kind, digest, label, days, first_seen_at, last_seen_at)
    SELECT user_id, 'device', sha256((split_part(name, ' ', 2)::integer / 2)::text::bytea), 'TV', 9,
        first_seen_at, last_active_at
    FROM users WHERE name LIKE 'guest %%'
    """,
)

# What is watched by guests, rarely, and now: sessions as those of the household are, but for that.
_SESSIONS = sql.SQL("""
INSERT INTO analytics_sessions
SELECT (jsonb_populate_record(NULL::analytics_sessions, to_jsonb(s) || said.row || jsonb_build_object(
    'id', uuidv7(coalesce((said.row ->> 'started_at')::timestamptz, s.started_at)
        - clock_timestamp()),
    'session_key', said.row ->> 'source' || s.session_key
))).*
FROM (
    SELECT *, row_number() OVER () AS n FROM (
        SELECT * FROM analytics_sessions ORDER BY started_at LIMIT %(count)s
    ) AS chosen
) AS s
CROSS JOIN LATERAL (SELECT {said} AS row) AS said
""")

_GUESTS_PLAY = sql.SQL("""jsonb_build_object('source', 'guests', 'user_id', md5('guest ' || s.n)::uuid,
    'device_id', 'guest ' || s.n || 1)""")
_RARE = sql.SQL("""jsonb_build_object('source', 'cabin', 'server_id', 'cabin', 'library_id', 'library 9',
    'platform', 'Roku', 'content_type', 'livetv_program', 'content_id', 'programme ' || s.n,
    'stream_type', 'unknown')""")
_ON_NOW = sql.SQL("""jsonb_build_object('source', 'now', 'user_id', md5('guest ' || s.n)::uuid,
    'started_at', %(last)s::timestamptz - s.n * interval '1 minute', 'last_seen_at', %(last)s,
    'network_since', %(last)s, 'state', 'playing', 'stopped_at', NULL, 'end_reason', NULL,
    'interruptions', '[]'::jsonb)""")

_MARKS = """
INSERT INTO dirty_items (user_id, content_id, marked_at)
SELECT DISTINCT user_id, content_id, now()
FROM analytics_sessions
WHERE source IN ('guests', 'cabin', 'now')
ON CONFLICT DO NOTHING
"""

# Closed ones mostly: a rule has one open case of a person at most.
_CASES = """
INSERT INTO analytics_sharing_violations (user_id, id, rule_id, rule_type, severity, mode, state,
    behaviour_keys, finding_identities, occurrences, first_seen_at, last_seen_at, opened_at,
    closed_at, closed_by, details)
SELECT u.user_id, uuidv7(c.at - clock_timestamp()), r.id, r.type, r.severity, 'live',
    CASE WHEN is_open THEN 'open' ELSE (ARRAY['acknowledged', 'dismissed'])[1 + c.n % 2] END,
    ARRAY['place'], ARRAY['finding ' || c.n], 2, c.at, c.at, c.at,
    CASE WHEN NOT is_open THEN c.at END, CASE WHEN NOT is_open THEN 'key:bootstrap' END,
    jsonb_build_object(
        'rule', jsonb_build_object('name', r.name, 'type', r.type),
        'sentence', u.name || ' played in two places at once.',
        'findings', jsonb_build_array(jsonb_build_object(
            'at', c.at, 'last_at', c.at, 'behaviour_key', 'place', 'identity', 'finding ' || c.n,
            'sentence', u.name || ' played in two places at once.',
            'segments', jsonb_build_array(
                jsonb_build_object('network', jsonb_build_object('key', '81.2.69.160', 'place',
                    jsonb_build_object('latitude', 51.5, 'longitude', -0.1))),
                jsonb_build_object('network', jsonb_build_object('key', '81.2.69.161', 'place',
                    jsonb_build_object('latitude', 40 + c.n % 20, 'longitude', c.n % 40)))
            )
        ))
    )
FROM analytics_sharing_rules AS r
CROSS JOIN users AS u
CROSS JOIN LATERAL (
    SELECT n, n = 1 AND hashtext(u.name || r.name) % 200 = 0 AS is_open,
        u.last_active_at - n * interval '7 days' - interval '1 second' * (hashtext(r.name) & 4095) AS at
    FROM generate_series(1, 2) AS n
) AS c
WHERE u.name LIKE 'guest %' AND r.name NOT LIKE 'Rule %'
"""

_CONSEQUENCES = (
    """
    INSERT INTO actions (user_id, id, kind, occasion, state, case_id, rule_id, requested_by, source,
        message, created_at, due_at, finished_at)
    SELECT user_id, uuidv7(opened_at - clock_timestamp()), 'suspend_account', 'case ' || id, 'done',
        id, rule_id, 'key:bootstrap', 'bench', 'Please call us.', opened_at, opened_at, opened_at
    FROM analytics_sharing_violations WHERE occurrences = 2 AND state = 'acknowledged' LIMIT 5000
    """,
    """
    INSERT INTO outbox (id, user_id, kind, payload, created_at)
    SELECT uuidv7(opened_at - clock_timestamp()), user_id, 'violation.opened', '{}', opened_at
    FROM analytics_sharing_violations LIMIT 5000
    """,
    """
    INSERT INTO deliveries (id, event_id, channel_id, state, attempts, next_attempt_at, last_status,
        delivered_at)
    SELECT uuidv7(o.created_at - clock_timestamp()), o.id, c.id, 'delivered', 1, o.created_at, 200,
        o.created_at
    FROM outbox AS o CROSS JOIN notification_channels AS c
    """,
    """
    UPDATE backtest_portions SET done_at = now(),
        weeks = '[{"week": "2026-11-16", "cases": 3, "alerts": 5}]'
    """,
    """
    INSERT INTO backtest_cases (user_id, backtest_id, occurrences, alerts, first_at, last_at,
        sentences, effects)
    SELECT u.user_id, b.id, 3, 2, u.first_seen_at, u.last_active_at, '["Two places at once."]', '[]'
    FROM users AS u CROSS JOIN backtests AS b
    """,
    """
    INSERT INTO erasures (id, requested_by, requested_at, expected, sessions, items, finished_at)
    SELECT uuidv7(n * interval '-1 hour'), 'key:bootstrap', now() - n * interval '1 hour', '{}', n, n,
        now() - n * interval '1 hour'
    FROM generate_series(1, 500) AS n
    """,
    """
    INSERT INTO system_metrics (hour, sampled_at, active_streams, bandwidth_kbps, due_users,
        dirty_items, detection_lag, outbox_age, database_bytes)
    SELECT date_trunc('hour', now()) - n * interval '1 hour', now() - n * interval '1 hour', 20,
        90000, 1, 1, interval '1 second', interval '0', 4000000000 - n
    FROM generate_series(1, 2000) AS n
    """,
)

_DUE = (
    """
    INSERT INTO user_reports (user_id, span, start)
    SELECT %(user_id)s, 'day', day FROM unnest(%(days)s::date[]) AS day
    ON CONFLICT (user_id, span, start) DO UPDATE SET due = true
    """,
    """
    INSERT INTO server_reports (span, start)
    SELECT 'day', day FROM unnest(%(days)s::date[]) AS day
    ON CONFLICT (span, start) DO UPDATE SET due = true
    """,
)


async def act(client: httpx.AsyncClient) -> None:
    """Do what operators do, through the api: each act stands in the audit log."""
    for path, body in _acts():
        answer = await client.post(path, json=body)
        if not answer.is_success:
            raise RuntimeError(f"{path}: {answer.text}")


def furnish(connection: Connection[TupleRow], last: datetime) -> None:
    """Add guests and what is known of them, sessions of theirs, cases, and what these led to."""
    known = {"guests": GUESTS, "last": last}
    for statement in (_GUESTS, *_OF_GUESTS):
        connection.execute(statement, known)
    for said, count in ((_GUESTS_PLAY, GUESTS), (_RARE, 40), (_ON_NOW, 25)):
        connection.execute(_SESSIONS.format(said=said), known | {"count": count})
    for statement in (_MARKS, _CASES, *_CONSEQUENCES):
        connection.execute(statement)


async def make_reports(database: Database, settings: Settings, today: date) -> None:
    """Make the reports of some days, of one person and of everybody."""
    days = [today - timedelta(days=number) for number in range(1, REPORTED_DAYS + 1)]

    async def ask(connection: AsyncConnection) -> None:
        for statement in _DUE:
            await connection.execute(statement, {"user_id": REPORTED, "days": days})

    await database.run(ask)
    for user_id, day in itertools.product((REPORTED, None), days):
        key = ReportKey(user_id, Span.DAY, day)
        await database.run(
            lambda connection, key=key: make_report(connection, key, settings, now=utc_now())
        )


def _acts() -> list[tuple[str, Mapping[str, Any]]]:
    networks = [
        {"kind": "network", "network": f"203.{n // 250}.{n % 250}.0/24"} for n in range(500)
    ]
    devices = [{"kind": "device", "device_id": f"tablet {n}"} for n in range(500)]
    rules = [
        {"name": f"Rule {n}", "type": "concurrent_streams", "config": {"max_streams": 2 + n % 5}}
        for n in range(40)
    ]
    hook = {"type": "webhook", "url": "https://hooks.example.org/analytics"}
    plex = {"kind": "plex", "token": "a-token", "url": "https://plex.example.org:32400"}
    return [
        *((_TRUSTED, {"what": what}) for what in (*networks, *devices)),
        *(
            ("/api/v1/analytics/network-overrides", {"network": f"198.18.{n}.0/24", "kind": "vpn"})
            for n in range(100)
        ),
        *(("/api/v1/analytics/rules", rule) for rule in rules),
        *(
            ("/api/v1/notifications/channels", {"name": f"Hook {n}", "config": hook})
            for n in (1, 2)
        ),
        *(("/api/v1/admin/keys", {"name": f"Key {n}", "role": "viewer"}) for n in range(40)),
        *(
            ("/api/v1/admin/webhook-sources", {"name": f"Plex {n}", "kind": "plex"})
            for n in range(9)
        ),
        *(
            (
                "/api/v1/admin/sources",
                {"name": f"Plex {n}", "source": f"plex:{n}", "config": plex, "enabled": False},
            )
            for n in range(5)
        ),
        *(("/api/v1/analytics/rules/backtest", {"rule": rule, "limit": 5}) for rule in rules[:20]),
    ]
