"""What can go wrong between us and a server: each is told as what it is, and in time."""

import ssl
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from shared.domain.network import Address
from shared.domain.servers import ServerError, ServerProblem
from shared.servers.clients import open_server
from tests.certificates import write_certificate
from tests.servers.houses import machine
from tests.servers.machine import Fault, Machine

PATIENCE = 10.0  # of seconds, where an answer is expected: machines are slow at times


async def problem_of(machine: Machine, **changed: Any) -> ServerError:
    patience = 0.5 if machine.fault == "stall" else PATIENCE
    client = open_server(machine.address(**changed), timeout_seconds=patience, max_bytes=100_000)
    with pytest.raises(ServerError) as caught:
        await client.sessions(machine.server_id)
    await client.close()
    assert machine.token not in caught.value.sentence
    return caught.value


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("drop", ServerProblem.UNREACHABLE),
        ("stall", ServerProblem.TIMEOUT),
        ("truncate", ServerProblem.UNREACHABLE),
        ("half", ServerProblem.ANSWER),
        ("unauthorized", ServerProblem.TOKEN),
        ("error", ServerProblem.ANSWER),
        ("redirect", ServerProblem.REDIRECT),
        ("html", ServerProblem.ANSWER),
    ],
)
async def test_each_fault_is_told_as_what_it_is(
    server: Machine, fault: Fault, problem: ServerProblem
) -> None:
    server.fault = fault
    assert (await problem_of(server)).problem is problem


async def test_a_client_goes_on_after_a_fault_and_a_restart(server: Machine) -> None:
    client = open_server(server.address(), timeout_seconds=PATIENCE)
    assert await client.sessions(server.server_id) == []
    server.fault = "half"
    with pytest.raises(ServerError):
        await client.sessions(server.server_id)
    server.fault = None
    await server.stop()
    with pytest.raises(ServerError):
        await client.sessions(server.server_id)
    await server.start()
    assert await client.sessions(server.server_id) == []
    await client.close()


async def test_a_server_that_is_off_is_unreachable() -> None:
    off = machine("plex")
    await off.start()
    await off.stop()
    assert (await problem_of(off)).problem is ServerProblem.UNREACHABLE


async def test_an_answer_that_never_ends_is_cut_off(plex: Machine) -> None:
    plex.name = "x" * 200_000
    client = open_server(plex.address(), max_bytes=100_000)
    with pytest.raises(ServerError) as caught:
        await client.identify()
    await client.close()
    assert caught.value.problem is ServerProblem.TOO_LARGE


async def test_a_self_signed_certificate_is_refused_unless_allowed(tmp_path: Path) -> None:
    home = machine("jellyfin")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_certificate(tmp_path / "own.pem", "media.home.arpa"))
    await home.start(context)
    try:
        refused = await problem_of(home)
        assert refused.problem is ServerProblem.CERTIFICATE
        assert "allow it for this source" in refused.sentence
        client = open_server(home.address(verify_tls=False))
        assert (await client.identify()).name == "Attic"
        await client.close()
    finally:
        await home.stop()


async def test_https_where_only_http_is_spoken_is_told(plex: Machine) -> None:
    wrong = plex.url.replace("http://", "https://")
    found = await problem_of(plex, base_url=wrong)
    assert (found.problem, "http://" in found.sentence) == (ServerProblem.NO_TLS, True)


async def test_http_where_only_https_is_spoken_is_told(tmp_path: Path) -> None:
    home = machine("emby")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_certificate(tmp_path / "own.pem", "media.home.arpa"))
    await home.start(context)
    try:
        found = await problem_of(home, base_url=home.url.replace("https://", "http://"))
    finally:
        await home.stop()
    assert (found.problem, "https://" in found.sentence) == (ServerProblem.UNREACHABLE, True)


@pytest.mark.parametrize(
    ("addresses", "allow_private"),
    [
        ("169.254.169.254", True),
        ("::ffff:169.254.169.254", True),
        ("fd00:ec2::254", True),
        ("100.100.100.200", True),
        ("0.0.0.0", True),
        ("127.0.0.1", False),
        ("10.0.0.5 192.168.1.2", False),
    ],
)
async def test_an_address_where_no_server_may_be_is_never_called(
    plex: Machine, addresses: str, *, allow_private: bool
) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[Address]:
        return [ip_address(text) for text in addresses.split()]

    client = open_server(
        plex.address(base_url="http://media.example.org", allow_private_network=allow_private),
        resolve=resolve,
    )
    with pytest.raises(ServerError) as caught:
        await client.identify()
    await client.close()
    assert caught.value.problem is ServerProblem.FORBIDDEN_ADDRESS
    assert plex.asked == []


async def test_the_request_goes_to_the_checked_address_under_the_servers_name(
    plex: Machine,
) -> None:
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> Sequence[Address]:
        asked.append(host)
        return [ip_address("127.0.0.2"), ip_address("127.0.0.1")]

    url = plex.url.replace("127.0.0.1", "media.example.org")
    client = open_server(plex.address(base_url=url), resolve=resolve)
    await client.sessions(plex.server_id)
    await client.close()
    assert asked == ["media.example.org"], "a name is looked up once"
    assert plex.hosts == [f"media.example.org:{plex.port}"]


async def test_an_unknown_name_is_told_without_waiting(plex: Machine) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[Address]:
        raise OSError

    client = open_server(plex.address(base_url="http://nowhere.example.org"), resolve=resolve)
    with pytest.raises(ServerError) as caught:
        await client.identify()
    await client.close()
    assert caught.value.problem is ServerProblem.UNKNOWN_NAME
