"""Libraries that a playback service tells of, line by line."""

import json
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

import httpx
import pytest

from tests.conftest import Function
from tests.servers.household import Household
from tests.servers.houses import machine
from tests.servers.machine import running

SCANS = "/api/v1/analytics/library/films/scans"
LIBRARIES = "/api/v1/analytics/libraries"
NDJSON = {"Content-Type": "application/x-ndjson"}

Json = dict[str, Any]
Shown = Callable[[], Awaitable[Json]]


def film(number: int, **more: Any) -> Json:
    file = {"id": "1", "path": f"/films/{number}.mkv", "size_bytes": 1_000, "video_codec": "hevc"}
    return {
        "id": f"m{number}",
        "content_type": "movie",
        "title": f"F {number}",
        "files": [file],
    } | more


def lines(items: Iterable[object]) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


@pytest.fixture
def only_library(functions: Callable[[str], Function], api: Function) -> Shown:
    """Return what has libraries counted, and shows the only one."""

    async def counted() -> Json:
        assert (await functions("aggregate_stats").job("/holdings")).status_code == 200
        answer = await api.call("GET", LIBRARIES)
        assert answer.status_code == 200, answer.text
        [library] = answer.json()["data"]
        return library

    return counted


async def tell(ingest: Function, body: Any, **parameters: str) -> httpx.Response:
    return await ingest.call("POST", SCANS, content=body, params=parameters, headers=NDJSON)


async def test_what_is_told_is_there(ingest: Function, only_library: Shown) -> None:
    answer = await tell(ingest, lines(map(film, range(3))), name="Films", holds="movies")
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["state"], said["read"], said["changed"]) == ("done", 3, 3)
    library = await only_library()
    assert (library["id"], library["name"], library["kind"]) == ("films", "Films", "movies")
    assert (library["items"], library["files"], library["size_bytes"]) == (3, 3, 3_000)
    assert library["scan"]["state"] == "done"


async def test_what_is_said_of_a_known_library_is_so_from_then_on(
    ingest: Function, only_library: Shown
) -> None:
    await tell(ingest, lines([film(1)]))
    said = {"server_id": "main", "name": "Films", "holds": "movies"}
    for parameters in (said, {}):
        await tell(ingest, lines([film(1)]), **parameters)
        library = await only_library()
        assert (library["server_id"], library["name"], library["kind"]) == (
            "main", "Films", "movies",
        )  # fmt: skip


async def test_what_a_media_server_says_of_its_library_is_not_overruled(
    home: Household, functions: Callable[[str], Function]
) -> None:
    server = machine("plex")
    async with running(server):
        await home.connect(server)
        await home.poll(after=0)
        await home.scan()
    before = {row["id"]: row for row in await home.libraries()}
    for library in before:
        answer = await functions("ingest_session").call(
            "POST",
            SCANS.replace("films", library),
            params={"kind": "delta", "server_id": "main", "name": "Mine", "holds": "books"},
            headers=NDJSON,
        )
        assert answer.status_code == 200, answer.text
    for row in await home.libraries():
        same = ("server_id", "name", "kind", "media_server_id")
        assert [row[name] for name in same] == [before[row["id"]][name] for name in same]


async def test_the_same_again_changes_nothing(ingest: Function) -> None:
    await tell(ingest, lines(map(film, range(3))))
    assert (await tell(ingest, lines(map(film, range(3))))).json()["changed"] == 0


async def test_what_two_full_scans_leave_out_is_gone(ingest: Function, only_library: Shown) -> None:
    await tell(ingest, lines(map(film, range(10))))
    left = lines(map(film, range(8)))
    assert (await tell(ingest, left)).json()["missing"] == 2
    assert (await only_library())["items"] == 10
    assert (await tell(ingest, left)).json()["gone"] == 2
    assert (await only_library())["items"] == 8


async def test_a_delta_takes_nothing_away(ingest: Function, only_library: Shown) -> None:
    await tell(ingest, lines(map(film, range(10))))
    for _ in range(3):
        said = (await tell(ingest, lines([film(3, title="New")]), kind="delta")).json()
        assert (said["missing"], said["gone"]) == (0, 0)
    assert (await only_library())["items"] == 10


async def test_a_line_that_is_not_understood_spoils_no_other_and_takes_nothing_away(
    ingest: Function, only_library: Shown
) -> None:
    await tell(ingest, lines(map(film, range(10))))
    body = lines([film(1), {"id": "m2"}]) + b"{half\n\n" + lines([film(3, colour="red")])
    answer = await tell(ingest, body)
    said = answer.json()
    assert (answer.status_code, said["read"], said["rejected"]) == (207, 1, 3)
    assert [problem["line"] for problem in said["problems"]] == [2, 3, 5]
    assert "content_type" in said["problems"][0]["problem"]
    assert (said["state"], said["missing"]) == ("suspicious", 0)
    assert (await only_library())["items"] == 10


async def test_a_size_that_no_file_has_is_refused_and_stops_no_counting(
    ingest: Function, only_library: Shown
) -> None:
    absurd = {"id": "1", "path": "/films/2.mkv", "size_bytes": 2**63 - 1}
    answer = await tell(ingest, lines([film(1), film(2, files=[absurd])]))
    said = answer.json()
    assert (answer.status_code, said["rejected"]) == (207, 1)
    assert "size_bytes" in said["problems"][0]["problem"]
    library = await only_library()
    assert (library["items"], library["size_bytes"]) == (1, 1_000)


async def test_two_files_of_one_id_are_refused_and_none_is_dropped_unsaid(
    ingest: Function, only_library: Shown
) -> None:
    twice = [{"id": "1", "path": f"/films/2 cd{n}.mkv", "size_bytes": 700} for n in (1, 2)]
    answer = await tell(ingest, lines([film(1), film(2, files=twice), film(3)]))
    said = answer.json()
    assert (answer.status_code, said["rejected"]) == (207, 1)
    [problem] = said["problems"]
    assert problem == {"line": 2, "problem": "files: must have an id each: two have the same"}
    assert (await only_library())["files"] == 2


async def test_an_item_told_twice_is_one(ingest: Function, only_library: Shown) -> None:
    await tell(ingest, lines([film(1), film(1, title="Later")]))
    assert (await only_library())["items"] == 1


async def test_the_last_line_needs_no_end_and_nothing_at_all_is_an_empty_library(
    ingest: Function, only_library: Shown
) -> None:
    assert (await tell(ingest, b"")).json()["read"] == 0
    assert (await tell(ingest, lines([film(1)]).rstrip())).json()["read"] == 1
    assert (await only_library())["items"] == 1


async def test_a_stream_that_breaks_off_takes_nothing_away_and_can_be_sent_again(
    ingest: Function, only_library: Shown
) -> None:
    await tell(ingest, lines(map(film, range(10))))

    async def broken() -> AsyncIterator[bytes]:
        yield lines([film(1)])
        yield b"x" * 600_000

    answer = await tell(ingest, broken())
    assert (answer.status_code, answer.json()["code"]) == (422, "line_too_long")
    library = await only_library()
    assert (library["items"], library["scan"]["state"]) == (10, "abandoned")
    assert (await tell(ingest, lines(map(film, range(10))))).json()["missing"] == 0


async def test_a_large_library_is_taken_in_bounded_memory(
    ingest: Function, only_library: Shown
) -> None:
    async def body() -> AsyncIterator[bytes]:
        for start in range(0, 20_000, 100):
            yield lines(film(n) for n in range(start, start + 100))

    tracemalloc.start()
    answer = await tell(ingest, body())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.json()["read"] == 20_000
    assert peak < 40 * 2**20
    assert (await only_library())["items"] == 20_000


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"kind": "some"}, "kind"), ({"holds": "gold"}, "holds"), ({"what": "x"}, "what")],
)
async def test_wrong_parameters_are_refused(
    ingest: Function, parameters: dict[str, str], field: str
) -> None:
    answer = await tell(ingest, b"", **parameters)
    assert (answer.status_code, field in answer.text) == (422, True)


async def test_it_takes_a_producers_permission(ingest: Function) -> None:
    ingest.key = "rva_nobody"
    assert (await tell(ingest, b"")).status_code == 401
