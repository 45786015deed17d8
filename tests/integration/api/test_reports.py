"""Reports over HTTP: made by the job, listed and read, and made anew when late events come."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.domain.statistics.summary import Span
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import KEYS, SESSIONS, Json, ago, read, start

MINE = "/api/v1/users/me/reports"
SERVER = "/api/v1/admin/analytics/reports"
JOB = "/reports"

# A day whose week and month are over, and whose sessions are kept.
DAY = (datetime.now(UTC) - timedelta(days=40)).replace(hour=12, minute=0, second=0, microsecond=0)


def reports_of(user_id: str) -> str:
    return f"/api/v1/analytics/users/{user_id}/reports"


class House:
    """A server whose jobs run when asked."""

    def __init__(self, functions: Callable[[str], Function]) -> None:
        self.ingest = functions("ingest_session")
        self.jobs = functions("aggregate_stats")

    async def watch(self, user_id: str, minutes: int, **said: object) -> str:
        """Let somebody watch on that day; return the session's id."""
        session = await start(
            self.ingest,
            user_id=user_id,
            started_at=DAY.isoformat(),
            event_at=DAY.isoformat(),
            **said,
        )
        ended_at = (DAY + timedelta(minutes=minutes)).isoformat()
        answer = await self.ingest.call(
            "POST", f"{SESSIONS}/{session['id']}/stop", json={"event_at": ended_at}
        )
        assert answer.status_code == 200, answer.text
        return session["id"]

    async def report(self) -> Json:
        """Count what is new, and make reports; return what was made."""
        await self.jobs.job("/recent")
        answer = await self.jobs.job(JOB)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def house(functions: Callable[[str], Function]) -> House:
    return House(functions)


async def test_a_day_that_is_over_is_reported_of_who_watched_and_of_everybody(
    api: Function, house: House
) -> None:
    user_id = str(uuid4())
    await house.watch(user_id, 30, content_id="film", title="A film")
    assert (await house.report())["days"] == 1
    for path in (reports_of(user_id), SERVER):
        listed = await read(api, path, params={"span": "day"})
        [row] = listed["data"]
        assert (row["span"], row["start"]) == ("day", str(DAY.date()))
        assert (row["total"]["plays"], row["total"]["watched_seconds"]) == (1, 1800)
        report = await read(api, f"{path}/day/{DAY.date()}")
        assert report["made_at"] == row["made_at"]
        assert report["summary"]["total"] == row["total"]
        assert report["summary"]["first_play"]["title"] == "A film"


async def test_a_report_is_made_once_and_anew_when_a_late_event_changes_it(
    api: Function, house: House
) -> None:
    user_id = str(uuid4())
    await house.watch(user_id, 30)
    made = await house.report()
    assert made["made"] >= 2
    assert await house.report() == {"days": 0, "made": 0}
    first = await read(api, f"{reports_of(user_id)}/day/{DAY.date()}")
    await house.watch(user_id, 15, content_id="m2")
    await house.report()
    second = await read(api, f"{reports_of(user_id)}/day/{DAY.date()}")
    assert second["summary"]["total"]["watched_seconds"] == 2700
    assert second["made_at"] > first["made_at"]


async def test_a_report_of_which_nothing_is_left_is_removed(api: Function, house: House) -> None:
    user_id = str(uuid4())
    session_id = await house.watch(user_id, 30)
    await house.report()
    assert (await api.call("DELETE", f"{SESSIONS}/{session_id}")).status_code == 204
    await house.report()
    for path in (reports_of(user_id), SERVER):
        assert (await read(api, path))["data"] == []
        answer = await api.call("GET", f"{path}/day/{DAY.date()}")
        assert (answer.status_code, answer.json()["code"]) == (404, "report_not_found")


async def test_the_present_day_is_reported_when_it_is_over(api: Function, house: House) -> None:
    user_id = (await start(house.ingest))["user_id"]
    await house.report()
    today = str(datetime.now(UTC).date())
    assert all(row["start"] != today for row in (await read(api, reports_of(user_id)))["data"])


async def test_any_day_of_a_week_names_its_report(api: Function, house: House) -> None:
    user_id = str(uuid4())
    await house.watch(user_id, 30)
    await house.report()
    for span in (Span.WEEK, Span.MONTH):
        report = await read(api, f"{reports_of(user_id)}/{span}/{DAY.date()}")
        assert report["summary"]["start"] == str(span.start(DAY.date()))
        assert [day["start"] for day in report["summary"]["course"]] == [str(DAY.date())]


async def test_a_review_of_everybody_is_what_the_job_kept(api: Function, house: House) -> None:
    await house.watch(str(uuid4()), 30)
    await house.report()
    view = await read(api, "/api/v1/admin/analytics/review", params={"year": DAY.year})
    again = await read(api, "/api/v1/admin/analytics/review", params={"year": DAY.year})
    assert view["made_at"] == again["made_at"]
    assert view["summary"]["total"]["plays"] == 1
    listed = await read(api, SERVER, params={"span": "year"})
    assert bool(listed["data"]) is view["is_over"]


async def test_the_running_year_is_no_report_yet_but_can_be_reviewed(
    api: Function, house: House
) -> None:
    await start(house.ingest, started_at=ago(0), event_at=ago(0))
    await house.report()
    view = await read(api, "/api/v1/admin/analytics/review")
    assert view["made_at"] == (await read(api, "/api/v1/admin/analytics/review"))["made_at"]
    assert (view["is_over"], view["summary"]["total"]["sessions"]) == (False, 1)
    answer = await api.call("GET", f"{SERVER}/year/{datetime.now(UTC).date()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "report_not_found")


async def test_reports_are_walked_by_cursor_and_given_as_a_file(
    api: Function, house: House
) -> None:
    user_id = str(uuid4())
    await house.watch(user_id, 30)
    await house.report()
    path = reports_of(user_id)
    rows: list[Any] = []
    page: Json = {"page": {"next_cursor": ""}}
    while (cursor := page["page"]["next_cursor"]) is not None:
        asked = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = await read(api, path, params=asked)
        rows += page["data"]
    assert rows == (await read(api, path))["data"]
    file = await api.call("GET", path, params={"format": "ndjson"})
    assert len(file.text.splitlines()) == len(rows)


async def test_members_read_their_own_reports_alone(
    api: Function, house: House, caller: CallerWith
) -> None:
    user_id = str(uuid4())
    await house.watch(user_id, 30)
    await house.report()
    made = await api.call(
        "POST", KEYS, json={"name": "ada's", "role": "member", "user_id": user_id}
    )
    member = {"Authorization": f"Bearer {made.json()['key']}"}
    day = f"day/{DAY.date()}"
    assert (await read(api, f"{MINE}/{day}", headers=member))["summary"]["user_id"] == user_id
    assert (await read(api, MINE, headers=member))["data"]
    for path in (reports_of(user_id), SERVER):
        assert (await api.call("GET", path, headers=member)).status_code == 403
        assert (await api.call("GET", f"{path}/{day}", headers=member)).status_code == 403
    assert (await api.call("GET", MINE, headers=await caller("viewer"))).status_code == 403


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (SERVER, {"span": "decade"}),
        (SERVER, {"cursor": "x"}),
        (SERVER, {"limit": "0"}),
        (f"{SERVER}/decade/2026-01-01", {}),
        (f"{SERVER}/day/yesterday", {}),
        (f"{SERVER}/day/2026-02-30", {}),
        (f"{SERVER}/day/0", {}),
    ],
    ids=lambda part: str(part)[-30:],
)
async def test_what_no_report_is_of_is_refused(
    api: Function, path: str, asked: dict[str, str]
) -> None:
    assert (await api.call("GET", path, params=asked)).status_code == 422
