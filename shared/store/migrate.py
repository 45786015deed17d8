"""Migrations: numbered files, applied in order, each in a transaction of its own.

``migrations/000001_verb_noun.up.sql`` and its ``.down.sql`` are never edited once they have
landed: the checksum that is kept with each refuses it.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import LiteralString, cast

import psycopg
from psycopg import Connection

LOCK_KEY = 7_360_811_409_217_215  # any number, the same in every runner
_NAME = re.compile(r"(\d{6})_(\w+)\.up\.sql")

_CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class MigrationError(Exception):
    """The files and the database do not fit together; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema, and the step back."""

    version: int
    name: str
    up: str
    down: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the step, in hexadecimal."""
        return hashlib.sha256(self.up.encode()).hexdigest()


def shipped() -> tuple[Migration, ...]:
    """Return the migrations of this package, in order.

    Raises:
        MigrationError: a number is missing or stands twice.
    """
    folder = files("shared.store").joinpath("migrations")
    names = sorted(entry.name for entry in folder.iterdir())
    found = [match for name in names if (match := _NAME.fullmatch(name))]
    migrations = tuple(
        Migration(
            version=int(match[1]),
            name=match[2],
            up=folder.joinpath(match[0]).read_text("utf-8"),
            down=folder.joinpath(match[0].replace(".up.", ".down.")).read_text("utf-8"),
        )
        for match in found
    )
    if [migration.version for migration in migrations] != list(range(1, len(migrations) + 1)):
        raise MigrationError("the migration files are not numbered 1, 2, 3, ...")
    return migrations


def migrate_up(url: str, migrations: Sequence[Migration] | None = None) -> list[str]:
    """Apply what is missing and return the names of what was applied.

    Raises:
        MigrationError: an applied file was edited, or the database is newer than the files.
        psycopg.Error: a step failed; it is rolled back, those before it stay.
    """
    wanted = shipped() if migrations is None else migrations
    with psycopg.connect(url, autocommit=True) as connection:
        return [done.name for step in wanted if (done := _apply(connection, step, wanted))]


def migrate_down(url: str, to_version: int = 0) -> list[str]:
    """Undo what was applied after ``to_version``, newest first, and return the names."""
    by_version = {migration.version: migration for migration in shipped()}
    undone: list[str] = []
    with psycopg.connect(url, autocommit=True) as connection:
        while (step := _undo_newest(connection, by_version, to_version)) is not None:
            undone.append(step.name)
    return undone


def _apply(
    connection: Connection, step: Migration, wanted: Sequence[Migration]
) -> Migration | None:
    """Apply one step unless somebody did, under a lock that lets one runner work at a time."""
    with connection.transaction():
        applied = _locked_state(connection)
        _check(applied, wanted)
        if step.version in applied:
            return None
        # A file of this package, never input.
        connection.execute(cast("LiteralString", step.up))
        connection.execute(
            "INSERT INTO schema_migrations (version, name, checksum) VALUES (%s, %s, %s)",
            [step.version, step.name, step.checksum],
        )
    return step


def _undo_newest(
    connection: Connection, by_version: dict[int, Migration], to_version: int
) -> Migration | None:
    with connection.transaction():
        applied = _locked_state(connection)
        newest = max(applied, default=0)
        if newest <= to_version:
            return None
        step = by_version.get(newest)
        if step is None:
            raise MigrationError(f"migration {newest} was applied by a newer release; use that")
        connection.execute(cast("LiteralString", step.down))
        connection.execute("DELETE FROM schema_migrations WHERE version = %s", [newest])
    return step


def _locked_state(connection: Connection) -> dict[int, str]:
    """Take the runners' lock until the transaction ends and read what has been applied."""
    connection.execute("SET LOCAL lock_timeout = '30s'")
    connection.execute("SET LOCAL statement_timeout = '15min'")
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
    connection.execute(_CREATE_TABLE)
    rows = connection.execute("SELECT version, checksum FROM schema_migrations").fetchall()
    return {int(version): str(checksum) for version, checksum in rows}


def _check(applied: dict[int, str], wanted: Sequence[Migration]) -> None:
    known = {migration.version: migration for migration in wanted}
    for version, checksum in sorted(applied.items()):
        if version not in known:
            raise MigrationError(
                f"the database has migration {version}, which this release does not know:"
                " start the release that made it, or a newer one"
            )
        if known[version].checksum != checksum:
            raise MigrationError(
                f"migration {version} ({known[version].name}) was edited after it was applied:"
                " put the file back and write a new migration"
            )
