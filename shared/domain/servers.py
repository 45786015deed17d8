"""Media servers: where one is, what it says of itself and its people, and what goes wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from shared.domain.session import Attributes, State


class ServerKind(StrEnum):
    """Whose software it is."""

    PLEX = "plex"
    JELLYFIN = "jellyfin"
    EMBY = "emby"


class ServerProblem(StrEnum):
    """Why a server did not tell what it was asked; stable words for answers and health."""

    ADDRESS = "address"
    UNKNOWN_NAME = "unknown_name"
    FORBIDDEN_ADDRESS = "forbidden_address"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    NO_TLS = "no_tls"
    SECRET = "secret"  # noqa: S105  (a word, no secret)
    TOKEN = "token"  # noqa: S105  (a word, no secret)
    WRONG_KIND = "wrong_kind"
    OTHER_SERVER = "other_server"
    NOT_FOUND = "not_found"
    REDIRECT = "redirect"
    ANSWER = "answer"
    TOO_LARGE = "too_large"


# What no time will mend: somebody has to change the source.
LASTING: frozenset[ServerProblem] = frozenset(
    {
        ServerProblem.ADDRESS,
        ServerProblem.FORBIDDEN_ADDRESS,
        ServerProblem.CERTIFICATE,
        ServerProblem.NO_TLS,
        ServerProblem.SECRET,
        ServerProblem.TOKEN,
        ServerProblem.WRONG_KIND,
        ServerProblem.OTHER_SERVER,
        ServerProblem.REDIRECT,
    }
)


# What may be wrong with one list of a server, while it tells the others.
OF_ONE_LIST: frozenset[ServerProblem] = frozenset(
    {
        ServerProblem.TIMEOUT,
        ServerProblem.NOT_FOUND,
        ServerProblem.ANSWER,
        ServerProblem.TOO_LARGE,
    }
)


class ServerError(Exception):
    """A server did not tell what it was asked.

    Attributes:
        problem: what kind of thing went wrong.
        sentence: what to tell a person; it holds no secret.
    """

    def __init__(self, problem: ServerProblem, sentence: str) -> None:
        super().__init__(sentence)
        self.problem = problem
        self.sentence = sentence

    @property
    def is_lasting(self) -> bool:
        """Whether trying again is of no use until somebody changes something."""
        return self.problem in LASTING


DEFAULT_PORTS: Mapping[str, int] = MappingProxyType({"http": 80, "https": 443})


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server is and how to speak to it.

    Attributes:
        base_url: as ``base_url`` gives it: without a slash at its end.
        token: the server's API key; never shown.
        verify_tls: False takes any certificate, for this server alone.
        allow_private_network: whether it may be in our own network, as most are.
    """

    kind: ServerKind
    base_url: str
    token: str = field(repr=False)
    verify_tls: bool = True
    allow_private_network: bool = True

    @property
    def host(self) -> str:
        """The name or address, for messages."""
        return urlsplit(self.base_url).hostname or ""


def base_url(text: str) -> str:
    """Return an address as it is kept: scheme, host, port and the path of a proxy, if any.

    Raises:
        ServerError: it is no address of a server.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise _no_address("its port or host cannot be read") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise _no_address("it must begin with http:// or https://")
    if not parts.hostname:
        raise _no_address("it names no host")
    if parts.username is not None or parts.password is not None:
        raise _no_address("put the token in its own field, not into the address")
    if parts.query or parts.fragment:
        raise _no_address("it must end before any ? or #")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    suffix = "" if port is None or port == DEFAULT_PORTS[parts.scheme] else f":{port}"
    return f"{parts.scheme}://{host}{suffix}{parts.path.rstrip('/')}"


def _no_address(why: str) -> ServerError:
    return ServerError(ServerProblem.ADDRESS, f"This is no address of a server: {why}.")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a server says of itself; ``server_id`` is the one that its webhooks name."""

    server_id: str
    name: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """A person as a server knows them.

    Attributes:
        id: what the server calls the account, in sessions and webhooks too.
        avatar: a path on the server, or a URL; it needs no token.
        email: where the server gives one.
    """

    id: str
    name: str | None
    email: str | None = None
    avatar: str | None = None


@dataclass(frozen=True, slots=True)
class LiveSession:
    """One player that plays something now, as its server lists it.

    Attributes:
        key: the run, as webhooks name it too.
        player: the player; while it plays another item, this run is over.
        server_session_id: what the server calls the session, to end it; ``None`` where it cannot
            be ended.
        position: in the item; ``None`` if the server does not say.
        address: as the server writes it.
        said_local: whether the server calls the player local.
        home_address: where the server's own network is on the internet, as a player in it shows.
        silent_for: how long the server has not heard of the player, where it says so.
        attributes: columns of the session.
    """

    key: str
    player: str
    account_id: str
    account_name: str | None
    item_id: str
    state: State
    position: timedelta | None
    address: str | None
    said_local: bool | None
    home_address: str | None
    server_session_id: str | None
    silent_for: timedelta | None
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What a server remembers of one viewing.

    Attributes:
        at: when it ended, or when it began, if that is what the server keeps.
        attributes: columns of the session.
    """

    account_id: str
    item_id: str
    at: datetime
    is_end: bool
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A part of what a server remembers; ``taken`` counts also what could not be read."""

    entries: tuple[HistoryEntry, ...]
    taken: int
