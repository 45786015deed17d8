"""Migrations: up and down, by two runners at once, and never edited once applied."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from infra.schema import TARGET, dump
from shared.domain.media import MOST_KBPS
from shared.domain.statistics.facts import group_key
from shared.store.migrate import MigrationError, migrate_down, migrate_up, shipped
from tests.conftest import database_named


@pytest.fixture
def empty_url(server_url: str) -> Generator[str]:
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield database_named(server_url, name)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_up_down_up_leaves_the_same_schema_as_the_committed_one(empty_url: str) -> None:
    migrate_up(empty_url)
    first = dump(empty_url)
    assert migrate_down(empty_url) == [step.name for step in reversed(shipped())]
    assert "analytics_sessions" not in dump(empty_url)
    migrate_up(empty_url)
    assert dump(empty_url) == first
    assert first == TARGET.read_text("utf-8"), "the schema has changed: run make schema"


def test_two_runners_at_once_apply_each_migration_once(empty_url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        applied = [name for done in pool.map(migrate_up, [empty_url] * 2) for name in done]
    assert sorted(applied) == sorted(step.name for step in shipped())


def test_an_edited_migration_is_refused_by_name(empty_url: str) -> None:
    migrate_up(empty_url)
    first, *rest = shipped()
    edited = [replace(first, up=first.up + "-- edited"), *rest]
    with pytest.raises(MigrationError, match=f"{first.name}.*edited"):
        migrate_up(empty_url, edited)


def test_a_database_of_a_newer_release_is_refused(empty_url: str) -> None:
    migrate_up(empty_url)
    with pytest.raises(MigrationError, match="does not know"):
        migrate_up(empty_url, shipped()[:-1])


def test_a_failing_migration_leaves_those_before_it_and_nothing_of_its_own(empty_url: str) -> None:
    first, second, *_ = shipped()
    broken = replace(second, up="CREATE TABLE half (a int); SELECT 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate_up(empty_url, [first, broken])
    assert "half" not in dump(empty_url)
    assert migrate_up(empty_url, [first, second]) == [second.name]


def test_every_migration_has_a_way_back() -> None:
    assert all(step.down.strip() for step in shipped())


def test_keys_that_are_too_long_and_bitrates_that_no_stream_has_are_mended(empty_url: str) -> None:
    migrate_up(empty_url, shipped()[:52])
    name, tables = "é" * 501, ("work_groups", "title_months", "group_statistics", "group_players")
    with psycopg.connect(empty_url) as connection:
        connection.execute("INSERT INTO statistics_zone (zone) VALUES ('UTC')")
        connection.execute(
            "INSERT INTO users (user_id, first_seen_at, last_active_at)"
            " VALUES (gen_random_uuid(), now(), now())"
        )
        connection.execute(
            "INSERT INTO session_facts (user_id, id, content_id, content_type, started_at, ended_at,"
            " spread, watched_ms, plays, completed, paused_ms, buffered_ms, bitrate_kbps, facet_id,"
            " quality_id, place_id, work_id)"
            " SELECT user_id, gen_random_uuid(), 'm', 'movie', now(), now(), '{0}', 0, 0, 0, 0, 0,"
            " kbps, user_id, user_id, user_id, user_id"
            " FROM users, (VALUES (8000), (2147483647)) AS b (kbps)"
        )
        connection.execute(
            "INSERT INTO work_groups SELECT user_id, 'artist', %s FROM users", [name]
        )
        connection.execute("INSERT INTO title_months VALUES ('artist', now(), %s, 1, 1)", [name])
        connection.execute(
            "INSERT INTO group_statistics VALUES ('artist', %s, 'music_track', %s, 1, 1, 1, 1, 1)",
            [name, name],
        )
        connection.execute(
            "INSERT INTO group_players SELECT user_id, 'artist', %s, 'music_track', 1 FROM users",
            [name],
        )
    migrate_up(empty_url)
    with psycopg.connect(empty_url) as connection:
        kept = [
            connection.execute(
                sql.SQL("SELECT key FROM {}").format(sql.Identifier(table))
            ).fetchall()
            for table in tables
        ]
        rates = connection.execute("SELECT bitrate_kbps FROM session_facts").fetchall()
        zones = connection.execute("SELECT zone FROM statistics_zone").fetchall()
    assert kept == [[(group_key(name),)]] * 4
    assert set(rates) == {(8_000,), (MOST_KBPS,)}
    assert zones == []


def test_libraries_of_servers_deleted_long_ago_and_absurd_sizes_are_mended(empty_url: str) -> None:
    migrate_up(empty_url, shipped()[:48])
    with psycopg.connect(empty_url) as connection:
        connection.execute(
            "INSERT INTO libraries (id, server_id, original_id, name, kind, first_seen_at) VALUES"
            " ('0198', 'deleted', '1', 'Films', 'movies', now()),"
            " ('told', 'revenge', 'told', 'Films', 'movies', now())"
        )
        connection.execute(
            "INSERT INTO library_items (library_id, id, original_id, content_type, digest,"
            " first_seen_at, changed_at) VALUES ('told', 'm', 'm', 'movie', '', now(), now())"
        )
        connection.execute(
            "INSERT INTO library_files (library_id, item_id, id, size_bytes)"
            " VALUES ('told', 'm', 'sound', 1000), ('told', 'm', 'absurd', %s)",
            [2**63 - 1],
        )
    migrate_up(empty_url)
    with psycopg.connect(empty_url) as connection:
        gone = connection.execute("SELECT id FROM libraries WHERE gone_at IS NOT NULL").fetchall()
        sizes = connection.execute("SELECT id, size_bytes FROM library_files").fetchall()
        marked = connection.execute("SELECT library_id FROM dirty_libraries").fetchall()
    assert gone == [("0198",)]
    assert set(sizes) == {("sound", 1000), ("absurd", None)}
    assert set(marked) == {("0198",), ("told",)}


def test_who_was_known_since_an_end_is_known_since_the_first_start_that_is_kept(
    empty_url: str,
) -> None:
    migrate_up(empty_url, shipped()[:50])
    person, account, early = (UUID(int=number) for number in (1, 2, 3))
    with psycopg.connect(empty_url) as connection:
        connection.execute(
            "INSERT INTO users (user_id, first_seen_at, last_active_at, merged_into, merged_at)"
            " SELECT id, at, '2026-11-20 12:00Z', into_id, CASE WHEN into_id IS NOT NULL"
            " THEN timestamptz '2026-11-20 12:00Z' END FROM (VALUES"
            " (%(person)s, timestamptz '2026-11-12 01:00Z', NULL),"
            " (%(account)s, '2026-11-12 02:00Z', %(person)s),"
            " (%(early)s, '2026-10-01 12:00Z', NULL)) AS known (id, at, into_id)",
            {"person": person, "account": account, "early": early},
        )
        connection.execute(
            "INSERT INTO user_devices (user_id, device_id, first_seen_at, last_seen_at)"
            " SELECT user_id, 'tv', first_seen_at, last_active_at FROM users"
        )
        connection.execute("CREATE TABLE kept PARTITION OF analytics_sessions DEFAULT")
        connection.cursor().executemany(
            "INSERT INTO analytics_sessions (user_id, account_user_id, id, version, started_at,"
            " network_since, last_seen_at, progress_ms, watched_ms, paused_ms, buffered_ms, state,"
            " source, session_key, content_type, content_id, device_id) VALUES (%s, %s, uuidv7(), 1,"
            " %s, now(), now(), 0, 0, 0, 0, 'playing', 'x', 'x', 'movie', 'm', 'tv')",
            [
                (person, None, "2026-11-11 23:50Z"),
                (person, None, "2026-11-15 20:00Z"),
                (person, account, "2026-11-11 21:00Z"),
                (early, None, "2026-11-01 20:00Z"),
            ],
        )
        connection.execute(
            "INSERT INTO server_reports (span, start, due, body, made_at) SELECT span, start, false,"
            " '{}', now() FROM (VALUES ('day', date '2026-11-12'), ('day', '2026-11-15'),"
            " ('month', '2026-11-01'), ('month', '2026-10-01')) AS made (span, start)"
        )
    migrate_up(empty_url)
    with psycopg.connect(empty_url) as connection:
        people = connection.execute(
            "SELECT to_char(first_seen_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI')"
            " FROM users ORDER BY user_id"
        ).fetchall()
        devices = connection.execute(
            "SELECT to_char(first_seen_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI')"
            " FROM user_devices ORDER BY user_id"
        ).fetchall()
        due = connection.execute(
            "SELECT span, start::text FROM server_reports WHERE due"
        ).fetchall()
    assert people == [("11-11 21:00",), ("11-11 21:00",), ("10-01 12:00",)]
    assert devices == [("11-11 23:50",), ("11-11 21:00",), ("10-01 12:00",)]
    assert set(due) == {("day", "2026-11-12"), ("month", "2026-11-01")}


@pytest.mark.parametrize(("zone", "are_believed"), [("UTC", True), ("CET", False)])
def test_days_that_the_database_told_are_added_up_anew_unless_they_are_of_utc(
    empty_url: str, zone: str, *, are_believed: bool
) -> None:
    migrate_up(empty_url, shipped()[:51])
    with psycopg.connect(empty_url, autocommit=True) as connection:
        connection.execute("INSERT INTO statistics_zone (zone) VALUES (%s)", [zone])
        migrate_up(empty_url)
        left = connection.execute("SELECT zone FROM statistics_zone").fetchall()
    assert left == ([(zone,)] if are_believed else [])
