"""Migrations: up and down, by two runners at once, and never edited once applied."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from infra.schema import TARGET, dump
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
