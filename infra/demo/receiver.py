"""A recipient of signed webhooks, as anybody could run one: it listens, verifies and remembers."""

import json
import queue
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

_PATH = "/alerts"
_LARGEST_BODY = 1_000_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it came.

    Attributes:
        at: on the clock of ``time.monotonic``.
    """

    headers: Mapping[str, str]
    body: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Alert:
    """What an arrival says.

    Attributes:
        user_id: whom it is about; None if it does not say.
        url: where a person finds the case.
        is_signed: whether the signature is that of the channel's secret.
    """

    kind: str
    user_id: UUID | None
    url: str | None
    is_signed: bool
    at: float


def read_alert(arrival: Arrival, secret: str) -> Alert:
    """Verify a webhook and return what it says."""
    try:
        Webhook(secret).verify(arrival.body, dict(arrival.headers), json_parse=False)
        is_signed = True
    except (WebhookVerificationError, ValueError):  # ValueError: no base64, no UTF-8
        is_signed = False
    try:
        said: Any = json.loads(arrival.body)
        data = said["data"]
        about = data.get("violation", data)
        user_id = UUID(about["user_id"]) if "user_id" in about else None
        return Alert(said["type"], user_id, data.get("url"), is_signed, arrival.at)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Alert("not readable", None, None, is_signed, arrival.at)


class Receiver:
    """Listens on a free loopback port as long as the context lasts."""

    def __init__(self) -> None:
        self._arrivals: queue.SimpleQueue[Arrival] = queue.SimpleQueue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self._arrivals))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Return the address to send to."""
        return f"http://127.0.0.1:{self._server.server_port}{_PATH}"

    def next_arrival(self, seconds: float) -> Arrival | None:
        """Return the next request, waiting for it at most so long; None if none comes."""
        try:
            return self._arrivals.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None


class _Handler(BaseHTTPRequestHandler):
    timeout = 10

    def __init__(self, arrivals: queue.SimpleQueue[Arrival], *connection: Any) -> None:  # noqa: ANN401
        self._arrivals = arrivals
        super().__init__(*connection)

    def do_POST(self) -> None:
        """Take a webhook."""
        at = time.monotonic()
        length = self.headers.get("Content-Length", "")
        if self.path != _PATH or not length.isdecimal() or int(length) > _LARGEST_BODY:
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        body = self.rfile.read(int(length))
        self.send_response(HTTPStatus.NO_CONTENT)
        self.end_headers()
        self._arrivals.put(Arrival(dict(self.headers.items()), body, at))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
        """Say nothing: the terminal is the demo's."""
