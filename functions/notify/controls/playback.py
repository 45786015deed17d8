"""The playback service's control endpoint: signed requests (docs/playback-control.md)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from functions.notify import outbound
from functions.notify.channels.webhook import signed_headers
from functions.notify.outbound import Answer
from shared.clock import utc_now
from shared.domain.action_state import ActionKind
from shared.domain.delivery import DeliveryError
from shared.domain.order import Order, Taken
from shared.schemas.media_servers import PlaybackServiceConfig

PING = "ping"
TYPES: Mapping[ActionKind, str] = MappingProxyType(
    {
        ActionKind.TERMINATE_STREAM: "session.terminate",
        ActionKind.SUSPEND_ACCOUNT: "user.suspend",
        ActionKind.UNSUSPEND_ACCOUNT: "user.unsuspend",
    }
)
# What a request is about is not there, or is so already.
OVER = (404, 409)
GONE = (410,)


async def carry_out(config: Mapping[str, Any], order: Order, /) -> Taken:
    """Ask for an action; its id is the key by which the service tells repeats.

    Raises:
        DeliveryError: it was not taken.
    """
    answer = await _post(
        PlaybackServiceConfig.model_validate(config),
        f"act_{order.id.hex}",
        {"type": TYPES[order.kind], "timestamp": utc_now().isoformat(), "data": to_data(order)},
    )
    if answer.status in OVER:
        return Taken(answer.status, is_gone=True)
    return Taken(_insist(answer))


async def check(config: Mapping[str, Any], /) -> str | None:
    """Send a ping, which asks for nothing; the service does not say whose it is.

    Raises:
        DeliveryError: it was not taken.
    """
    settings = PlaybackServiceConfig.model_validate(config)
    said: dict[str, Any] = {"type": PING, "timestamp": utc_now().isoformat(), "data": {}}
    _insist(await _post(settings, f"ping_{uuid4().hex}", said))


def to_data(order: Order) -> dict[str, Any]:
    """Return what a request says of its action."""
    data: dict[str, Any] = {
        "action_id": str(order.id),
        "user": {
            "id": str(order.user_id),
            "name": order.user_name,
            "accounts": [asdict(account) for account in order.accounts],
        },
        "message": order.message,
        "reason": order.reason,
    }
    if order.stream is not None:
        data["session"] = {
            "id": str(order.stream.session_id),
            "source": order.stream.source,
            "session_key": order.stream.session_key,
            "device_id": order.stream.device_id,
            "content_id": order.stream.content_id,
        }
    return data


async def _post(
    settings: PlaybackServiceConfig, message_id: str, said: Mapping[str, Any]
) -> Answer:
    if settings.secret is None:
        raise DeliveryError("There is no secret to sign with; give the media server one.")
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    at = utc_now()
    return await outbound.post(
        settings.url.get_secret_value(),
        body,
        signed_headers(settings.secret.get_secret_value(), message_id=message_id, at=at, body=body),
        allow_private_network=settings.allow_private_network,
    )


def _insist(answer: Answer) -> int:
    return outbound.require_success(
        answer,
        gone=GONE,
        gone_reason=f"{answer.host} answered 410 Gone: it wants no more requests.",
    )
