"""Two years of sessions, as a household or a town leaves them: made by the database itself.

People are of different zeal, items of different fame, evenings fuller than mornings; a tenth of the
sessions goes on with the one before it. The same seed makes the same history.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from shared.store.partitions import Month
from tests.load.report import say

DAYS = 730
LOT = 250_000
SERVER = "main"


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything there is."""

    sessions: int
    users: int
    items: int


HOUSEHOLD = Size(1_000_000, 50, 5_000)
TOWN = Size(10_000_000, 100_000, 200_000)

_USERS = """
INSERT INTO users (user_id, name, groups, first_seen_at, last_active_at)
SELECT md5('user ' || n)::uuid, 'person ' || n,
    CASE WHEN n %% 10 = 0 THEN '{family}'::text[] ELSE '{}' END, %(first)s, %(last)s
FROM generate_series(1, %(users)s) AS n
"""

_NETWORKS = """
INSERT INTO user_networks (user_id, network_key, address, network_class, kind, continent, country,
    region, city, asn, organisation, latitude, longitude, pinned_at, last_seen_at)
SELECT md5('user ' || n)::uuid, k.key, k.key::inet, k.class, 'residential',
    CASE k.class WHEN 'public' THEN 'EU' END,
    CASE k.class WHEN 'public' THEN (ARRAY['GB', 'SE', 'DE', 'FR', 'US'])[1 + n %% 5] END,
    CASE k.class WHEN 'public' THEN 'region ' || n %% 20 END,
    CASE k.class WHEN 'public' THEN 'city ' || n %% 100 END,
    CASE k.class WHEN 'public' THEN 64500 + n %% 10 END,
    CASE k.class WHEN 'public' THEN 'provider ' || n %% 10 END,
    51.5, -0.1, %(first)s, %(last)s
FROM generate_series(1, %(users)s) AS n
CROSS JOIN (VALUES ('10.0.0.1', 'local'), ('81.2.69.160', 'public')) AS k (key, class)
"""

_SESSIONS = """
INSERT INTO analytics_sessions (
    user_id, id, version, started_at, last_seen_at, stopped_at, state, end_reason, network_since,
    progress_ms, start_progress_ms, watched_ms, paused_ms, buffered_ms, interruptions, source,
    session_key, ip_address, network_key, server_id, library_id, content_type, content_id, title,
    show_id, show_title, season_number, episode_number, duration_ms, device_id, device_name,
    device_type, client_name, platform, stream_type, container, video_codec, audio_codec,
    resolution, bitrate_kbps, details
)
SELECT
    md5('user ' || u)::uuid,
    uuidv7(started_at - clock_timestamp()),
    1, started_at, stopped_at, stopped_at, 'stopped', 'stopped', started_at,
    played_ms, 0, played_ms, paused_ms, 0,
    CASE WHEN paused_ms = 0 THEN '[]' ELSE jsonb_build_array(jsonb_build_array(
        'paused', start_ms + 60000, start_ms + 60000 + paused_ms)) END,
    'bench', 'session-' || n,
    CASE WHEN at_home THEN '10.0.0.1'::inet ELSE '81.2.69.160' END,
    CASE WHEN at_home THEN '10.0.0.1' ELSE '81.2.69.160' END,
    'main', 'library ' || i %% 4,
    (ARRAY['movie', 'tvshow_episode', 'music_track', 'tvshow_episode'])[1 + i %% 4],
    'item ' || i, 'Title of item ' || i,
    CASE WHEN i %% 2 = 1 THEN 'show ' || i / 40 END,
    CASE WHEN i %% 2 = 1 THEN 'Show ' || i / 40 END,
    CASE WHEN i %% 2 = 1 THEN 1 END, CASE WHEN i %% 2 = 1 THEN i %% 40 END,
    duration_ms, 'device ' || u || '-' || device, 'Device ' || device,
    (ARRAY['TV', 'Phone', 'TV', 'Browser', 'Tablet'])[1 + device],
    (ARRAY['Revenge TV', 'Revenge for Android', 'Revenge TV', 'Revenge Web',
        'Revenge for iOS'])[1 + device],
    (ARRAY['tvOS', 'Android', 'webOS', 'Chrome', 'iOS'])[1 + device],
    (ARRAY['direct_play', 'direct_play', 'direct_stream', 'transcode'])[1 + decision],
    (ARRAY['mkv', 'mp4', 'mkv', 'ts'])[1 + i %% 4],
    (ARRAY['h264', 'hevc', NULL, 'h264'])[1 + i %% 4],
    (ARRAY['eac3', 'aac', 'flac', 'ac3'])[1 + i %% 4],
    (ARRAY['2160p', '1080p', NULL, '720p'])[1 + i %% 4],
    (ARRAY[18000, 8000, 900, 4000])[1 + i %% 4],
    CASE WHEN decision = 3 THEN '{"transcode_reasons": "video_codec"}'::jsonb ELSE '{}' END
FROM (
    SELECT *,
        (extract(epoch FROM started_at) * 1000)::bigint AS start_ms,
        started_at + (played_ms + paused_ms) * interval '1 millisecond' AS stopped_at
    FROM (
        SELECT
            n,
            1 + floor(%(users)s * r1 ^ 1.5)::integer AS u,
            1 + floor(%(items)s * r2 ^ 2)::integer AS i,
            r3 < 0.6 AS at_home,
            floor(5 * r3)::integer AS device,
            floor(4 * r4)::integer AS decision,
            date_trunc('milliseconds', %(first)s::timestamptz
                + floor(%(days)s * r5) * interval '1 day'
                + (24 - 18 * abs(r6 - 0.3)) * interval '1 hour') AS started_at,
            6000000 AS duration_ms,
            floor(r4 * r3 * 6500000)::bigint + 20000 AS played_ms,
            CASE WHEN r6 < 0.2 THEN floor(r1 * 600000)::bigint ELSE 0 END AS paused_ms
        FROM (
            SELECT n, random() AS r1, random() AS r2, random() AS r3, random() AS r4,
                random() AS r5, random() AS r6
            FROM generate_series(%(from_number)s::bigint, %(to_number)s::bigint) AS n
        ) AS drawn
    ) AS chosen
) AS made
"""

# What was played is what libraries hold; one item in fifty has a second file, one in a hundred none.
_LIBRARIES = """
INSERT INTO libraries (id, server_id, original_id, name, kind, first_seen_at, last_full_at,
    last_scan_at)
SELECT 'library ' || n, 'main', n::text, 'Library ' || n,
    (ARRAY['movies', 'shows', 'music', 'shows'])[1 + n], %(first)s, %(last)s, %(last)s
FROM generate_series(0, 3) AS n
"""

_ITEMS = """
INSERT INTO library_items (library_id, id, original_id, content_type, title, year, show_id,
    show_title, season_number, episode_number, artist, album, duration_ms, added_at, provider_keys,
    digest, first_seen_at, changed_at)
SELECT
    'library ' || i %% 4, 'item ' || i, i::text,
    (ARRAY['movie', 'tvshow_episode', 'music_track', 'tvshow_episode'])[1 + i %% 4],
    'Title of item ' || i, CASE WHEN i %% 200 > 0 THEN 1950 + i %% 75 END,
    CASE WHEN i %% 2 = 1 THEN 'show ' || i / 40 END,
    CASE WHEN i %% 2 = 1 THEN 'Show ' || i / 40 END,
    CASE WHEN i %% 2 = 1 THEN 1 END, CASE WHEN i %% 2 = 1 THEN i %% 40 END,
    CASE WHEN i %% 4 = 2 THEN 'Artist ' || i / 100 END,
    CASE WHEN i %% 4 = 2 THEN 'Album ' || i / 20 END,
    6000000, %(first)s + (%(days)s * i / %(items)s) * interval '1 day',
    ARRAY['imdb:tt' || i], '', %(first)s, %(last)s
FROM generate_series(1, %(items)s) AS i
"""

_FILES = """
INSERT INTO library_files (library_id, item_id, id, path, size_bytes, duration_ms, container,
    bitrate_kbps, resolution)
SELECT
    'library ' || i %% 4, 'item ' || i, f::text, '/media/' || i || '/' || f,
    ((ARRAY[18000, 8000, 900, 4000])[1 + i %% 4] * 750000::bigint * (50 + i * 7919 %% 100)) / 100,
    6000000, 'mkv', NULL, (ARRAY['2160p', '1080p', NULL, '720p'])[1 + i %% 4]
FROM generate_series(1, %(items)s) AS i
CROSS JOIN LATERAL generate_series(1, CASE WHEN i %% 50 = 0 THEN 2 ELSE 1 END) AS f
WHERE i %% 100 <> 1
"""


_MARKS = """
INSERT INTO dirty_items (user_id, content_id, marked_at)
SELECT DISTINCT user_id, content_id, now() FROM analytics_sessions WHERE started_at >= %(first)s
ON CONFLICT DO NOTHING
"""


def make_history(
    connection: Connection[TupleRow], size: Size, *, last: datetime, days: int = DAYS
) -> None:
    """Fill an empty database with libraries, and with sessions of the days before ``last``."""
    first = (last - timedelta(days=days + 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    known: dict[str, object] = {
        "users": size.users,
        "items": size.items,
        "days": days,
        "first": first,
        "last": last,
    }
    _make_months(connection, first, last)
    connection.execute("SELECT setseed(0.5)")
    connection.execute(_USERS, known)
    connection.execute(_NETWORKS, known)
    for statement in (_LIBRARIES, _ITEMS, _FILES):
        connection.execute(statement, known)
    _make_sessions(connection, size.sessions, known)
    connection.execute("ANALYZE")


def make_day(connection: Connection[TupleRow], size: Size, *, day: datetime) -> None:
    """Add the sessions of one more day, and mark what is to be counted."""
    first = (day - timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    known: dict[str, object] = {
        "users": size.users,
        "items": size.items,
        "days": 1,
        "first": first,
        "last": day,
    }
    _make_sessions(connection, size.sessions, known)
    connection.execute(_MARKS, {"first": first})


def person(number: int) -> UUID:
    """Return the id of a person, numbered from 1."""
    return UUID(hashlib.md5(f"user {number}".encode(), usedforsecurity=False).hexdigest())


def _make_sessions(connection: Connection[TupleRow], count: int, known: dict[str, object]) -> None:
    for number in range(0, count, LOT):
        lot = {"from_number": number + 1, "to_number": min(number + LOT, count)}
        connection.execute(_SESSIONS, known | lot)
        say(f"history: {lot['to_number']:,} of {count:,} sessions made")


def _make_months(connection: Connection[TupleRow], first: datetime, last: datetime) -> None:
    month = Month.of(first)
    while month <= Month.of(last):
        low, high = month.ids
        connection.execute(
            sql.SQL(
                "CREATE TABLE IF NOT EXISTS {} PARTITION OF analytics_sessions"
                " FOR VALUES FROM ({}) TO ({})"
            ).format(sql.Identifier(month.table), sql.Literal(str(low)), sql.Literal(str(high)))
        )
        month = month.next
