"""Signed webhooks, as standardwebhooks.com describes them."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

from standardwebhooks.webhooks import Webhook

from functions.notify import outbound
from shared.clock import utc_now
from shared.domain.delivery import DeliveryError, OutgoingEvent
from shared.schemas.channels import WebhookConfig

GONE = (410,)
MAX_BODY_BYTES = 20_000

# A body that is too large is cut harder and harder: longest text, most entries of a list or map.
_CUTS = ((2_000, 50), (500, 20), (200, 10), (100, 5))


async def send(config: Mapping[str, Any], event: OutgoingEvent, /) -> int:
    """Post an event, signed, and return the status of the answer.

    Raises:
        DeliveryError: it was not taken.
    """
    settings = WebhookConfig.model_validate(config)
    if settings.secret is None:
        raise DeliveryError("The channel has no secret to sign with; give it one.")
    url = settings.url.get_secret_value()
    body = to_body(event)
    answer = await outbound.post(
        url,
        body,
        signed_headers(
            settings.secret.get_secret_value(),
            message_id=f"msg_{event.id.hex}",
            at=utc_now(),
            body=body,
        ),
        allow_private_network=settings.allow_private_network,
    )
    return outbound.require_success(
        answer,
        gone=GONE,
        gone_reason=f"{urlsplit(url).hostname} answered 410 Gone: it wants no more messages.",
    )


def signed_headers(secret: str, *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers for exactly these bytes, valid for five minutes around ``at``."""
    # The library takes any instant's fields for UTC.
    signature = Webhook(secret).sign(message_id, at.astimezone(UTC), body.decode())
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def to_body(event: OutgoingEvent) -> bytes:
    """Return an event as JSON of less than 20 kB.

    Evidence is cut until it fits, and ``data.shortened`` says so; ids and link stay, so that the
    rest can be asked for.
    """
    for data in _shorter_and_shorter(event):
        body = _encode(event, data)
        if len(body) < MAX_BODY_BYTES:
            return body
    return _encode(event, {"shortened": True})


def _shorter_and_shorter(event: OutgoingEvent) -> Iterator[Mapping[str, Any]]:
    yield event.payload
    for longest, most in _CUTS:
        yield {**_cut(event.payload, longest, most), "shortened": True}
    yield {**_ids(event.payload), "shortened": True}


def _cut(value: Any, longest: int, most: int) -> Any:  # noqa: ANN401  (any JSON value)
    if isinstance(value, str):
        return value if len(value) <= longest else value[:longest] + "…"
    if isinstance(value, list):
        return [_cut(entry, longest, most) for entry in cast("list[Any]", value)[:most]]
    if isinstance(value, Mapping):
        entries = list(cast("Mapping[str, Any]", value).items())
        return {name: _cut(entry, longest, most) for name, entry in entries[:most]}
    return value


def _ids(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the link, and of each subject its id."""
    kept: dict[str, Any] = {}
    for name, value in payload.items():
        if isinstance(value, Mapping) and "id" in value:
            kept[name] = {"id": _cut(value["id"], 100, 1)}
    if isinstance(payload.get("url"), str):
        kept["url"] = payload["url"]
    return kept


def _encode(event: OutgoingEvent, data: Mapping[str, Any]) -> bytes:
    whole = {
        "type": event.kind,
        "timestamp": event.created_at.astimezone(UTC).isoformat(),
        "data": data,
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
