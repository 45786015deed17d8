"""Media servers of the benchmark's own, in a process of their own: many small ones, or a large one."""

import asyncio
import multiprocessing
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

from tests.servers.houses import KINDS, machine
from tests.servers.machine import Machine
from tests.servers.plex import PlexMachine, event
from tests.servers.world import FILM, Player, Viewer

_SAYS_EVERY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Connected:
    """A server as it is connected."""

    kind: str
    name: str
    url: str
    token: str


def household(number: int, streams: int) -> Machine:
    """Return a server of one of the kinds on which so many people watch a film."""
    made = machine(KINDS[number % len(KINDS)])
    made.server_id = f"{number + 1:032x}"
    made.name = f"server {number}"
    for stream in range(streams):
        account = number * 100 + stream + 1
        name = str(account) if made.kind == "plex" else f"{account:032x}"
        address = f"81.2.{number}.{stream + 1}"
        made.players.append(
            Player(Viewer(name, f"u{account}"), f"tv-{account}", FILM, address=address)
        )
    return made


def archive(items: int) -> Machine:
    """Return a server with a large library."""
    made = machine("jellyfin")
    made.shelves = made.shelves[:1]
    made.shelves[0].works = [
        replace(FILM, id=str(1_000 + n), title=f"Film {n}", path=f"/films/{n}.mkv")
        for n in range(items)
    ]
    return made


@contextmanager
def apart(servers: int, streams: int, items: int) -> Generator[list[Connected]]:
    """Run servers in another process, so that their work is not counted as ours."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs, servers, streams, items), daemon=True
    )
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def _serve(pipe: Connection, servers: int, streams: int, items: int) -> None:
    made = [household(number, streams) for number in range(servers)]
    if items:
        made.append(archive(items))
    asyncio.run(_play(pipe, made))


async def _play(pipe: Connection, machines: list[Machine]) -> None:
    for made in machines:
        await made.start()
    pipe.send([Connected(made.kind, made.name, made.url, made.token) for made in machines])
    began = time.monotonic()
    while True:
        await asyncio.sleep(1)
        seconds = int(time.monotonic() - began)
        for made in machines:
            made.players = [replace(player, seconds=seconds) for player in made.players]
            if isinstance(made, PlexMachine) and seconds % _SAYS_EVERY_SECONDS == 0:
                await made.say(event("ping", {}))
                for player in made.players:
                    await made.tell(player.device, player.state)
