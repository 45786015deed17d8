"""Asking a media server over HTTP: at a checked address, bounded in time and size, not redirected.

What goes wrong becomes a ServerError here, told without the token.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
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

_MAX_TRIED = 4
_USER_AGENT = "Revenge-Analytics/1"

Json = dict[str, Any] | list[Any]
Parameters = Mapping[str, str | int]
Content = Parameters | None
Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]


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
        body, date = await self._send("GET", path, parameters or {}, None)
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
        await self._send(method, path, parameters or {}, content)

    async def _send(
        self, method: str, path: str, parameters: Parameters, content: Content
    ) -> tuple[bytes, str | None]:
        """Return the body of a good answer, and its date."""
        host = self._address.host
        try:
            async with asyncio.timeout(self._seconds):
                return await self._ask(method, path, parameters, content)
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise ServerError(
                ServerProblem.TIMEOUT, f"{host} did not answer within {self._seconds:g} s."
            ) from error
        except httpx2.ConnectError as error:
            raise self._no_connection(error) from error
        except httpx2.DecodingError as error:
            raise ServerError(ServerProblem.ANSWER, f"{host} sent what nobody can read.") from error
        except httpx2.TransportError as error:
            raise ServerError(
                ServerProblem.UNREACHABLE, f"The connection to {host} broke."
            ) from error

    async def _ask(
        self, method: str, path: str, parameters: Parameters, content: Content
    ) -> tuple[bytes, str | None]:
        """Ask the first of the server's addresses that takes a connection."""
        url = self._url.copy_with(path=self._url.path.rstrip("/") + path)
        url = url.copy_merge_params({name: str(value) for name, value in parameters.items()})
        *others, last = await self._addresses()
        for address in others:
            try:
                return await self._ask_at(method, url, address, content)
            except httpx2.ConnectError:
                continue
        return await self._ask_at(method, url, last, content)

    async def _ask_at(
        self, method: str, url: httpx2.URL, address: Address, content: Content
    ) -> tuple[bytes, str | None]:
        request = self._client.build_request(
            method,
            url.copy_with(host=str(address)),
            json=content,
            headers={"Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.host},
        )
        response = await self._client.send(request, stream=True)
        try:
            self._check_status(response)
            body = await self._body(response)
        finally:
            await response.aclose()
        return body, response.headers.get("Date")

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
