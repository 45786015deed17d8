"""From an address and a token, as an administrator gives them, to what plays."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.certificates import write_certificate
from tests.conftest import Function
from tests.servers.household import Household
from tests.servers.houses import machine
from tests.servers.machine import Machine
from tests.servers.world import FILM, Player

SOURCES = "/api/v1/admin/sources"


async def paste(api: Function, server: Machine, **config: object) -> None:
    given = {"kind": server.kind, "url": server.url, "token": server.token} | config
    wanted = {"name": server.name, "config": {"allow_private_network": True} | given}
    answer = await api.call("POST", SOURCES, json=wanted)
    assert answer.status_code == 201, answer.text
    assert server.token not in answer.text


async def test_an_address_and_a_token_are_enough(
    home: Household, server: Machine, functions: Callable[[str], Function]
) -> None:
    await paste(functions("api"), server, url=f"{server.url}/")
    server.players = [Player(server.viewers[0], "tv-1", FILM)]
    assert (await home.poll())["servers"] == 1
    [session] = await home.sessions()
    assert session.attributes["title"] == FILM.title


@pytest.mark.parametrize("allowed", [False, True])
async def test_a_servers_own_certificate_is_taken_only_if_that_is_allowed(
    home: Household, functions: Callable[[str], Function], tmp_path: Path, *, allowed: bool
) -> None:
    server = machine("emby")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_certificate(tmp_path / "own.pem", "media.home.arpa"))
    await server.start(context)
    try:
        await paste(functions("api"), server, verify_tls=not allowed)
        await home.poll()
    finally:
        await server.stop()
    assert (await home.state())["problem"] == (None if allowed else "certificate")
