"""Limits as callers meet them: said on every answer, held over instances, harder on failures."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.keys import new_api_key
from shared.domain.limits import Allowance
from shared.domain.permissions import Caller
from shared.services.limits import Limits
from shared.settings import Settings
from shared.settings import settings as current_settings
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.api.scenes import SESSIONS, start

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SESSION = "/api/v1/session"
READER = Caller("key:reader", frozenset())


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch, api: Function) -> Function:
    """Return the api where little is allowed."""
    monkeypatch.setenv("ANALYTICS_LIMIT_REQUESTS_PER_MINUTE", "3")
    monkeypatch.setenv("ANALYTICS_LIMIT_FAILURES_PER_MINUTE", "2")
    monkeypatch.setenv("ANALYTICS_LIMIT_FAILED_SIGN_INS", "2")
    current_settings.cache_clear()
    return api


def limits(
    settings: Settings, database: Database, quota: int, seconds: Callable[[], float] = float
) -> Limits:
    """Return limits of an instance, so many seconds after noon."""
    said = dict(settings) | {
        "analytics_limit_requests_per_minute": quota,
        "analytics_limit_failed_sign_ins": quota,
    }
    return Limits(
        Settings.model_validate(said), database, lambda: NOON + timedelta(seconds=seconds())
    )


async def test_an_answer_says_what_is_left(api: Function) -> None:
    answer = await api.call("GET", SESSIONS)
    assert answer.headers["ratelimit-policy"] == '"requests";q=6000;w=60'
    assert answer.headers["ratelimit"].startswith('"requests";r=5999;t=')
    missing = await api.call("GET", f"{SESSIONS}/{'0' * 8}-0000-7000-8000-{'0' * 12}")
    assert missing.status_code == 404
    assert missing.headers["ratelimit"].startswith('"requests";r=5998;t=')


async def test_more_than_is_allowed_is_refused_until_the_window_is_over(
    limited: Function,
) -> None:
    answers = [await limited.call("GET", SESSIONS) for _ in range(9)]
    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.json()["code"] == "rate_limited"
    assert 60 <= int(refused.headers["retry-after"]) <= 70
    assert refused.headers["ratelimit"].startswith('"requests";r=0;t=')
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 6


@pytest.mark.usefixtures("limited")
async def test_recording_is_never_refused_for_its_number(
    functions: Callable[[str], Function],
) -> None:
    ingest = functions("ingest_session")
    for _ in range(8):
        await start(ingest)


async def test_keys_that_open_nothing_are_counted_and_those_that_do_still_do(
    limited: Function,
) -> None:
    wrong = {"Authorization": f"Bearer {new_api_key()}"}
    answers = [await limited.call("GET", SESSIONS, headers=wrong) for _ in range(7)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert (await limited.call("GET", SESSIONS)).status_code == 200


async def test_after_failed_sign_ins_not_even_a_right_one_is_looked_at(
    limited: Function,
) -> None:
    async def attempt(credential: str) -> int:
        answer = await limited.call(
            "POST", SESSION, json={"credential": credential}, headers={"Authorization": ""}
        )
        return answer.status_code

    for _ in range(5):
        assert await attempt(limited.key) == 201  # successes cost nothing
    failed = [await attempt(new_api_key()) for _ in range(5)]
    assert failed[0] == 401
    assert failed[-1] == 429
    assert await attempt(limited.key) == 429


async def test_two_instances_hold_one_limit(settings: Settings, database: Database) -> None:
    instances = [limits(settings, database, 50) for _ in range(2)]
    passed = 0
    for number in range(200):
        allowance = await instances[number % 2].request(READER)
        assert allowance is not None
        passed += not allowance.is_spent
    assert 50 <= passed <= 55


async def test_failed_sign_ins_are_counted_exactly_by_address_and_home(
    settings: Settings, database: Database
) -> None:
    instances = [limits(settings, database, 4) for _ in range(2)]
    in_one_home = [f"2001:db8::{number}" for number in range(8)]
    spent = [
        (await instances[number % 2].sign_in(address)).is_spent
        for number, address in enumerate(in_one_home)
    ]
    assert spent == [False] * 4 + [True] * 4
    assert not (await instances[0].sign_in("2001:db8:0:1::1")).is_spent


async def test_no_instance_lets_anybody_begin_anew_at_the_edge_of_a_minute(
    settings: Settings, database: Database
) -> None:
    refused = {}
    for second in (59, 61, 119, 130):
        instance = limits(settings, database, 20, lambda at=second: at)
        allowances = [await instance.request(READER) for _ in range(30)]
        refused[second] = sum(a is not None and a.is_spent for a in allowances)
    # What others count an instance hears with its second use, a tenth of the limit.
    assert refused == {59: 10, 61: 29, 119: 29, 130: 12}


async def test_who_waits_as_long_as_told_is_let_through(
    settings: Settings, database: Database
) -> None:
    seconds = 0.0
    instance = limits(settings, database, 2, lambda: seconds)

    async def ask() -> Allowance:
        allowance = await instance.request(READER)
        assert allowance is not None
        return allowance

    assert not (await ask()).is_spent
    seconds = 25
    assert not (await ask()).is_spent
    seconds = 40
    refused = await ask()
    assert (refused.is_spent, refused.more_in) == (True, timedelta(seconds=30))
    seconds = 69
    assert (await ask()).is_spent
    seconds = 70
    assert not (await ask()).is_spent
    assert (await ask()).is_spent


async def test_a_sign_in_that_did_not_fail_is_given_back_where_it_was_counted(
    settings: Settings, database: Database
) -> None:
    seconds = 0.0
    instance = limits(settings, database, 1, lambda: seconds)
    attempt = await instance.sign_in(None)
    seconds = 200  # another part of the quarter of an hour
    await instance.did_not_fail(None, attempt)
    assert not (await instance.sign_in(None)).is_spent
    seconds = 1000  # the first part counts no more, the second does
    assert (await instance.sign_in(None)).is_spent


async def test_far_from_its_limit_nobody_asks_the_database(settings: Settings) -> None:
    instance = limits(settings, Database(settings), 1000)  # never opened
    for _ in range(90):
        allowance = await instance.request(READER)
        assert allowance is not None
        assert not allowance.is_spent


async def test_without_the_database_an_instance_counts_alone(settings: Settings) -> None:
    closed = Database(settings)
    await closed.open()
    await closed.close()
    instance = limits(settings, closed, 5)
    left = [await instance.request(READER) for _ in range(7)]
    assert [a is not None and a.is_spent for a in left] == [False] * 5 + [True] * 2


async def test_a_limit_of_zero_is_none(settings: Settings, database: Database) -> None:
    assert await limits(settings, database, 1).request(READER) is not None
    said = dict(settings) | {"analytics_limit_requests_per_minute": 0}
    unlimited = Limits(Settings.model_validate(said), database, lambda: NOON)
    assert await unlimited.request(READER) is None
