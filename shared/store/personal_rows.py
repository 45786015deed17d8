"""People's rows in all the tables of ``shared.store.personal``: counted, read, deleted, redacted.

The names of tables and columns are of that list, never input.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import DictRow

from shared.store.database import Connection, one
from shared.store.personal import (
    KEPT_TABLES,
    MENTIONS,
    PERSONAL_TABLES,
    Naming,
    PersonalTable,
)

NOBODY = UUID(int=0)
"""Stands where an erased person's id stood."""

NO_ACTOR = f"user:{NOBODY}"
"""Stands where it was said that an erased person did something."""

ERASED = "(erased)"
"""Stands where words stood that named an erased person."""


async def count(connection: Connection, user_id: UUID) -> dict[str, int]:
    """Return how many rows there are about a person, by the sections of an export."""
    found: dict[str, int] = {}
    for table in PERSONAL_TABLES:
        if table.section is not None:
            statement = sql.SQL("SELECT count(*) AS rows FROM {} WHERE {}").format(
                sql.Identifier(table.name), _theirs(table)
            )
            row = await (await connection.execute(statement, {"user_id": user_id})).fetchone()
            found[table.section] = one(row)["rows"]
    return found


async def list_rows(
    connection: Connection,
    table: PersonalTable,
    user_id: UUID,
    *,
    hidden: Sequence[str],
    after: Mapping[str, Any] | None,
    limit: int,
) -> list[DictRow]:
    """Return a person's rows of a table, by its key: each with the key and as JSON.

    Args:
        connection: any.
        table: whose rows.
        user_id: of the person.
        hidden: columns to leave out of the JSON.
        after: the row before the first, as it was returned; None to begin.
        limit: how many at most.
    """
    key = sql.SQL(", ").join(sql.Identifier(column) for column in table.key)
    goes_on = sql.SQL("true")
    values: dict[str, Any] = {"user_id": user_id, "hidden": list(hidden), "limit": limit}
    if after is not None:
        places = sql.SQL(", ").join(sql.Placeholder(f"after_{column}") for column in table.key)
        goes_on = sql.SQL("({}) > ({})").format(key, places)
        values |= {f"after_{column}": after[column] for column in table.key}
    statement = sql.SQL(
        "SELECT {key}, (to_jsonb(t) - %(hidden)s::text[])::text AS json FROM {table} AS t"
        " WHERE {theirs} AND {goes_on} ORDER BY {key} LIMIT %(limit)s"
    ).format(key=key, table=sql.Identifier(table.name), theirs=_theirs(table), goes_on=goes_on)
    return await (await connection.execute(statement, values)).fetchall()


async def delete(connection: Connection, user_id: UUID) -> None:
    """Delete a person's rows of every table."""
    for table in PERSONAL_TABLES:
        if table.name not in KEPT_TABLES:
            statement = sql.SQL("DELETE FROM {} WHERE {}").format(
                sql.Identifier(table.name), _theirs(table)
            )
            await connection.execute(statement, {"user_id": user_id})


@dataclass(frozen=True, slots=True)
class Names:
    """What names a person.

    Attributes:
        actors: what the log calls them: their id as a user of the host's, and their keys.
        pattern: a regular expression of PostgreSQL that fits what names them in words, whatever the
            case.
    """

    user_id: UUID
    actors: Sequence[str]
    pattern: str


async def redact(connection: Connection, names: Names) -> None:
    """Take a person out of the rows that stay: ``NOBODY`` for the id, ``ERASED`` for words."""
    values = {
        "id": str(names.user_id),
        "nobody": str(NOBODY),
        "actors": list(names.actors),
        "actor": NO_ACTOR,
        "pattern": names.pattern,
        "erased": ERASED,
    }
    for mention in MENTIONS:
        column = sql.Identifier(mention.column)
        text, where = (part.format(column=column) for part in _REDACTIONS[mention.naming])
        statement = sql.SQL("UPDATE {} SET {} = ({})::{} WHERE {}").format(
            sql.Identifier(mention.table), column, text, sql.SQL(mention.type), where
        )
        await connection.execute(statement, values)


_REDACTIONS = {
    Naming.ID: (
        sql.SQL("replace({column}::text, %(id)s, %(nobody)s)"),
        sql.SQL("position(%(id)s in {column}::text) > 0"),
    ),
    Naming.ACTOR: (sql.SQL("%(actor)s"), sql.SQL("{column} = ANY(%(actors)s)")),
    Naming.WORDS: (
        sql.SQL("regexp_replace({column}, %(pattern)s, %(erased)s, 'gi')"),
        sql.SQL("{column} ~* %(pattern)s"),
    ),
}


def _theirs(table: PersonalTable) -> sql.Composable:
    held = (sql.SQL("{} = %(user_id)s").format(sql.Identifier(column)) for column in table.columns)
    return sql.SQL("({})").format(sql.SQL(" OR ").join(held))
