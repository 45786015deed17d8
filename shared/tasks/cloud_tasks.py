"""Nudges as Cloud Tasks.

Tasks have no names. A name would be refused for about an hour after its task has run, and with it
the nudge for what changed meanwhile; while a nudge too many finds nothing to do and costs little.
"""

import asyncio
import logging
import time
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import google.auth
import grpc.aio
from google.auth.credentials import Credentials
from google.cloud.tasks_v2 import CloudTasksAsyncClient, HttpMethod, HttpRequest, OidcToken, Task
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcAsyncIOTransport

from shared.clock import utc_now
from shared.settings import Settings
from shared.tasks.caller import caller_token

BOUND_SECONDS = 2.0
CONCURRENCY = 50
# While the queue does not answer, requests do not wait for it again and again.
REST_SECONDS = 5.0
# Cloud Tasks takes no later schedule time than 30 days ahead.
FURTHEST = timedelta(days=29)

_log = logging.getLogger(__name__)


class CloudTasksNudges:
    """Creates tasks that call detect_sharing and notify."""

    def __init__(self, settings: Settings, queue: str) -> None:
        self._settings = settings
        self._queue = queue
        self._detect_url = (settings.analytics_tasks_detect_url or "").rstrip("/")
        self._notify_url = (settings.analytics_tasks_notify_url or "").rstrip("/")
        self._client: CloudTasksAsyncClient | None = None
        self._rests_until = 0.0

    async def detect(self, user_ids: Collection[UUID], *, at: datetime | None = None) -> None:
        """Ask detect_sharing to look at users, at an instant or at once."""
        await self._call("detect_sharing", self._detect_url, "users", user_ids, _due(at))

    async def deliver(self, delivery_ids: Collection[UUID]) -> None:
        """Ask notify to make deliveries at once."""
        await self._call("notify", self._notify_url, "deliveries", delivery_ids, None)

    async def act(self, action_ids: Collection[UUID], *, at: datetime | None = None) -> None:
        """Ask notify to carry out actions, at an instant or at once."""
        await self._call("notify", self._notify_url, "actions", action_ids, _due(at))

    async def backtest(self, backtest_id: UUID) -> None:
        """Ask detect_sharing to work at a backtest at once."""
        await self._call("detect_sharing", self._detect_url, "backtests", [backtest_id], None)

    async def close(self) -> None:
        """Close the connection to the queue."""
        if self._client is not None:
            await self._client.transport.close()

    def _proof(self, function: str, base_url: str) -> HttpRequest:
        """Return a request that carries nothing yet but who calls."""
        settings = self._settings
        if settings.analytics_caller_auth == "hmac":
            secret = settings.analytics_caller_secret
            token = caller_token(function, "" if secret is None else secret.get_secret_value())
            return HttpRequest(headers={"Authorization": f"Bearer {token}"})
        return HttpRequest(
            oidc_token=OidcToken(
                service_account_email=settings.analytics_tasks_service_account,
                audience=settings.analytics_caller_audience or base_url,
            )
        )

    async def _call(
        self, function: str, base_url: str, path: str, ids: Collection[UUID], due: datetime | None
    ) -> None:
        if not ids or time.monotonic() < self._rests_until:
            return
        proof = self._proof(function, base_url)
        try:
            async with asyncio.timeout(BOUND_SECONDS):
                await self._create([_task(f"{base_url}/{path}/{each}", proof, due) for each in ids])
        except Exception as error:  # noqa: BLE001  (a nudge never spoils what it follows)
            # Best effort: the work is in the database, and a sweep will find it.
            self._rests_until = time.monotonic() + REST_SECONDS
            _log.warning("%d nudges of %s were not all sent: %r", len(ids), function, error)

    async def _create(self, tasks: Sequence[Task]) -> None:
        client = await self._connected()
        slots = asyncio.Semaphore(CONCURRENCY)

        async def create(task: Task) -> None:
            async with slots:
                await client.create_task(  # pyright: ignore[reportUnknownMemberType]
                    parent=self._queue, task=task
                )

        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(create(task))

    async def _connected(self) -> CloudTasksAsyncClient:
        """Return the client, made within the running loop, which its connection belongs to."""
        if self._client is None:
            endpoint = self._settings.analytics_tasks_endpoint
            if endpoint is None:
                # Looking for credentials asks the metadata server, and blocks while it does.
                self._client = CloudTasksAsyncClient(
                    credentials=await asyncio.to_thread(_credentials)
                )
            else:
                channel = grpc.aio.insecure_channel(endpoint)
                self._client = CloudTasksAsyncClient(
                    transport=CloudTasksGrpcAsyncIOTransport(channel=channel)
                )
        return self._client


def _credentials() -> Credentials:
    found: tuple[Credentials, str | None] = google.auth.default()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return found[0]


def _due(at: datetime | None) -> datetime | None:
    return None if at is None else min(at, utc_now() + FURTHEST)


def _task(url: str, proof: HttpRequest, due: datetime | None) -> Task:
    request = HttpRequest(proof, url=url, http_method=HttpMethod.POST)
    return Task(http_request=request, schedule_time=due)
