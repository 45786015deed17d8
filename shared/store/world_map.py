"""Where sessions play, by the cells of a grid, in the database."""

from collections.abc import Mapping
from dataclasses import asdict

from psycopg.rows import DictRow

from shared.domain.place import Place
from shared.domain.world_map import Box
from shared.store.database import Connection
from shared.store.queries import json_text, load

_SQL = load("world_map")

_UNFILTERED: Mapping[str, object] = {
    "live": False,
    "start": None,
    "end": None,
    "user_id": None,
    "server_id": None,
    "content_type": None,
    "adult": False,
}
_NO_EDGES: Mapping[str, object] = {"west": None, "south": None, "east": None, "north": None}


async def list_cells(
    connection: Connection,
    filters: Mapping[str, object],
    *,
    servers: Mapping[str, Place],
    cells: int,
    box: Box | None,
    exact: bool,
    limit: int,
) -> list[DictRow]:
    """Return where sessions play: what has no place, whose ``x`` is null, then the busiest cells.

    Args:
        connection: to read from.
        filters: parameters of ``list_cells``, each optional but the period.
        servers: where servers are, by the source of their sessions: who plays on a LAN is there.
        cells: how many lie side by side around the earth.
        box: what of the map is wanted.
        exact: to 0.1 m; otherwise to 11 km, a tenth of a degree, before anything else.
        limit: how many of these.
    """
    known = [
        {
            "source": source,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "country": place.country,
            "city": place.city,
        }
        for source, place in servers.items()
    ]
    parameters: dict[str, object] = {
        **_UNFILTERED,
        **filters,
        **(_NO_EDGES if box is None else asdict(box)),
        "servers": json_text(known),
        "cells": cells,
        "decimals": 6 if exact else 1,
        "limit": limit,
    }
    # Unprepared, so that each question is planned for the filters it has.
    cursor = await connection.execute(_SQL["list_cells"], parameters, prepare=False)
    return await cursor.fetchall()
