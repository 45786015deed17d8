"""Scheduler and task queue: let in by secret, or by an ID token of a known account."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from shared import settings as settings_module
from shared.tasks.caller import caller_token
from tests.conftest import CALLER_SECRET, Function

ACCOUNT = "scheduler@example.iam.gserviceaccount.com"
AUDIENCE = "https://cleanup.example"


def id_token(**said: object) -> str:
    claims = {
        "aud": AUDIENCE,
        "email": ACCOUNT,
        "email_verified": True,
        "exp": datetime.now(UTC) + timedelta(minutes=5),
    }
    return jwt.encode(claims | said, "x" * 32, algorithm="HS256")


async def call(function: Function, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await function.client.post("/stale-sessions", headers=headers)).status_code


async def test_in_hmac_mode_a_token_opens_one_function_until_it_expires(
    functions: Callable[[str], Function],
) -> None:
    cleanup = functions("cleanup")
    assert await call(cleanup, caller_token("cleanup", CALLER_SECRET)) == 200
    assert await call(cleanup, caller_token("notify", CALLER_SECRET)) == 401
    assert await call(cleanup, caller_token("cleanup", "another-secret" * 3)) == 401
    gone = caller_token("cleanup", CALLER_SECRET, timedelta(seconds=-1))
    assert await call(cleanup, gone) == 401


@pytest.fixture
def iam(functions: Callable[[str], Function], monkeypatch: pytest.MonkeyPatch) -> Function:
    monkeypatch.setenv("ANALYTICS_CALLER_AUTH", "iam")
    monkeypatch.setenv("ANALYTICS_CALLER_ACCOUNTS", ACCOUNT)
    monkeypatch.setenv("ANALYTICS_CALLER_AUDIENCE", AUDIENCE)
    settings_module.settings.cache_clear()
    return functions("cleanup")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 200),
        ({"email": "somebody@example.com"}, 401),
        ({"email_verified": False}, 401),
        ({"aud": "https://elsewhere.example"}, 401),
        ({"exp": datetime.now(UTC) - timedelta(minutes=5)}, 401),
    ],
    ids=["known", "another account", "unverified", "another audience", "expired"],
)
async def test_in_iam_mode_the_claims_that_the_platform_checked_are_read(
    iam: Function, said: dict[str, Any], status: int
) -> None:
    assert await call(iam, id_token(**said)) == status


async def test_in_iam_mode_claims_are_not_taken_at_their_word_where_anybody_may_call(
    iam: Function, functions: Callable[[str], Function]
) -> None:
    forged = jwt.encode(jwt.decode(id_token(), options={"verify_signature": False}), "", "none")
    assert await call(iam, forged) == 200
    answer = await functions("ingest_session").client.post(
        "/poll", headers={"Authorization": f"Bearer {forged}"}
    )
    assert answer.status_code == 401


async def test_in_iam_mode_who_has_no_audience_is_let_in_nowhere_that_anybody_may_call(
    iam: Function, functions: Callable[[str], Function], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANALYTICS_CALLER_AUDIENCE")
    settings_module.settings.cache_clear()
    assert await call(iam, id_token(aud="https://elsewhere.example")) == 200
    answer = await functions("ingest_session").client.post(
        "/poll", headers={"Authorization": f"Bearer {id_token()}"}
    )
    assert (answer.status_code, answer.json()["detail"]) == (
        401,
        "Only the scheduler and the task queue may call this: ANALYTICS_CALLER_AUDIENCE is missing.",
    )


async def test_in_oidc_mode_a_token_that_google_did_not_sign_is_refused(
    functions: Callable[[str], Function], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANALYTICS_CALLER_AUTH", "oidc")
    monkeypatch.setenv("ANALYTICS_CALLER_ACCOUNTS", ACCOUNT)
    monkeypatch.setenv("ANALYTICS_CALLER_AUDIENCE", AUDIENCE)
    settings_module.settings.cache_clear()
    assert await call(functions("cleanup"), "not-even-a-token") == 401
