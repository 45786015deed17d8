"""Six weeks of the demo's people and what they watch: enough for every page to show something.

It is the same each time but for the day on which it ends, so that pictures of it can be compared.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import httpx
import requests
from pydantic import SecretStr

from infra.demo import networks
from infra.demo.catalogue import Item
from infra.demo.evening import arrival, evening
from infra.demo.people import Device, Person, Stream, laptop, phone, speaker, tablet, television
from infra.demo.planning import watch
from infra.demo.receiver import Receiver
from infra.demo.service import BATCH, Service
from infra.demo.sharing import SHARER
from infra.demo.target import Target
from infra.demo.viewing import Event, Viewing, events
from infra.local.config import read_config
from infra.local.postgres import EmbeddedPostgres
from shared.services.households import learn_everybody
from shared.services.standings import work_out
from shared.settings import Settings
from shared.store import holdings
from shared.store.database import Connection, Database
from tests.e2e.conftest import Stack
from tests.e2e.shelves import (
    CHANNELS,
    FILMS,
    IN_2160P,
    PROGRAMMES,
    SHOWS,
    TRACKS,
    told_libraries,
)
from tests.e2e.viewers import asking, wait_until_told

RUN = UUID("01980000-0000-7000-8000-000000000000")
DAYS = 42
STEPS = 14
SIGNS_OF_LIFE = timedelta(minutes=9)

_2160P = Stream("direct_play", "mkv", "hevc", "eac3", "2160p", 18_000)
_1080P = Stream("direct_play", "mkv", "h264", "aac", "1080p", 8_000)
_BROADCAST = Stream("direct_stream", "mpegts", "h264", "ac3", "1080p", 6_500)
_FLAC = Stream("direct_play", "flac", None, "flac", None, 950)


@dataclass(frozen=True, slots=True)
class Habit:
    """What somebody does of an evening.

    Attributes:
        hour: at which they usually begin, in UTC.
        evenings: of ten, how many.
    """

    person: Person
    device: Device
    address: str
    choice: tuple[Item, ...]
    hour: int
    evenings: int


HABITS = (
    Habit(Person("Maris"), television("dual-tv"), networks.MANCHESTER, SHOWS, 19, 8),
    Habit(Person("Maris"), phone("dual-phone"), networks.MANCHESTER, FILMS, 21, 4),
    Habit(Person("Tobin"), speaker("dual-speaker"), networks.MANCHESTER, TRACKS, 8, 9),
    Habit(Person("Tobin"), laptop("dual-laptop"), networks.MANCHESTER, FILMS, 20, 5),
    Habit(Person("Jorin"), television("family-tv"), networks.BERLIN, FILMS, 18, 7),
    Habit(Person("Jorin"), tablet("family-kids"), networks.BERLIN, SHOWS, 16, 8),
    Habit(Person("Pella"), television("lan-tv"), networks.LAN_TV, CHANNELS, 17, 7),
    Habit(Person("Runa"), television("lan-bedroom", "Bedroom"), networks.LAN_TV, FILMS, 21, 6),
    Habit(Person("Brisa"), television("port-tv", "Loft"), networks.LEEDS, CHANNELS, 18, 6),
    Habit(Person("Brisa"), phone("port-phone"), networks.LEEDS, TRACKS, 7, 7),
    Habit(Person("Vesper"), television("vpn-tv"), networks.HAMBURG, FILMS, 20, 6),
    Habit(SHARER, television("sharer-tv"), networks.LONDON, SHOWS, 19, 8),
)
MADE = {
    "/api/v1/analytics/rules": {
        "name": "Two streams at once",
        "type": "concurrent_streams",
        "config": {"max_streams": 2},
        "mode": "live",
    },
    "/api/v1/admin/webhook-sources": {"name": "Cellar", "kind": "jellyfin"},
    "/api/v1/admin/keys": {"name": "Home Assistant", "role": "integration"},
}
"""What the household's administrator has made."""

# On these evenings, so many days ago, the sharer's friend watches as well.
FRIEND = (2, 4, 7, 9, 12, 15, 17, 20, 23)


def furnish(stack: Stack) -> str:
    """Play everything into a stack, and wait until it is counted.

    Returns:
        the key of an administrator who is one of the people, and so may open every page.
    """
    now = datetime.now(UTC)
    with asking(stack) as api, requests.Session() as session, Receiver() as receiver:
        for path, made in MADE.items():
            api.post(path, json=made).raise_for_status()
        _fill(stack, api, now)
        service = Service(Target(stack.url, stack.key, "", ""), session)
        service.create_channel("Doorbell", receiver.url)
        # The latest evening first: nobody seems to have been away.
        happened = [*evening(RUN, now).events, *weeks(now)]
        for start in range(0, len(happened), BATCH):
            service.record(happened[start : start + BATCH])
        service.start(arrival(RUN, now))
        _settle(api)
        learn(stack)
        wanted = {"name": "Maris", "role": "admin", "user_id": str(HABITS[0].person.user_id(RUN))}
        made = api.post("/api/v1/admin/keys", json=wanted).raise_for_status().json()
        return str(made["key"])


def _settle(api: httpx.Client) -> None:
    """Wait until the statistics count what was told, and the sharer's case is open."""
    plays = "/api/v1/analytics/stats/plays"
    wait_until_told(api, plays, lambda told: told["total"]["sessions"] > DAYS, window="month")
    wait_until_told(api, "/api/v1/analytics/violations", lambda told: told["data"])


def _fill(stack: Stack, api: httpx.Client, now: datetime) -> None:
    """Tell of libraries that grew, a step a few days; what they held is counted as of then."""
    for step in range(1, STEPS + 1):
        for path, params, lines in told_libraries(now, step / STEPS):
            api.post(path, params=params, content=lines).raise_for_status()
        ago = timedelta(days=DAYS * (STEPS - step) / STEPS)
        _run(_count(stack, (now - ago).date()))


async def _count(stack: Stack, day: date) -> None:
    async def work(connection: Connection) -> None:
        await holdings.take_marks(connection)
        await holdings.count_holdings(connection, today=day)

    async with _opened(stack) as (database, _):
        await database.run(work)


def learn(stack: Stack) -> None:
    """Learn where accounts live, and what libraries are played of, as is learned once an hour."""
    _run(_learn(stack))


async def _learn(stack: Stack) -> None:
    async with _opened(stack) as (database, settings):
        await learn_everybody(database, settings)
        await work_out(database)


def _run(work: Coroutine[object, object, None]) -> None:
    """Run something in a thread of its own: where a browser is open, this one has a loop."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, work).result()


@asynccontextmanager
async def _opened(stack: Stack) -> AsyncGenerator[tuple[Database, Settings]]:
    """Open the database of a stack."""
    postgres = EmbeddedPostgres(stack.data_dir)
    encryption_key = (stack.data_dir / "encryption.key").read_text(encoding="ascii").strip()
    settings = read_config(stack.environment).settings.model_copy(
        update={
            "revenge_database_url": SecretStr(postgres.dsn),
            "revenge_encryption_key": SecretStr(encryption_key),
        }
    )
    database = Database(settings)
    await database.open()
    try:
        yield database, settings
    finally:
        await database.close()


def weeks(now: datetime) -> list[Event]:
    """Return the events of all evenings but the last: the latest session first."""
    random = Random(DAYS)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    viewings = sorted((*_viewings(random), *_friend()), key=lambda viewing: viewing.start)
    return [
        event | _details(viewing) if event["event"] == "start" else event
        for viewing in reversed(viewings)
        for event in events(viewing, run=RUN, ends_at=midnight)
    ]


def _viewings(random: Random) -> Iterator[Viewing]:
    for day in range(DAYS, 0, -1):
        for habit in HABITS:
            if random.randrange(10) < habit.evenings:
                yield from _evening(habit, day, random)


def _evening(habit: Habit, day: int, random: Random) -> Iterator[Viewing]:
    """Yield one to three items after one another, most of them seen to the end."""
    minute = (habit.hour - 24 * day) * 60 + random.randrange(90)
    first = random.randrange(len(habit.choice))
    for item in (*habit.choice[first:], *habit.choice[:first])[: random.choice((1, 1, 2, 3))]:
        length = (item.length or timedelta(minutes=55)) / timedelta(minutes=1)
        lasted = length * random.choice((0.3, 0.97, 1, 1, 1))
        device = replace(habit.device, heartbeat=SIGNS_OF_LIFE)
        paused = ((lasted / 2, 4),) if random.randrange(3) == 0 and lasted > 20 else ()
        yield watch(
            habit.person,
            device,
            item,
            habit.address,
            start=minute,
            minutes=lasted,
            pauses=paused,
            stream=_stream(device, item),
        )
        minute += round(length) + 6
        if minute >= 0:
            return


def _friend() -> Iterator[Viewing]:
    for day in FRIEND:
        device = replace(phone("sharer-friend"), heartbeat=SIGNS_OF_LIFE)
        item = FILMS[day % len(FILMS)]
        yield watch(
            SHARER,
            device,
            item,
            networks.BERLIN_OTHER,
            start=(20 - 24 * day) * 60,
            minutes=90,
            stream=_stream(device, item),
        )


def _stream(device: Device, item: Item) -> Stream:
    """Return how an item reaches a device: what it cannot play is transcoded for it."""
    if item in TRACKS:
        return _FLAC
    whole = _BROADCAST if item in CHANNELS else _2160P if item in IN_2160P else _1080P
    if device.type == "Phone" or (whole is _2160P and device.type == "Computer"):
        return replace(whole, stream_type="transcode")
    return replace(whole, stream_type="direct_stream") if device.type == "Computer" else whole


def _details(viewing: Viewing) -> Event:
    """Return what is told besides of music, of television, and of what is transcoded."""
    if viewing.item in TRACKS:
        return {"artist": "Salt Roads", "album": "Harbour Lights"}
    said: Event = {}
    if viewing.item in CHANNELS:
        said = {
            "content_id": f"{viewing.item.content_id}-programme",
            "title": PROGRAMMES[viewing.item],
            "channel_id": viewing.item.content_id,
            "channel_title": viewing.item.title,
        }
    if viewing.stream.stream_type != "transcode":
        return said
    return said | {
        "video_decision": "transcode",
        "stream_resolution": "720p",
        "stream_video_codec": "h264",
        "stream_bitrate_kbps": 3_000,
        "transcode_reasons": "VideoResolutionNotSupported",
    }
