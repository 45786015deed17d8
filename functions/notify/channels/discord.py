"""Discord: an embed per event, kept within Discord's limits, that mentions nobody."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import urlsplit

from functions.notify import outbound
from functions.notify.outbound import Answer
from shared.domain.delivery import DeliveryError, OutgoingEvent
from shared.schemas.channels import DiscordConfig

GONE = (401, 404)
GONE_REASON = (
    "Discord says that this webhook was deleted. Make a new one in Discord, give its address to"
    " the channel and enable it again."
)

# Lengths in UTF-16 units, as Discord counts; all texts of a message together have one too.
MAX_TITLE = 256
MAX_DESCRIPTION = 4_096
MAX_FIELD = 1_024
MAX_URL = 2_048
MAX_TOGETHER = 6_000

_RULES: Mapping[str, str] = MappingProxyType(
    {
        "impossible_travel": "impossible travel",
        "simultaneous_locations": "two places at once",
        "device_velocity": "too many places or devices",
        "concurrent_streams": "too many streams at once",
        "geo_restriction": "a country that is not allowed",
        "inactivity": "inactive",
    }
)
# Severity 1 is the gravest (docs/detection.md).
_SEVERITIES: Mapping[int, tuple[str, int]] = MappingProxyType(
    {
        1: ("1 (critical)", 0x9B1C31),
        2: ("2 (high)", 0xE02424),
        3: ("3 (medium)", 0xFF8A4C),
        4: ("4 (low)", 0xFACA15),
        5: ("5 (notice)", 0x3F83F8),
    }
)
_ACTIONS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "action.awaiting_approval": ("waits for approval", 0xFACA15),
        "action.failed": ("did not work", 0xE02424),
    }
)
_DONE: Mapping[str, str] = MappingProxyType(
    {
        "terminate_stream": "ending a stream",
        "suspend_account": "suspending the account",
        "unsuspend_account": "letting the account in again",
    }
)
_NEUTRAL = 0x6B7280
_FRIENDLY = 0x31C48D
_MARKDOWN = re.compile(r"([\\*_~`|<>\[\]#])")


async def send(config: Mapping[str, Any], event: OutgoingEvent, /) -> int:
    """Post an event and return the status of the answer.

    Raises:
        DeliveryError: it was not taken.
    """
    settings = DiscordConfig.model_validate(config)
    url = settings.url.get_secret_value()
    message = to_message(event, settings.username)
    answer = await outbound.post(
        # With wait, Discord answers after it has stored the message, not before.
        f"{url}{'&' if urlsplit(url).query else '?'}wait=true",
        json.dumps(message).encode(),
        {"Content-Type": "application/json"},
        allow_private_network=settings.allow_private_network,
    )
    _honour_rate_limit(answer)
    return outbound.require_success(answer, gone=GONE, gone_reason=GONE_REASON)


def to_message(event: OutgoingEvent, username: str | None = None) -> dict[str, Any]:
    """Return the message that tells of an event."""
    embed = _embed(event)
    embed["timestamp"] = event.created_at.astimezone(UTC).isoformat()
    message: dict[str, Any] = {"embeds": [embed], "allowed_mentions": {"parse": []}}
    return message if username is None else message | {"username": username}


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most ``limit`` UTF-16 units, never within a character."""
    if _length(text) <= limit:
        return text
    units = text.encode("utf-16-le", "replace")[: 2 * (limit - 1)]
    return units.decode("utf-16-le", "ignore") + "…"


def _honour_rate_limit(answer: Answer) -> None:
    """Read a 429's JSON, which is more exact than its header; Cloudflare's has none."""
    if answer.status != 429:  # noqa: PLR2004  (RFC 6585)
        return
    asked = answer.json().get("retry_after")
    if isinstance(asked, int | float) and 0 <= asked < timedelta.max.total_seconds():
        raise DeliveryError(
            "Discord asks for fewer messages.", status=429, retry_after=timedelta(seconds=asked)
        )


def _embed(event: OutgoingEvent) -> dict[str, Any]:
    if event.kind == "channel.test":
        return {
            "title": "It works",
            "description": "This is a test from Revenge Analytics. Alerts will appear here.",
            "color": _FRIENDLY,
        }
    if event.kind == "trust.low":
        return _trust_embed(event.payload)
    if event.kind == "rules.shadow_account":
        return _shadow_embed(event.payload)
    if event.kind in _ACTIONS:
        return _action_embed(event)
    if violation := _mapping(event.payload.get("violation")):
        return _violation_embed(event, violation)
    return {"title": _text(event.kind, MAX_TITLE) or "Event", "color": _NEUTRAL}


def _trust_embed(payload: Mapping[str, Any]) -> dict[str, Any]:
    name, score, action, threshold = (
        _text(payload.get(part), 120) for part in ("user_name", "score", "action", "threshold")
    )
    return {
        "title": f"{name or 'Somebody'}: trust is down to {score}",
        "description": f"The threshold to {action} is {threshold} of 100.",
        "color": _NEUTRAL,
        "footer": {"text": _text(payload.get("user_id"), 100) or "unknown"},
    }


def _shadow_embed(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line per rule in shadow; what does not fit is left out."""
    rules = [_mapping(rule) or {} for rule in payload.get("rules", [])]
    lines = [
        f"**{_text(rule.get('rule_name'), 120)}**: {rule.get('users')} people,"
        f" {rule.get('cases')} violations, {rule.get('alerts')} messages,"
        f" {rule.get('trust_lost')} points of trust"
        for rule in rules
    ]
    return {
        "title": f"Rules in shadow: the week of {_text(payload.get('week'), 20)}",
        "description": shorten("\n".join(lines), MAX_DESCRIPTION),
        "color": _NEUTRAL,
    }


def _action_embed(event: OutgoingEvent) -> dict[str, Any]:
    words, colour = _ACTIONS[event.kind]
    name = _text(event.payload.get("user_name"), 120) or "Somebody"
    said: object = event.payload.get("actions")
    listed = cast("list[object]", said) if isinstance(said, list) else []
    actions = [_mapping(each) for each in listed]
    first = actions[0] if actions else _mapping(None)
    done = _DONE.get(str(first.get("kind")), "an action")
    more = f" (and {len(actions) - 1} more)" if len(actions) > 1 else ""
    embed: dict[str, Any] = {
        "title": shorten(f"{name}: {done}{more} {words}", MAX_TITLE),
        "color": colour,
    }
    sentences = (first.get("reason") or first.get("last_error"), first.get("sentence"))
    told = [text for each in sentences if (text := _text(each, MAX_FIELD))]
    if told:
        embed["description"] = "\n".join(told)
    return embed | _link(event)


def _violation_embed(event: OutgoingEvent, violation: Mapping[str, Any]) -> dict[str, Any]:
    words, colour = _SEVERITIES.get(violation.get("severity", 0), ("unknown", _NEUTRAL))
    embed: dict[str, Any] = {"title": _title(event.kind, violation), "color": colour}
    fields = [
        ("Severity", words),
        ("Times seen", _text(violation.get("occurrences"), MAX_FIELD)),
        ("First seen", _instant(violation.get("first_seen_at"))),
        ("Last seen", _instant(violation.get("last_seen_at"))),
    ]
    # Discord refuses a field without a text.
    embed["fields"] = [{"name": n, "value": v, "inline": True} for n, v in fields if v]
    spent = _length(embed["title"]) + sum(_length(n) + _length(v) for n, v in fields)
    room = min(MAX_DESCRIPTION, MAX_TOGETHER - spent)
    if description := _text(violation.get("sentence"), room):
        embed["description"] = description
    return embed | _link(event)


def _link(event: OutgoingEvent) -> dict[str, str]:
    url = event.payload.get("url")
    if isinstance(url, str) and url.startswith(("https://", "http://")) and len(url) <= MAX_URL:
        return {"url": url}
    return {}


def _title(kind: str, violation: Mapping[str, Any]) -> str:
    """Return person and rule in words; a long name must leave room for the rule."""
    rule = _mapping(violation.get("rule"))
    words = _RULES.get(str(rule.get("type"))) or _text(rule.get("name"), 100) or "account sharing"
    name = _text(violation.get("user_name"), 120) or "Somebody"
    again = ", again" if kind == "violation.updated" else ""
    return shorten(f"{name}: {words}{again}", MAX_TITLE)


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _text(value: object, limit: int) -> str:
    """Return a value as text in which nothing is markup: names come from strangers."""
    text = "" if value is None else str(value).strip()
    return shorten(_MARKDOWN.sub(r"\\\1", text), limit)


def _instant(value: object) -> str:
    """Return a time that Discord shows in the reader's own zone."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return ""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return f"<t:{int(aware.timestamp())}:f>"


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2
