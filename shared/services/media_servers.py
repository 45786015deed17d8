"""Media servers that we ask, as an administrator connects and changes them.

Asking them is ``shared.services.control``.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.domain.network import parse_address
from shared.domain.place import Place
from shared.errors import (
    ConflictError,
    FieldError,
    InvalidInputError,
    NotFoundError,
)
from shared.geoip.lookup import PlaceFinder
from shared.schemas.media_servers import (
    SERVER_CONFIG,
    AnyServerConfig,
    CreatedMediaServer,
    DirectConfig,
    MediaServerChange,
    MediaServerView,
    NewMediaServer,
    PlaybackServiceConfig,
    media_server_view,
)
from shared.schemas.networks import PositionGiven
from shared.services.endpoints import host_and_hint, keeping, signed
from shared.services.vault import Vault
from shared.store import libraries
from shared.store import media_servers as store
from shared.store.database import Connection

OWN_SOURCE = "revenge"


async def add_server(
    connection: Connection,
    new: NewMediaServer,
    *,
    vault: Vault,
    finder: PlaceFinder,
    now: datetime,
) -> CreatedMediaServer:
    """Add a media server and have it tried out.

    A playback service without a secret gets one, shown in the answer only.

    Raises:
        ConflictError: the name, or the source, is another's.
        InvalidInputError: the token is missing, or the source is not of its kind.
        UnavailableError: no key is configured to encrypt it with.
    """
    config, made = signed(new.config)
    _insist_on_token(config)
    server_id = await store.add_server(
        connection,
        name=new.name,
        kind=config.kind,
        source=_source(config, new.source) or _first_source(config),
        config=vault.seal(config.to_stored()),
        enabled=new.enabled,
        place=_stored(new.place),
        now=now,
    )
    if server_id is None:
        raise _taken()
    view = await get_server(connection, server_id, vault=vault, finder=finder)
    return CreatedMediaServer(**view.model_dump(), secret=made)


async def list_servers(
    connection: Connection, *, vault: Vault, finder: PlaceFinder
) -> list[MediaServerView]:
    """Return all media servers by name."""
    return [_view(row, vault, finder) for row in await store.list_servers(connection)]


async def get_server(
    connection: Connection, server_id: UUID, *, vault: Vault, finder: PlaceFinder
) -> MediaServerView:
    """Return a media server.

    Raises:
        NotFoundError: there is none of this id.
    """
    return _view(await _row(connection, server_id), vault, finder)


async def update_server(
    connection: Connection,
    server_id: UUID,
    change: MediaServerChange,
    *,
    vault: Vault,
    finder: PlaceFinder,
    now: datetime,
) -> MediaServerView:
    """Change a media server and have it tried out.

    Raises:
        NotFoundError: there is none of this id.
        ConflictError: the name, or the source, is another's.
        InvalidInputError: the config is of another kind, or the source is.
    """
    row = await _row(connection, server_id)
    config = None if change.config is None else _replacing(row, change.config, vault)
    present = config or SERVER_CONFIG.validate_python(vault.unseal(row["config"]))
    changed = await store.update_server(
        connection,
        server_id,
        name=change.name,
        source=_source(present, change.source),
        config=None if config is None else vault.seal(config.to_stored()),
        enabled=change.enabled,
        sets_place="place" in change.model_fields_set,
        place=_stored(change.place),
        now=now,
    )
    if not changed:
        raise _taken()
    return await get_server(connection, server_id, vault=vault, finder=finder)


async def server_places(connection: Connection, finder: PlaceFinder) -> dict[str, Place]:
    """Return where media servers are, by the source of their sessions; those not known are left out.

    Who plays on a server's LAN is there.
    """
    found = {row["source"]: _place(row, finder) for row in await store.list_places(connection)}
    return {source: place for source, place in found.items() if place is not None}


async def delete_server(connection: Connection, server_id: UUID, *, now: datetime) -> None:
    """Delete a media server; what it was to be asked for fails and says so.

    Its libraries are gone, until it is added again.

    Raises:
        NotFoundError: there is none of this id.
    """
    await libraries.end_libraries(connection, server_id, now=now)
    if not await store.delete_server(connection, server_id):
        raise _no_server()


async def try_server(
    connection: Connection,
    server_id: UUID,
    *,
    vault: Vault,
    finder: PlaceFinder,
    now: datetime,
) -> MediaServerView:
    """Have a media server tried out; its view tells what came of it, a moment later.

    Raises:
        NotFoundError: there is none of this id.
    """
    if not await store.ask_for_check(connection, server_id, now=now):
        raise _no_server()
    return await get_server(connection, server_id, vault=vault, finder=finder)


def _source(config: AnyServerConfig, source: str | None) -> str | None:
    """Return a source that fits the kind: ``plex:<server id>`` for Plex, and so on."""
    prefix = f"{config.kind}:"
    fits = isinstance(config, PlaybackServiceConfig) or source is None or source.startswith(prefix)
    if not fits:
        message = f"must begin with {prefix}, as the source of its sessions does"
        raise InvalidInputError(
            f"The source does not fit: it {message}.", errors=[FieldError("source", message)]
        )
    return source


def _first_source(config: AnyServerConfig) -> str | None:
    return OWN_SOURCE if isinstance(config, PlaybackServiceConfig) else None


def _replacing(row: Mapping[str, Any], config: AnyServerConfig, vault: Vault) -> AnyServerConfig:
    """Return the new config, with the secret or token that there is if it brings none."""
    if config.kind != row["kind"]:
        raise InvalidInputError(
            f"The kind of a media server stays: this one is {row['kind']}.",
            code="media_server_kind_fixed",
        )
    if isinstance(config, PlaybackServiceConfig):
        return keeping(config, "secret", row["config"], vault)
    if config.token is not None:
        return config
    before = SERVER_CONFIG.validate_python(vault.unseal(row["config"]))
    if isinstance(before, DirectConfig) and config.trusts_others_than(before):
        raise InvalidInputError(
            "A token is missing: the one that there is goes to no other address, and to no server"
            " whose certificate is not verified, unless it is given anew.",
            errors=[FieldError("config.token", "is missing")],
        )
    return keeping(config, "token", row["config"], vault)


def _insist_on_token(config: AnyServerConfig) -> None:
    if not isinstance(config, PlaybackServiceConfig) and config.token is None:
        raise InvalidInputError(
            "A token is missing: without one the server answers nobody.",
            errors=[FieldError("config.token", "is missing")],
        )


def _view(row: Mapping[str, Any], vault: Vault, finder: PlaceFinder) -> MediaServerView:
    host, _ = host_and_hint(SERVER_CONFIG, row["config"], vault)
    return media_server_view(row, host, _place(row, finder))


def _place(row: Mapping[str, Any], finder: PlaceFinder) -> Place | None:
    """Return where a server is: as somebody says, else as the databases have its address."""
    if row["place"] is not None:
        return PositionGiven.model_validate(row["place"]).place()
    address = parse_address(row["public_address"])
    return None if address is None else finder.find(address).place


def _stored(place: PositionGiven | None) -> Mapping[str, Any] | None:
    return None if place is None else place.model_dump(mode="json")


async def _row(connection: Connection, server_id: UUID) -> Mapping[str, Any]:
    row = await store.find_server(connection, server_id)
    if row is None:
        raise _no_server()
    return row


def _no_server() -> NotFoundError:
    return NotFoundError("There is no such media server.", code="media_server_not_found")


def _taken() -> ConflictError:
    return ConflictError("Another media server has this name or source.", code="media_server_taken")
