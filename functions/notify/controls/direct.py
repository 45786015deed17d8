"""What asking a media server by its own API has in common: a token, JSON, and plain verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from pydantic import SecretStr

from functions.notify import outbound
from functions.notify.outbound import Answer, Request
from shared.domain.delivery import DeliveryError
from shared.domain.order import ImpossibleError

# A list of the streams of a large server, each with all that is known of its item.
MOST_BYTES = 16_000_000
_REFUSED = (401, 403)
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Server:
    """A media server that is asked directly.

    Attributes:
        product: its name, for verdicts.
        headers: those that carry its token.
    """

    product: str
    url: SecretStr
    headers: Mapping[str, str]
    allow_private_network: bool

    async def get(self, path: str) -> object:
        """Return the JSON that is at a path; ``None`` where it is none.

        Raises:
            DeliveryError: there was no good answer.
        """
        answer = await self.ask("GET", path)
        self.insist(answer)
        return answer.value()

    def misunderstood(self) -> DeliveryError:
        """Return what is wrong with an answer that is not of the product's shape."""
        return DeliveryError(f"What answers there does not answer as {self.product} does.")

    async def ask(
        self, method: str, path: str, *, body: bytes | None = None, **parameters: str
    ) -> Answer:
        """Return the answer to a request, whatever its status.

        Raises:
            DeliveryError: there was no answer.
        """
        query = f"?{urlencode(parameters)}" if parameters else ""
        content = {} if body is None else {"Content-Type": "application/json"}
        return await outbound.ask(
            Request(
                method=method,
                url=self.url.get_secret_value().rstrip("/") + path + query,
                body=body,
                headers={"Accept": "application/json", **self.headers, **content},
                allow_private_network=self.allow_private_network,
                most_bytes=MOST_BYTES,
            )
        )

    def insist(self, answer: Answer) -> int:
        """Return the status of a good answer.

        Raises:
            ImpossibleError: the token does not allow it.
            DeliveryError: it is not a good one.
        """
        if answer.status in _REFUSED:
            raise ImpossibleError(
                f"{self.product} refuses the token ({answer.status}): give the media server one"
                " of somebody who may do this.",
                status=answer.status,
            )
        return outbound.require_success(answer, gone=(), gone_reason="")


def is_missing(answer: Answer) -> bool:
    """Say whether a server answered that what was asked about is not there."""
    return answer.status == _NOT_FOUND


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object of an answer; an empty one where there is none."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def objects(value: object) -> list[Mapping[str, Any]]:
    """Return the objects of a list; a single one counts as a list of one."""
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    return [found for item in items if (found := mapping(item))]


def text(value: object) -> str:
    """Return an id as text, whichever way it is written; "" where there is none."""
    is_id = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value) if is_id else ""
