"""Posting to a recipient over HTTP: in a thread, bounded in time and size, and never redirected.

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
        try:
            value: object = json.loads(self.body)
        except ValueError:
            return {}
        return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


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
    connector = Connector(
        allow_private_network=allow_private_network, seconds=timeout_seconds, resolve=resolve
    )
    work = partial(_post, url, body, headers, connector, timeout_seconds)
    host = urlsplit(url).hostname or ""
    try:
        async with asyncio.timeout(timeout_seconds + _LOOKUP_GRACE_SECONDS):
            return await asyncio.get_running_loop().run_in_executor(_threads, work)
    except TimeoutError as error:
        raise _too_slow(host, timeout_seconds) from error


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


def _post(
    url: str, body: bytes, headers: Mapping[str, str], connector: Connector, seconds: float
) -> Answer:
    host = urlsplit(url).hostname or ""
    sent = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers}
    with connector, requests.Session() as session:
        # No proxy, .netrc or certificate from the environment decides where this goes.
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, CheckedAdapter(connector))
        try:
            with session.post(
                url, data=body, headers=sent, timeout=seconds, allow_redirects=False, stream=True
            ) as response:
                return Answer(host, response.status_code, response.headers, _beginning(response))
        except requests.exceptions.SSLError as error:
            raise DeliveryError(
                f"No secure connection to {host}: is its certificate valid?"
            ) from error
        except (requests.RequestException, OSError) as error:
            if connector.is_expired or isinstance(error, requests.Timeout):
                raise _too_slow(host, seconds) from error
            raise DeliveryError(f"The connection to {host} broke.") from error


def _beginning(response: requests.Response) -> bytes:
    """Return the body's first bytes; the status counts, even if the body breaks off."""
    try:
        return response.raw.read(_MAX_ANSWER_BYTES)
    except (HTTPError, OSError):
        return b""


def _too_slow(host: str, seconds: float) -> DeliveryError:
    return DeliveryError(f"{host} did not answer within {seconds:g} s.")


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""
