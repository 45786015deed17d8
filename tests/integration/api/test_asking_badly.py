"""Whatever is asked of statistics: what makes no sense is refused, and of nothing there is zero."""

from typing import Any
from uuid import UUID

import pytest

from tests.conftest import Function
from tests.integration.api.scenes import read

API = "/api/v1"
STATS = f"{API}/analytics/stats"
ADMIN = f"{API}/admin/analytics"
TRENDING = f"{API}/analytics/trending"
SOMEBODY = f"{API}/analytics/sessions/user/{UUID(int=7)}"

FILTERED = (
    f"{STATS}/daily",
    f"{STATS}/plays",
    f"{STATS}/streams",
    f"{STATS}/devices",
    f"{STATS}/geo",
    f"{STATS}/bandwidth",
    f"{STATS}/compatibility",
    f"{STATS}/concurrency",
    f"{STATS}/patterns",
    f"{API}/analytics/popular",
    f"{ADMIN}/overview",
    f"{ADMIN}/popular",
    f"{ADMIN}/users",
)
PERIODS = (
    *FILTERED,
    SOMEBODY,
)
PAGES = (f"{ADMIN}/media/item/film", f"{ADMIN}/contents/show/s")
CUT = (f"{STATS}/plays", f"{STATS}/bandwidth", f"{STATS}/concurrency", SOMEBODY)


async def refused(api: Function, path: str, **parameters: Any) -> list[str]:
    """Return the fields that a refusal names."""
    answer = await api.call("GET", path, params=parameters)
    assert answer.status_code == 422, (path, parameters, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("path", PERIODS)
async def test_a_time_that_makes_no_sense_is_refused_by_the_field(api: Function, path: str) -> None:
    assert await refused(api, path, tz="Europe/Atlantis") == ["tz"]
    assert await refused(api, path, window="fortnight") == ["window"]
    assert await refused(api, path, start="2026-02-01", end="2026-01-01") == ["end"]
    assert await refused(api, path, start="2026-01-01", end="2026-01-01") == ["end"]
    assert await refused(api, path, start="2199-01-01") == ["start"]
    assert await refused(api, path, window="day", end="2026-01-01") == ["end"]
    assert await refused(api, path, start="1906-01-01", end="2026-01-01") == ["start"]
    assert await refused(api, path, start="yesterday") == ["start"]
    assert await refused(api, path, start="2026-01-01T00:07:00Z") == ["start"]
    assert await refused(api, path, genre="noir") == ["genre"]


async def test_what_is_on_the_rise_is_of_a_month_at_most(api: Function) -> None:
    assert await refused(api, TRENDING, tz="Europe/Atlantis") == ["tz"]
    answer = await api.call("GET", TRENDING, params={"window": "year"})
    said = [{"field": "window", "message": "Input should be 'day', 'week' or 'month'"}]
    assert (answer.status_code, answer.json()["errors"]) == (422, said)
    assert await refused(api, TRENDING, start="2026-02-01", end="2026-01-01") == ["end"]
    assert await refused(api, TRENDING, start="2026-01-01T00:07:00Z") == ["start"]
    assert await refused(api, TRENDING, start="2026-01-01", end="2026-02-02") == ["start"]
    in_autumn = {"start": "2026-10-01", "end": "2026-11-01", "tz": "Europe/Vienna"}
    assert (await read(api, TRENDING, params=in_autumn))["data"] == []


@pytest.mark.parametrize("path", [*FILTERED, *PAGES, TRENDING])
async def test_a_filter_of_too_much_or_of_nonsense_is_refused_by_the_field(
    api: Function, path: str
) -> None:
    many = [str(UUID(int=number)) for number in range(1_000)]
    assert await refused(api, path, users=many) == ["users"]
    assert await refused(api, path, libraries=["1"] * 5_000) == ["libraries"]
    assert await refused(api, path, devices=["tv"] * 101) == ["devices"]
    assert (await refused(api, path, users="ada"))[0].startswith("users")
    assert (await refused(api, path, stream_types="magic"))[0].startswith("stream_types")
    assert (await refused(api, path, locations="moon"))[0].startswith("locations")
    assert (await refused(api, path, countries="XX"))[0].startswith("countries")
    assert (await refused(api, path, groups="a\x00b"))[0].startswith("groups")


async def test_what_is_of_one_person_is_narrowed_by_all_but_people(api: Function) -> None:
    assert await refused(api, SOMEBODY, users=str(UUID(int=7))) == ["users"]
    assert await refused(api, SOMEBODY, groups="family") == ["groups"]
    assert (await refused(api, SOMEBODY, countries="XX"))[0].startswith("countries")
    assert await refused(api, SOMEBODY, content_types=["movie"] * 101) == ["content_types"]


@pytest.mark.parametrize("path", CUT)
async def test_too_many_parts_are_refused(api: Function, path: str) -> None:
    assert await refused(api, path, start="2020-01-01", interval="hour") == ["interval"]
    assert await refused(api, path, interval="minute") == ["interval"]


@pytest.mark.parametrize("path", PERIODS)
@pytest.mark.parametrize("window", ["day", "year", "all"])
async def test_of_an_empty_database_every_answer_is_well_formed(
    api: Function, path: str, window: str
) -> None:
    view = await read(api, path, params={"window": window, "tz": "Australia/Lord_Howe"})
    assert view.get("data", []) == []
    assert all(not figure for figure in view.get("total", {}).values())


async def test_of_an_empty_database_nothing_is_on_the_rise_or_was_played_on_any_day(
    api: Function,
) -> None:
    for path in (TRENDING, f"{STATS}/daily"):
        assert (await read(api, path))["data"] == []
