import socket
import time
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import uuid4

import grpc
import jwt
import pytest
from google.cloud.tasks_v2 import Task

from shared.settings import Settings
from shared.tasks.cloud_tasks import BOUND_SECONDS, CloudTasksNudges
from shared.tasks.nudges import nudger
from tests.conftest import CALLER_SECRET
from tests.integration.notify.queue_server import Queue, running_queue

NAME = "projects/p/locations/l/queues/q"


@pytest.fixture
async def queue() -> AsyncGenerator[Queue]:
    async with running_queue() as running:
        yield running


@pytest.fixture
async def nudges(queue: Queue) -> AsyncGenerator[Callable[..., CloudTasksNudges]]:
    made: list[CloudTasksNudges] = []

    def make(**changed: object) -> CloudTasksNudges:
        values: dict[str, object] = {
            "revenge_database_url": "postgresql://",
            "analytics_caller_auth": "hmac",
            "analytics_caller_secret": CALLER_SECRET,
            "analytics_tasks_queue": NAME,
            "analytics_tasks_detect_url": "https://detect.example/",
            "analytics_tasks_notify_url": "https://notify.example/base",
            "analytics_tasks_endpoint": queue.endpoint,
        } | changed
        nudges = nudger(Settings.model_validate(values))
        assert isinstance(nudges, CloudTasksNudges)
        made.append(nudges)
        return nudges

    yield make
    for each in made:
        await each.close()


Make = Callable[..., CloudTasksNudges]


def scheduled(task: Task) -> datetime:
    # The client's types say protobuf's Timestamp; what it gives is a datetime.
    return cast("datetime", task.schedule_time)


async def test_users_are_posted_to_detect_sharing_at_once(queue: Queue, nudges: Make) -> None:
    users = [uuid4(), uuid4()]
    await nudges().detect(users)
    assert {task.http_request.url for task in queue.tasks} == {
        f"https://detect.example/users/{user}" for user in users
    }
    assert {request.parent for request in queue.requests} == {NAME}
    assert {task.http_request.http_method.name for task in queue.tasks} == {"POST"}
    assert [task.schedule_time for task in queue.tasks] == [None, None]


async def test_the_same_user_can_be_nudged_again_and_again(queue: Queue, nudges: Make) -> None:
    user, sender = uuid4(), nudges()
    for _ in range(3):
        await sender.detect([user])
    assert [task.name for task in queue.tasks] == ["", "", ""]


async def test_what_ripens_is_looked_at_when_it_does(queue: Queue, nudges: Make) -> None:
    at = datetime.now(UTC) + timedelta(minutes=7)
    await nudges().detect([uuid4()], at=at)
    [task] = queue.tasks
    assert scheduled(task) == at


async def test_a_time_further_ahead_than_a_queue_takes_is_brought_nearer(
    queue: Queue, nudges: Make
) -> None:
    await nudges().detect([uuid4()], at=datetime.now(UTC) + timedelta(days=90))
    [task] = queue.tasks
    assert scheduled(task) < datetime.now(UTC) + timedelta(days=30)


async def test_a_backtest_is_posted_to_detect_sharing(queue: Queue, nudges: Make) -> None:
    backtest_id = uuid4()
    await nudges().backtest(backtest_id)
    [task] = queue.tasks
    assert task.http_request.url == f"https://detect.example/backtests/{backtest_id}"


async def test_deliveries_are_posted_to_notify(queue: Queue, nudges: Make) -> None:
    delivery_id = uuid4()
    await nudges().deliver([delivery_id])
    [task] = queue.tasks
    assert task.http_request.url == f"https://notify.example/base/deliveries/{delivery_id}"


async def test_an_action_is_posted_to_notify_for_when_its_delay_is_over(
    queue: Queue, nudges: Make
) -> None:
    action_id, at = uuid4(), datetime.now(UTC) + timedelta(seconds=300)
    await nudges().act([action_id], at=at)
    [task] = queue.tasks
    assert task.http_request.url == f"https://notify.example/base/actions/{action_id}"
    assert scheduled(task) == at


@pytest.mark.parametrize(
    ("send", "audience"),
    [("detect", "detect_sharing"), ("deliver", "notify"), ("act", "notify")],
)
async def test_in_hmac_mode_a_task_carries_a_token_for_its_function(
    queue: Queue, nudges: Make, send: str, audience: str
) -> None:
    await getattr(nudges(), send)([uuid4()])
    [task] = queue.tasks
    scheme, _, token = task.http_request.headers["Authorization"].partition(" ")
    assert scheme == "Bearer"
    jwt.decode(token, CALLER_SECRET, algorithms=["HS256"], audience=audience)


@pytest.mark.parametrize(
    ("mode", "audience", "expected"),
    [("oidc", "the-audience", "the-audience"), ("iam", None, "https://detect.example")],
)
async def test_in_other_modes_a_task_carries_an_id_token(
    queue: Queue, nudges: Make, mode: str, audience: str | None, expected: str
) -> None:
    sender = nudges(
        analytics_caller_auth=mode,
        analytics_caller_audience=audience,
        analytics_caller_accounts="tasks@example.org",
        analytics_tasks_service_account="tasks@example.org",
    )
    await sender.detect([uuid4()])
    [task] = queue.tasks
    assert task.http_request.oidc_token.service_account_email == "tasks@example.org"
    assert task.http_request.oidc_token.audience == expected
    assert "Authorization" not in task.http_request.headers


async def test_nothing_to_nudge_asks_nobody(queue: Queue, nudges: Make) -> None:
    await nudges().detect([])
    await nudges().deliver([])
    assert queue.requests == []


async def test_a_thousand_users_are_nudged_within_the_bound(queue: Queue, nudges: Make) -> None:
    await nudges().detect([uuid4() for _ in range(1_000)])
    assert len(queue.requests) == 1_000


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.PERMISSION_DENIED])
async def test_a_broken_queue_is_survived_and_left_alone_for_a_while(
    queue: Queue, nudges: Make, code: grpc.StatusCode
) -> None:
    queue.broken = code
    sender = nudges()
    await sender.detect([uuid4(), uuid4()])
    queue.broken = None
    await sender.deliver([uuid4()])
    assert queue.requests == []


async def test_a_queue_that_is_not_there_delays_nobody(nudges: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    began = time.monotonic()
    await nudges(analytics_tasks_endpoint=f"127.0.0.1:{port}").detect([uuid4()])
    assert time.monotonic() - began < BOUND_SECONDS + 0.5


async def test_a_queue_that_says_nothing_delays_by_the_bound_at_most(nudges: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        sender = nudges(analytics_tasks_endpoint=f"127.0.0.1:{server.getsockname()[1]}")
        began = time.monotonic()
        await sender.detect([uuid4()])
        assert time.monotonic() - began < BOUND_SECONDS + 0.5
        began = time.monotonic()
        await sender.deliver([uuid4()])
        assert time.monotonic() - began < 0.1
