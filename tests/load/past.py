"""A past of many people, written by PostgreSQL itself: what detection is measured on.

Most people have one or two networks in one city. A few travel, or have a carrier, a VPN or many
networks; two in a hundred share the account with a household far away, and one in a hundred has
five players on at once. Sessions are written in the order in which they happened, so that a
person's rows lie as far apart as in life. Everything follows from a person's number: the same
count of people and sessions gives the same past, but for the random bits of ids.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import sql

from tests.load.report import say

DAYS = 90

_TABLE = """
CREATE UNLOGGED TABLE bench_people (
    n integer, user_id uuid, city integer, habit integer, devices integer, has_parties boolean
)
"""

_PEOPLE = """
INSERT INTO bench_people
SELECT
    n,
    ('01980000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid AS user_id,
    (hashint4extended(n, 1) & 255)::int AS city,
    (hashint4extended(n, 2) & 1048575)::int %% 100 AS habit,
    -- Two in five people have one device, three in twenty have more than a limit of three.
    CASE
        WHEN (hashint4extended(n, 4) & 1048575) %% 100 = 0 THEN 5
        ELSE (ARRAY[1,1,1,1,1,1,1,1,2,2,2,2,2,3,3,3,3,4,4,5])
            [1 + (hashint4extended(n, 3) & 1048575)::int %% 20]
    END AS devices,
    (hashint4extended(n, 4) & 1048575) %% 100 = 0 AS has_parties
FROM generate_series(1, %(people)s) AS n
"""

_USERS = """
INSERT INTO users (user_id, name, first_seen_at, last_active_at)
SELECT user_id, 'person ' || n, %(start)s, %(end)s FROM bench_people
"""

_DEVICES = """
INSERT INTO user_devices (user_id, device_id, name, type, client, first_seen_at, last_seen_at)
SELECT user_id, 'device-' || d, 'Player ' || d, 'TV', 'Revenge TV', %(start)s, %(end)s
FROM bench_people, generate_series(0, devices - 1) AS d
"""

# Habits: 55 of 100 have one network; 20 an IPv6 one as well; 10 a carrier; 5 an office near by;
# 6 a holiday far away; 1 a VPN; 1 nine networks of as many providers; 2 a household far away.
_NETWORKS = """
INSERT INTO user_networks (
    user_id, network_key, address, network_class, kind, continent, country, region, city,
    latitude, longitude, accuracy_radius_km, asn, organisation, pinned_at, last_seen_at
)
SELECT
    user_id,
    CASE
        WHEN j = 1 AND habit BETWEEN 55 AND 74
        THEN '2a02:' || to_hex(n >> 16) || ':' || to_hex(n & 65535) || '::/64'
        ELSE host(address)
    END,
    address,
    'public',
    CASE WHEN j = 0 THEN 'residential' WHEN habit BETWEEN 75 AND 84 THEN 'carrier'
        WHEN habit = 96 THEN 'vpn' ELSE 'residential' END,
    'EU',
    (ARRAY['SE','GB','DE','FR','US','NL','ES','IT','PL','NO'])[1 + place %% 10],
    'R' || place,
    'City ' || place,
    CASE WHEN j = 1 AND habit BETWEEN 85 AND 89 THEN 0.5 ELSE 0 END + 30 + (place * 37 %% 32),
    -12 + (place * 53 %% 40),
    20,
    1000 + place * 10 + CASE WHEN (habit BETWEEN 85 AND 89 OR habit = 97) THEN j ELSE 0 END,
    'Provider ' || place,
    %(start)s,
    %(end)s
FROM bench_people
CROSS JOIN LATERAL generate_series(
    0, CASE WHEN habit < 55 THEN 0 WHEN habit = 97 THEN 8 ELSE 1 END
) AS j
CROSS JOIN LATERAL (
    SELECT
        ('81.0.0.0'::inet + (n::bigint * 16 + j)) AS address,
        CASE WHEN j = 1 AND (habit BETWEEN 90 AND 95 OR habit >= 98) THEN (city + 128) %% 256 ELSE city END AS place
) AS seen
"""

_SESSIONS = """
INSERT INTO analytics_sessions (
    user_id, id, version, last_seen_at, progress_ms, watched_ms, paused_ms, buffered_ms, state,
    source, session_key, started_at, stopped_at, end_reason, ip_address, network_key,
    network_since, server_id, content_type, content_id, title, duration_ms, device_id,
    device_name, device_type, client_name, client_version, stream_type, video_codec, audio_codec,
    resolution, bitrate_kbps
)
SELECT
    user_id, uuidv7(started_at - clock_timestamp()), 20, stopped_at, 5400000, 5400000, 0, 0,
    'stopped', 'bench', 's' || n || '-' || %(slot)s, started_at, stopped_at, 'stopped', address,
    network_key, started_at, 'main', 'movie', '0198f2b0-7e2c-7000-8000-00000000002a',
    'A film of two hours', 7200000, 'device-' || device, 'Player ' || device, 'TV', 'Revenge TV',
    '1.4', 'direct_play', 'hevc', 'eac3', '2160p', 18000
FROM (
    SELECT
        n, user_id, habit, has_parties, h,
        CASE WHEN has_parties THEN %(slot)s %% 5 ELSE (h >> 12) %% devices END AS device,
        date_trunc('milliseconds', %(start)s::timestamptz
            + make_interval(days => (
                CASE WHEN has_parties THEN %(slot)s / 5 * 5 ELSE %(slot)s END
            ) * 89 / %(slots)s)
            + make_interval(secs => 61200 + CASE
                WHEN has_parties THEN (h & 1023) * 0.5 ELSE (h & 16383) END)) AS started_at
    FROM (
        SELECT *, (hashint8extended(n::bigint * 100000 + %(slot)s, 9) & 1073741823)::int AS h
        FROM bench_people
    ) AS hashed
) AS chosen
CROSS JOIN LATERAL (
    SELECT
        started_at + make_interval(secs => 1200 + ((h >> 8) & 4095)) AS stopped_at,
        CASE
            WHEN habit < 55 THEN 0
            WHEN habit BETWEEN 90 AND 95 THEN (%(slot)s * 10 / %(slots)s = 5)::int
            WHEN habit = 97 THEN (h >> 20) %% 9
            WHEN habit >= 98 THEN least(device, 1)
            ELSE ((h >> 20) %% 3 = 0)::int
        END AS j
) AS spent
CROSS JOIN LATERAL (SELECT ('81.0.0.0'::inet + (n::bigint * 16 + j)) AS address) AS at_address
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN j = 1 AND habit BETWEEN 55 AND 74
        THEN '2a02:' || to_hex(n >> 16) || ':' || to_hex(n & 65535) || '::/64'
        ELSE host(address)
    END AS network_key
) AS keyed
ORDER BY started_at
"""

_INDEXES = """
SELECT indexname, indexdef
FROM pg_indexes
WHERE schemaname = current_schema() AND indexname LIKE 'analytics_sessions\\_%%'
    AND tablename = 'analytics_sessions' AND indexname <> 'analytics_sessions_pkey'
"""


@dataclass(frozen=True, slots=True)
class Past:
    """How much of a past: sessions of each person over the 90 days before the end."""

    people: int
    sessions_each: int
    start: datetime
    end: datetime

    @property
    def sessions(self) -> int:
        """Return how many sessions there are."""
        return self.people * self.sessions_each


def write_past(url: str, past: Past, *, tell: Callable[[str], None] = say) -> None:
    """Write a past into a prepared database, indexes last, and bring statistics up to date.

    Args:
        url: of a role that may turn triggers off: references are right by construction.
        past: what to write.
        tell: hears how far it is.
    """
    began = time.perf_counter()
    values = {"people": past.people, "start": past.start, "end": past.end}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        connection.execute(_TABLE)
        for statement in (_PEOPLE, _USERS, _DEVICES, _NETWORKS):
            connection.execute(statement, values)
        for slot in range(past.sessions_each):
            connection.execute(_SESSIONS, values | {"slot": slot, "slots": past.sessions_each})
            if slot % 10 == 9:
                done = (slot + 1) / past.sessions_each
                tell(f"seeding: {done:4.0%} after {time.perf_counter() - began:,.0f} s")
        connection.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in indexes:
            connection.execute(definition.replace(" ON ONLY ", " ON "))
        connection.execute("DROP TABLE bench_people")
        connection.execute("VACUUM (ANALYZE)")
    tell(f"seeding: {past.sessions:,} sessions in {time.perf_counter() - began:,.0f} s")
