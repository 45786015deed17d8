"""All that is kept of a person as one JSON document, read and written a lot at a time."""

import json
from collections.abc import AsyncGenerator, AsyncIterable
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.services import users
from shared.store import exports, personal_rows
from shared.store.database import Connection, Database
from shared.store.personal import PERSONAL_TABLES, PersonalTable

Row = dict[str, Any]

LOT = 500


async def export(
    database: Database, user_id: UUID, *, own: bool, now: datetime
) -> AsyncGenerator[str]:
    """Yield the parts of an export; neither all rows nor a connection are held meanwhile.

    Args:
        database: open.
        user_id: whose data.
        own: the person asks: what names other people is left out.
        now: the present.

    Raises:
        NotFoundError: there is no such person, said before the first part.
    """
    head = {"user_id": str(user_id), "exported_at": now.isoformat()}
    yield json.dumps(head)[:-1]
    for table in PERSONAL_TABLES:
        if table.section is not None:
            yield f',\n"{table.section}": ['
            async for part in _joined(_rows(database, table, user_id, own=own)):
                yield part
    for section in exports.SECTIONS:
        yield f',\n"{section}": ['
        async for part in _joined(_mentions(database, section, user_id, own=own)):
            yield part
    yield "}\n"


async def check(database: Database, user_id: UUID) -> None:
    """See that there is somebody to export, before an answer begins.

    Raises:
        NotFoundError: there is no such person.
    """
    await database.run(lambda connection: users.find_user(connection, user_id))


async def _joined(lots: AsyncIterable[list[Row]]) -> AsyncGenerator[str]:
    """Yield the rows of a section, and its end."""
    is_first = True
    async for lot in lots:
        yield ("" if is_first else ",") + ",".join("\n" + row["json"] for row in lot)
        is_first = False
    yield "]"


async def _rows(
    database: Database, table: PersonalTable, user_id: UUID, *, own: bool
) -> AsyncGenerator[list[Row]]:
    hidden = (*table.hidden, *(table.others if own else ()))
    after: Row | None = None

    async def read(connection: Connection) -> list[Row]:
        return await personal_rows.list_rows(
            connection, table, user_id, hidden=hidden, after=after, limit=LOT
        )

    while lot := await database.run(read):
        yield lot
        after = lot[-1]


async def _mentions(
    database: Database, section: str, user_id: UUID, *, own: bool
) -> AsyncGenerator[list[Row]]:
    after: UUID | None = None

    async def read(connection: Connection) -> list[Row]:
        return await exports.list_mentions(
            connection, section, user_id, own=own, after=after, limit=LOT
        )

    while lot := await database.run(read):
        yield lot
        after = lot[-1]["id"]
