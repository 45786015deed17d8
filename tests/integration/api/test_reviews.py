"""Years in review over HTTP: one's own, another person's and everybody's."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import KEYS, ago, read, start, stop

MINE = "/api/v1/users/me/review"
SERVER = "/api/v1/admin/analytics/review"
YEAR = datetime.now(UTC).year


def review_of(user_id: str) -> str:
    return f"/api/v1/analytics/users/{user_id}/review"


async def watch(ingest: Function, user_id: str, minutes: float, **said: object) -> None:
    """Let somebody watch until a minute ago."""
    at = ago(minutes)
    session = await start(ingest, user_id=user_id, started_at=at, event_at=at, **said)
    await stop(ingest, session["id"], 0)


async def test_a_year_tells_what_was_watched_when_and_beside_others(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> None:
    ada, bob = str(uuid4()), str(uuid4())
    await watch(ingest, ada, 20, content_id="film", title="A film", device_name="Living room")
    await watch(ingest, bob, 5, user_name="bob")
    await functions("aggregate_stats").job("/recent")
    view = await read(api, review_of(ada), params={"year": YEAR})
    summary = view["summary"]
    assert (view["year"], view["is_over"], summary["span"]) == (YEAR, False, "year")
    assert (summary["total"]["plays"], summary["before"]["plays"]) == (1, 0)
    assert summary["change_of_plays"] is None
    assert summary["first_play"] == summary["last_play"]
    assert summary["first_play"]["title"] == "A film"
    assert summary["devices"][0]["name"] == "Living room"
    assert view["standing"]["people"] == 2
    assert view["standing"]["watched_more_than"] == 1
    assert view["standing"]["share_of_watch_time"] == pytest.approx(0.8, abs=0.05)
    everybody = (await read(api, SERVER))["summary"]
    assert (everybody["people"]["active"], everybody["people"]["new"]) == (2, 2)
    assert [one["name"] for one in everybody["people"]["top"]] == ["ada", "bob"]
    assert everybody["peak"]["streams"] == 2


async def test_a_year_in_another_zone_has_no_standing(api: Function, ingest: Function) -> None:
    user_id = (await start(ingest))["user_id"]
    view = await read(api, review_of(user_id), params={"tz": "Asia/Kathmandu"})
    assert view["standing"] is None
    assert view["summary"]["period"]["tz"] == "Asia/Kathmandu"


async def test_adult_content_is_in_no_review(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> None:
    user_id = str(uuid4())
    await watch(ingest, user_id, 10, content_type="qar.scene")
    await functions("aggregate_stats").job("/recent")
    for path in (review_of(user_id), SERVER):
        summary = (await read(api, path))["summary"]
        assert (summary["total"]["sessions"], summary["peak"]) == (0, None)
        assert summary["first_play"] is None
        assert summary["favourites"]["items"] == []


async def test_members_see_their_own_year_alone(
    api: Function, ingest: Function, caller: CallerWith
) -> None:
    user_id = (await start(ingest))["user_id"]
    made = await api.call(
        "POST", KEYS, json={"name": "ada's", "role": "member", "user_id": user_id}
    )
    member = {"Authorization": f"Bearer {made.json()['key']}"}
    assert (await read(api, MINE, headers=member))["summary"]["user_id"] == user_id
    for path in (review_of(user_id), review_of(str(uuid4())), SERVER):
        assert (await api.call("GET", path, headers=member)).status_code == 403
    assert (await api.call("GET", MINE, headers=await caller("viewer"))).status_code == 403


async def test_of_nothing_a_review_is_empty_and_well_formed(api: Function) -> None:
    for path in (review_of(str(uuid4())), SERVER):
        for year in (2000, YEAR, 2200):
            view = await read(api, path, params={"year": year})
            summary = view["summary"]
            assert (summary["total"]["sessions"], summary["course"]) == (0, [])
            assert summary["habits"]["longest_streak"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("year", "1999"), ("year", "2201"), ("year", "last"), ("tz", "Mars"), ("format", "csv")],
)
async def test_what_cannot_be_reviewed_is_refused_by_the_field(
    api: Function, name: str, value: str
) -> None:
    answer = await api.call("GET", SERVER, params={name: value})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [name]
