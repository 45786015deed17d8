"""Asking a recipient over HTTP: in a thread, bounded in time and size, and never redirected.

What goes wrong becomes a DeliveryError here, told without the address: its path may be a secret.
"""

import asyncio
import json
import logging
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from functions.notify.connections import CheckedAdapter, Connector, Resolve, resolve
from shared.clock import utc_now
from shared.domain.delivery import DeliveryError

TIMEOUT_SECONDS = 15.0
# A thread that hangs in a name look-up is not waited for; it connects to nothing afterwards.
_LOOKUP_GRACE_SECONDS = 5.0
_MAX_ANSWER_BYTES = 4_096
_QUOTED_CHARACTERS = 200
USER_AGENT = "Revenge-Analytics/1"

# At DEBUG, urllib3 logs every path.
logging.getLogger("urllib3").setLevel(logging.INFO)

# Starts no thread before its first use, so importing this before a fork is harmless. Not the
# event loop's own pool: that has few threads, and slow recipients would take them all.
_threads = ThreadPoolExecutor(max_workers=32, thread_name_prefix="recipient")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a recipient answered; ``headers`` ignore case, ``body`` may be cut."""

    host: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Mapping[str, Any]:
        """Return the body's JSON object; an empty one if it holds something else."""
        value = self.value()
        return cast("dict[str, Any]", value) if isinstance(value, dict) else {}

    def value(self) -> object:
        """Return what the body's JSON says; ``None`` if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a recipient; ``most_bytes`` of its answer are read."""

    method: str = "POST"
    url: str
    body: bytes | None = None
    headers: Mapping[str, str]
    allow_private_network: bool
    timeout_seconds: float = TIMEOUT_SECONDS
    most_bytes: int = _MAX_ANSWER_BYTES

    @property
    def host(self) -> str:
        """The recipient, by its name."""
        return urlsplit(self.url).hostname or ""


async def ask(request: Request, resolve: Resolve = resolve) -> Answer:
    """Send a request and return the answer, whatever its status.

    Raises:
        DeliveryError: there was no answer.
    """
    seconds = request.timeout_seconds
    connector = Connector(
        allow_private_network=request.allow_private_network, seconds=seconds, resolve=resolve
    )
    work = partial(_ask, request, connector)
    try:
        async with asyncio.timeout(seconds + _LOOKUP_GRACE_SECONDS):
            return await asyncio.get_running_loop().run_in_executor(_threads, work)
    except TimeoutError as error:
        raise _too_slow(request) from error


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private_network: bool,
    timeout_seconds: float = TIMEOUT_SECONDS,
    resolve: Resolve = resolve,
) -> Answer:
    """Send a body and return the answer, whatever its status.

    Raises:
        DeliveryError: there was no answer.
    """
    request = Request(
        url=url,
        body=body,
        headers=headers,
        allow_private_network=allow_private_network,
        timeout_seconds=timeout_seconds,
    )
    return await ask(request, resolve)


def require_success(answer: Answer, *, gone: Collection[int], gone_reason: str) -> int:
    """Return the status of a good answer.

    Args:
        answer: what the recipient said.
        gone: statuses that mean the channel does not exist any more.
        gone_reason: what to tell a person then.

    Raises:
        DeliveryError: it is not a good one.
    """
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004  (RFC 9110, 15.3)
        return status
    if status in gone:
        raise DeliveryError(gone_reason, status=status, permanent=True)
    reason = f"{answer.host} answered {status}{_phrase(status)}."
    if 300 <= status < 400:  # noqa: PLR2004  (RFC 9110, 15.4)
        reason += " Redirects are not followed: give the address that it leads to."
    elif quoted := " ".join(answer.body.decode("utf-8", "replace").split()):
        reason += f" It said: {quoted[:_QUOTED_CHARACTERS]}"
    asked = retry_after(answer.headers.get("Retry-After"), now=utc_now())
    raise DeliveryError(reason, status=status, retry_after=asked)


def retry_after(text: str | None, *, now: datetime) -> timedelta | None:
    """Read a Retry-After header: seconds or an HTTP date (RFC 9110, 10.2.3)."""
    if text is None:
        return None
    try:
        return timedelta(seconds=max(0.0, float(text)))
    except (ValueError, OverflowError):
        pass
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(timedelta(0), aware - now)


def _ask(request: Request, connector: Connector) -> Answer:
    host = request.host
    sent = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **request.headers}
    with connector, requests.Session() as session:
        # No proxy, .netrc or certificate from the environment decides where this goes.
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, CheckedAdapter(connector))
        try:
            with session.request(
                request.method,
                request.url,
                data=request.body,
                headers=sent,
                timeout=request.timeout_seconds,
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _beginning(response, request.most_bytes)
                return Answer(host, response.status_code, response.headers, body)
        except requests.exceptions.SSLError as error:
            raise DeliveryError(
                f"No secure connection to {host}: is its certificate valid?"
            ) from error
        except (requests.RequestException, OSError) as error:
            if connector.is_expired or isinstance(error, requests.Timeout):
                raise _too_slow(request) from error
            raise DeliveryError(f"The connection to {host} broke.") from error


def _beginning(response: requests.Response, most_bytes: int) -> bytes:
    """Return the body's first bytes; the status counts, even if the body breaks off."""
    try:
        return response.raw.read(most_bytes)
    except (HTTPError, OSError):
        return b""


def _too_slow(request: Request) -> DeliveryError:
    return DeliveryError(f"{request.host} did not answer within {request.timeout_seconds:g} s.")


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""
