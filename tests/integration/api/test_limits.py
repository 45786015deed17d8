"""Limits as callers meet them: said on every answer, held over instances, harder on failures."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.keys import new_api_key
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


def limits(settings: Settings, database: Database, quota: int, now: datetime = NOON) -> Limits:
    said = dict(settings) | {
        "analytics_limit_requests_per_minute": quota,
        "analytics_limit_failed_sign_ins": quota,
    }
    return Limits(Settings.model_validate(said), database, lambda: now)


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
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].startswith('"requests";r=0;t=')
    # A minute may end meanwhile, once.
    assert 3 <= sum(answer.status_code == 200 for answer in answers) <= 6


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


async def test_the_next_window_begins_anew(settings: Settings, database: Database) -> None:
    for minutes in range(3):
        instance = limits(settings, database, 2, NOON + timedelta(minutes=minutes))
        left = [await instance.request(READER) for _ in range(3)]
        assert [a is not None and a.is_spent for a in left] == [False, False, True]


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
