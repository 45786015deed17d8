"""The service as the demo calls it: over HTTP, with an API key."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

import requests

from infra.demo.problem import DemoError
from infra.demo.target import Target
from infra.demo.viewing import Event

BATCH = 1_000
"""Events that one call takes."""

_TIMEOUT_SECONDS = 30
_ATTEMPTS = 6
_LONGEST_PAUSE_SECONDS = 10.0
# Busy, or away for a moment. Events may be sent again: a repeated one changes nothing.
_PASSING = frozenset(
    {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE}
)


@dataclass(frozen=True, slots=True)
class Case:
    """A case as the service lists it."""

    id: str
    user_id: UUID
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A webhook channel that was just made, with the secret that is shown once."""

    id: str
    secret: str


class Service:
    """A client of one stack.

    Args:
        target: where it is, and the key.
        session: carries the requests.
    """

    def __init__(self, target: Target, session: requests.Session) -> None:
        self._target = target
        self._session = session
        self._session.trust_env = False  # no proxy, no .netrc: it is on this machine
        self._session.headers["Authorization"] = f"Bearer {target.key}"

    def check(self) -> None:
        """Make sure that the stack is there and takes the key.

        Raises:
            DemoError: it is not, or does not.
        """
        url, place = self._target.url, self._target.key_place
        nobody = DemoError(
            f"Nothing answers on {url}: start `make run` in another shell,"
            " or say where it listens: make demo PORT=..."
        )
        try:
            alive = self._session.get(f"{url}/health/live", timeout=_TIMEOUT_SECONDS)
        except requests.RequestException:
            raise nobody from None
        if alive.status_code == HTTPStatus.BAD_GATEWAY:
            raise DemoError(f"The stack on {url} is still starting: try again in a moment.")
        if not _is_ours(alive):
            raise DemoError(f"Something else answers on {url}: make demo PORT=... names our port.")
        listed = self._send("GET", "/api/v1/analytics/violations", params={"limit": 1})
        if listed.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise DemoError(
                f"The stack on {url} refuses the key in {place}: another one listens there;"
                " name both, make demo PORT=... DATA_DIR=..."
            )
        _require_success(listed)

    def record(self, events: Sequence[Event]) -> None:
        """Send up to ``BATCH`` events.

        Raises:
            DemoError: the service did not take all of them.
        """
        said = self._post("/api/v1/analytics/sessions/batch", {"events": list(events)})
        refused = [result for result in said["results"] if result["problem"]]
        if refused:
            detail = refused[0]["problem"].get("detail", refused[0]["status"])
            raise DemoError(f"{len(refused)} of {len(events)} events were refused: {detail}")

    def start(self, event: Event) -> str | None:
        """Start one session; return the city that the service places it in, if it knows one.

        Raises:
            DemoError: the service did not take it.
        """
        place: dict[str, Any] = self._post("/api/v1/analytics/sessions", event)["place"]
        return place["city"]

    def create_channel(self, name: str, url: str) -> Channel:
        """Make a webhook channel to an address on this machine.

        Raises:
            DemoError: the service did not make it.
        """
        config = {"type": "webhook", "url": url, "allow_private_network": True}
        made = self._post("/api/v1/notifications/channels", {"name": name, "config": config})
        return Channel(made["id"], made["secret"])

    def delete_channel(self, channel: Channel) -> None:
        """Remove a channel; one that is gone already is fine.

        Raises:
            DemoError: the service did not remove it.
        """
        answer = self._send("DELETE", f"/api/v1/notifications/channels/{channel.id}")
        if answer.status_code != HTTPStatus.NOT_FOUND:
            _require_success(answer)

    def list_cases(self, user_id: UUID) -> list[Case]:
        """Return a person's cases.

        Raises:
            DemoError: the service does not tell.
        """
        answer = self._send("GET", "/api/v1/analytics/violations", params={"user_id": str(user_id)})
        return [
            Case(row["id"], UUID(row["user_id"]), row["rule"]["name"], row["sentence"] or "")
            for row in _require_success(answer)["data"]
        ]

    def _post(self, path: str, body: object) -> dict[str, Any]:
        return _require_success(self._send("POST", path, json=body))

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:  # noqa: ANN401
        """Ask, and again if the service is only busy; return its last answer."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = self._session.request(
                    method, self._target.url + path, timeout=_TIMEOUT_SECONDS, **options
                )
            except requests.RequestException as error:
                raise DemoError(
                    f"{self._target.url} stopped answering ({type(error).__name__}):"
                    " does make run still run?"
                ) from error
            if answer.status_code not in _PASSING or attempt == _ATTEMPTS:
                return answer
            time.sleep(_pause_seconds(answer, attempt))
        raise AssertionError("the last attempt returns")


def _is_ours(answer: requests.Response) -> bool:
    try:
        return answer.ok and answer.json()["status"] == "ok"
    except (ValueError, KeyError, TypeError):
        return False


def _pause_seconds(answer: requests.Response, attempt: int) -> float:
    asked = answer.headers.get("Retry-After", "")
    seconds = float(asked) if asked.isdecimal() else 0.25 * 2**attempt
    return min(seconds, _LONGEST_PAUSE_SECONDS)


def _require_success(answer: requests.Response) -> dict[str, Any]:
    if answer.ok:
        return answer.json() if answer.content else {}
    asked = f"{answer.request.method} {answer.request.path_url}"
    raise DemoError(f"{asked} was answered {answer.status_code}: {_detail(answer)}")


def _detail(answer: requests.Response) -> str:
    """Return what a problem (RFC 9457) says, or the beginning of what else came."""
    try:
        problem: Any = answer.json()
        return str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        return " ".join(answer.text.split())[:200] or "nothing more was said"
