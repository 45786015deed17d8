"""Asking a media server over HTTP: at a checked address, bounded in time and size, not redirected.

What goes wrong becomes a ServerError here, told without the token.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import ip_address
from typing import Any, Self, cast

import httpx2
from pydantic_core import from_json

from shared.domain.network import Address
from shared.domain.servers import ServerAddress, ServerError, ServerProblem
from shared.domain.targets import is_server_target
from shared.servers.values import Object

TIMEOUT_SECONDS = 10.0
MAX_ANSWER_BYTES = 32 * 1024 * 1024
MAX_EVENT_BYTES = 64 * 1024

_MAX_TRIED = 4
_USER_AGENT = "Revenge-Analytics/1"

Json = dict[str, Any] | list[Any]
Parameters = Mapping[str, str | int]
Content = Parameters | None
Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked of a server; ``silence_seconds`` is how long it may say nothing meanwhile."""

    method: str
    path: str
    parameters: Parameters | None = None
    content: Content = None
    headers: Mapping[str, str] | None = None
    silence_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; ``at`` is its clock then, if it told."""

    content: Json
    at: datetime | None

    @property
    def object(self) -> Object:
        """The content, if it is an object; else an empty one."""
        return self.content if isinstance(self.content, dict) else {}

    @property
    def objects(self) -> list[Object]:
        """The objects of a list; none if the content is something else."""
        members = self.content if isinstance(self.content, list) else []
        return [member for member in members if isinstance(member, dict)]


async def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of a host, in the order in which they are to be tried.

    Raises:
        OSError: it has none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


class ServerConnection:
    """A few kept connections to one media server.

    A name is looked up for each request and the request goes to an address that was checked, so
    that a name that changes its mind between check and use (DNS rebinding) gains nothing. The
    certificate must still be the name's.
    """

    def __init__(
        self,
        address: ServerAddress,
        headers: Mapping[str, str],
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        max_bytes: int = MAX_ANSWER_BYTES,
        resolve: Resolve = resolve,
    ) -> None:
        self._address = address
        self._url = httpx2.URL(address.base_url)
        self._seconds = timeout_seconds
        self._max_bytes = max_bytes
        self._resolve = resolve
        self._client = httpx2.AsyncClient(
            verify=_tls(verify=address.verify_tls),
            headers={"User-Agent": _USER_AGENT, "Accept": "application/json", **headers},
            timeout=timeout_seconds,
            limits=httpx2.Limits(max_connections=4, max_keepalive_connections=2),
            trust_env=False,
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def get(self, path: str, parameters: Parameters | None = None) -> Answer:
        """Return the JSON at a path.

        Raises:
            ServerError: there is none, or not in time.
        """
        body, date = await self._send(_Request("GET", path, parameters))
        return Answer(_json(body), _date(date))

    async def tell(
        self,
        method: str,
        path: str,
        parameters: Parameters | None = None,
        content: Content = None,
    ) -> None:
        """Ask for something to be done; what a good answer holds does not matter.

        Raises:
            ServerError: it was not taken, or not in time.
        """
        await self._send(_Request(method, path, parameters, content))

    @asynccontextmanager
    async def events(self, path: str, silence_seconds: float) -> AsyncGenerator[httpx2.EventSource]:
        """Hear the events at a path (text/event-stream), as they come, for as long as they do.

        Raises:
            ServerError: there are none, or nothing came for so long, or one that is too large.
        """
        host = self._address.host
        heard = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        request = _Request("GET", path, headers=heard, silence_seconds=silence_seconds)
        with self._failures_told(f"{host} said nothing for {silence_seconds:g} s."):
            response = await self._open_in_time(request)
            try:
                yield httpx2.EventSource(response, max_event_size=MAX_EVENT_BYTES)
            finally:
                await response.aclose()

    async def _send(self, request: _Request) -> tuple[bytes, str | None]:
        """Return the body of a good answer, and its date."""
        with self._failures_told(self._too_slow):
            async with asyncio.timeout(self._seconds):
                response = await self._open(request)
                try:
                    return await self._body(response), response.headers.get("Date")
                finally:
                    await response.aclose()

    async def _open_in_time(self, request: _Request) -> httpx2.Response:
        with self._failures_told(self._too_slow):
            async with asyncio.timeout(self._seconds):
                return await self._open(request)

    @property
    def _too_slow(self) -> str:
        return f"{self._address.host} did not answer within {self._seconds:g} s."

    @contextmanager
    def _failures_told(self, too_slow: str) -> Generator[None]:
        """Tell what goes wrong on the way as what it is for a person."""
        host = self._address.host
        try:
            yield
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise ServerError(ServerProblem.TIMEOUT, too_slow) from error
        except httpx2.ConnectError as error:
            raise self._no_connection(error) from error
        except (httpx2.DecodingError, httpx2.SSEError) as error:
            raise ServerError(ServerProblem.ANSWER, f"{host} sent what nobody can read.") from error
        except httpx2.TransportError as error:
            plain = self._url.scheme == "http"
            hint = " If it always does, try the address with https://." if plain else ""
            raise ServerError(
                ServerProblem.UNREACHABLE, f"The connection to {host} broke.{hint}"
            ) from error

    async def _open(self, request: _Request) -> httpx2.Response:
        """Ask the first of the server's addresses that takes a connection; return a good answer."""
        url = self._url.copy_with(path=self._url.path.rstrip("/") + request.path)
        asked = request.parameters or {}
        url = url.copy_merge_params({name: str(value) for name, value in asked.items()})
        *others, last = await self._addresses()
        for address in others:
            try:
                return await self._open_at(request, url, address)
            except httpx2.ConnectError:
                continue
        return await self._open_at(request, url, last)

    async def _open_at(
        self, request: _Request, url: httpx2.URL, address: Address
    ) -> httpx2.Response:
        built = self._client.build_request(
            request.method,
            url.copy_with(host=str(address)),
            json=request.content,
            headers={"Host": url.netloc.decode("ascii"), **(request.headers or {})},
            extensions={"sni_hostname": url.host},
            timeout=httpx2.Timeout(self._seconds, read=request.silence_seconds or self._seconds),
        )
        response = await self._client.send(built, stream=True)
        try:
            self._check_status(response)
        except ServerError:
            await response.aclose()
            raise
        return response

    async def _addresses(self) -> Sequence[Address]:
        """Return those of the server's addresses that it may have.

        Raises:
            ServerError: there is none.
        """
        host = self._url.host
        try:
            found = await self._resolve(host, self._url.port or 0)
        except (OSError, UnicodeError) as error:
            raise ServerError(ServerProblem.UNKNOWN_NAME, f"The name {host} is unknown.") from error
        private = self._address.allow_private_network
        allowed = [a for a in found if is_server_target(a, allow_private=private)]
        if not allowed:
            raise ServerError(
                ServerProblem.FORBIDDEN_ADDRESS,
                f"{host} is at an address where no media server may be: a private network that"
                " this source does not allow, or a cloud's own.",
            )
        return allowed[:_MAX_TRIED]

    async def _body(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > self._max_bytes:
                raise ServerError(
                    ServerProblem.TOO_LARGE,
                    f"{self._address.host} answered with more than {self._max_bytes // 2**20} MiB.",
                )
        return bytes(body)

    def _check_status(self, response: httpx2.Response) -> None:
        host, status = self._address.host, response.status_code
        if status in (401, 403):
            raise ServerError(
                ServerProblem.TOKEN, f"{host} does not accept the token (it answered {status})."
            )
        if response.has_redirect_location:
            raise ServerError(
                ServerProblem.REDIRECT,
                f"{host} sends callers elsewhere: give the source the address it leads to.",
            )
        if status == 404:  # noqa: PLR2004  (RFC 9110, 15.5.5)
            raise ServerError(ServerProblem.NOT_FOUND, f"{host} knows nothing of what was asked.")
        if not response.is_success:
            raise ServerError(ServerProblem.ANSWER, f"{host} answered {status}.")

    def _no_connection(self, error: httpx2.ConnectError) -> ServerError:
        host = self._address.host
        cause = _cause(error, ssl.SSLError)
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ServerError(
                ServerProblem.CERTIFICATE,
                f"The certificate of {host} is not to be trusted: {cause.verify_message}."
                " If it is your own, allow it for this source.",
            )
        if cause is not None:
            return ServerError(
                ServerProblem.NO_TLS,
                f"{host} does not speak TLS at this port: try the address with http://.",
            )
        return ServerError(
            ServerProblem.UNREACHABLE, f"No connection to {host} could be made: is it running?"
        )


@cache
def _tls(*, verify: bool) -> ssl.SSLContext:
    """Return one context for all servers: each takes 10 ms and half a megabyte."""
    return httpx2.create_ssl_context(verify=verify, trust_env=False)


def _json(body: bytes) -> Json:
    try:
        found: object = from_json(body)
    except ValueError as error:
        raise ServerError(
            ServerProblem.ANSWER, "The answer is no JSON, or breaks off: is it a media server?"
        ) from error
    if not isinstance(found, dict | list):
        raise ServerError(ServerProblem.ANSWER, "The answer is no JSON object.")
    return cast("Json", found)


def _cause(error: BaseException, kind: type[ssl.SSLError]) -> ssl.SSLError | None:
    """Return the error of a kind behind another."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, kind):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _date(text: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
