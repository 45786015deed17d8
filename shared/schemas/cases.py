"""Cases (violations) as answers and alerts show them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from pydantic import BaseModel, Field

from shared.domain.network import mask_address
from shared.schemas.actions import ActionView, action_view
from shared.schemas.session_events import is_adult

# Members of the evidence that are made of addresses, or tell a house from its town.
_WITHHELD = frozenset({"behaviour_key", "networks", "postal_code"})
_MASKED = frozenset({"address", "key"})
_ROUNDED = frozenset({"latitude", "longitude"})

# What a segment of evidence says of the item that played.
_ITEM = frozenset({"content_type", "title", "library_id"})


class RuleOfCase(BaseModel):
    """The rule a case belongs to, as it was when the case last grew."""

    id: UUID
    name: str
    type: str


class ViolationView(BaseModel):
    """A case: everything one rule found about one person that nobody has judged yet, or did."""

    id: UUID
    user_id: UUID
    user_name: str | None
    rule: RuleOfCase
    severity: int = Field(description="1 is the gravest, 5 the mildest.")
    mode: str = Field(description="live, or shadow: kept and shown, without consequences.")
    state: str = Field(description="open, acknowledged or dismissed.")
    sentence: str | None = Field(description="The latest reason, as a person would say it.")
    occurrences: int
    first_seen_at: datetime
    last_seen_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None


class ViolationDetail(ViolationView):
    """A case with all its evidence, readable after its sessions are gone."""

    details: dict[str, Any]
    actions: list[ActionView] = Field(description="What was done about it, or is to be.")


def violation_view(row: Mapping[str, Any]) -> ViolationView:
    """Return a row of ``list_cases`` as lists show it."""
    return ViolationView.model_validate(_fields(row))


def violation_detail(
    row: Mapping[str, Any],
    actions: Sequence[Mapping[str, Any]],
    *,
    shows_addresses: bool,
    shows_adult: bool,
) -> ViolationDetail:
    """Return a row of ``list_cases`` with its evidence, as far as the caller may see it.

    ``actions`` are rows of ``list_actions``.
    """
    details = row["details"] if shows_addresses else without_addresses(row["details"])
    details = details if shows_adult else without_adult(details)
    done = [action_view(action, shows_adult=shows_adult) for action in actions]
    return ViolationDetail.model_validate({**_fields(row), "details": details, "actions": done})


def case_payload(row: Mapping[str, Any], *, public_url: str | None) -> dict[str, Any]:
    """Return what an alert about a case says."""
    details: Mapping[str, Any] = row["details"]
    payload: dict[str, Any] = {
        "violation": violation_view(row).model_dump(mode="json")
        | {
            "sentences": [finding["sentence"] for finding in details["findings"]],
            "details": details,
        }
    }
    if public_url:
        payload["url"] = f"{public_url.rstrip('/')}/sharing/{row['id']}"
    return payload


def without_addresses(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """Return evidence for those who may not see addresses: these masked, coordinates rounded."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value).items()
        return {k: _veiled(k, inner) for k, inner in members if k not in _WITHHELD}
    if isinstance(value, list):
        return [without_addresses(inner) for inner in cast("list[Any]", value)]
    return value


def without_adult(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """Return evidence that does not say what played where that was adult content."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        hidden = _ITEM if is_adult(members.get("content_type")) else frozenset[str]()
        return {k: None if k in hidden else without_adult(v) for k, v in members.items()}
    if isinstance(value, list):
        return [without_adult(inner) for inner in cast("list[Any]", value)]
    return value


def _veiled(name: str, value: Any) -> Any:  # noqa: ANN401  (any JSON)
    if name in _MASKED and isinstance(value, str):
        return mask_address(value)
    if name in _ROUNDED and isinstance(value, float):
        return round(value, 1)
    return without_addresses(value)


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    rule: Mapping[str, Any] = row["details"]["rule"]
    return {
        **{name: row[name] for name in ViolationView.model_fields if name in row},
        "rule": {"id": row["rule_id"], "name": rule["name"], "type": row["rule_type"]},
        "sentence": row["details"]["sentence"],
    }
