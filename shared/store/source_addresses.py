"""What sources say of addresses, and which of them cannot be believed, in the database."""

from collections.abc import Collection
from datetime import datetime

from psycopg.rows import DictRow

from shared.domain.identifiers import lowest_id
from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.source_addresses import SourceTraffic
from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("source_addresses")


async def list_single_addressed(connection: Connection, *, since: datetime) -> list[SourceTraffic]:
    """Return the sources that knew one address alone since then, by name."""
    cursor = await connection.execute(_SQL["list_single_addressed"], {"first": lowest_id(since)})
    return [_traffic(row) for row in await cursor.fetchall()]


async def list_misconfigured(connection: Connection) -> list[DictRow]:
    """Return the sources of which nothing is detected, by name."""
    return await (await connection.execute(_SQL["list_misconfigured"])).fetchall()


async def set_misconfigured(
    connection: Connection, traffic: SourceTraffic, *, now: datetime
) -> bool:
    """Note that a source is misconfigured; say whether that is new."""
    network = traffic.network
    row = {
        "source": traffic.source,
        "address": network.address,
        "network_class": network.network_class,
        "kind": network.kind,
        "sessions": traffic.sessions,
        "users": traffic.users,
        "devices": traffic.devices,
        "now": now,
    }
    return one(await (await connection.execute(_SQL["set_misconfigured"], row)).fetchone())[
        "is_new"
    ]


async def clear_misconfigured(connection: Connection, *, but: Collection[str]) -> list[str]:
    """Note that all sources but these are as they should be; return those that were not."""
    cursor = await connection.execute(_SQL["clear_misconfigured"], {"sources": list(but)})
    return [row["source"] for row in await cursor.fetchall()]


def _traffic(row: DictRow) -> SourceTraffic:
    network = Network(
        network_class=NetworkClass(row["network_class"]),
        kind=NetworkKind(row["kind"]),
        address=str(row["address"]),
    )
    return SourceTraffic(
        source=row["source"],
        sessions=row["sessions"],
        users=row["users"],
        devices=row["devices"],
        network=network,
    )
