"""Sharing rules in the database. Rows, since what they hold is checked where it comes in."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from shared.errors import ConflictError
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("rules")


async def list_rules(connection: Connection) -> list[DictRow]:
    """Return all rules, in the order in which they were made."""
    return await (await connection.execute(_SQL["list_rules"])).fetchall()


async def find_rule(connection: Connection, rule_id: UUID) -> DictRow | None:
    """Return a rule, if there is one of this id."""
    return await (await connection.execute(_SQL["find_rule"], {"id": rule_id})).fetchone()


async def hold_rule(connection: Connection, rule_id: UUID) -> None:
    """Hold a rule until the transaction ends, so that nobody changes it between read and write."""
    await connection.execute(_SQL["hold_rule"], {"id": rule_id})


async def add_rule(connection: Connection, values: Mapping[str, Any]) -> DictRow | None:
    """Add a rule and return its row; ``None`` if its name is taken."""
    cursor = await connection.execute(_SQL["add_rule"], _parameters(values))
    return await cursor.fetchone()


async def update_rule(connection: Connection, values: Mapping[str, Any]) -> DictRow | None:
    """Replace a rule's contents and return its row; ``None`` if there is none of this id.

    Raises:
        ConflictError: another rule has this name.
    """
    try:
        cursor = await connection.execute(_SQL["update_rule"], _parameters(values))
    except UniqueViolation as error:
        raise ConflictError("Another rule has this name.", code="name_taken") from error
    return await cursor.fetchone()


async def delete_rule(connection: Connection, rule_id: UUID) -> bool:
    """Delete a rule; say whether there was one."""
    return (await connection.execute(_SQL["delete_rule"], {"id": rule_id})).rowcount == 1


def _parameters(values: Mapping[str, Any]) -> dict[str, Any]:
    as_json = {name: json.dumps(values[name]) for name in ("config", "scope", "actions")}
    return {**values, **as_json}
