"""Actions of a rule at the edges: as people write them, as answers show them, as rows keep them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter

from shared.domain.action import ActionConfig, SuspendAccount, TerminateStream, Warn

_KINDS = {"require_approval": bool, "delay_seconds": int}


def _from_name(value: object) -> object:
    """Read a bare name as an action with its defaults."""
    return {"type": value} if isinstance(value, str) else value


def _fields(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _as_written(value: object) -> object:
    """Refuse a number for a truth, and the other way about, which pydantic takes otherwise."""
    for name, kind in _KINDS.items():
        said = _fields(value).get(name)
        if said is not None and type(said) is not kind:
            raise ValueError(f"{name}: must be of type {kind.__name__}")
    return value


def _each_once(actions: list[ActionConfig]) -> list[ActionConfig]:
    kinds = [action.type for action in actions]
    if len(set(kinds)) < len(kinds):
        raise ValueError("names an action twice")
    return actions


_Action = Annotated[Warn | TerminateStream | SuspendAccount, Field(discriminator="type")]
_Name = Annotated[
    Literal["warn", "terminate_stream", "suspend_account"],
    Field(description="A bare name: the action with its defaults."),
]

RuleAction = Annotated[
    _Action,
    BeforeValidator(_as_written),
    BeforeValidator(_from_name, json_schema_input_type=_Action | _Name),
]
RuleActions = Annotated[list[RuleAction], AfterValidator(_each_once)]

_ACTIONS: TypeAdapter[list[ActionConfig]] = TypeAdapter(RuleActions)


def read_actions(stored: object) -> tuple[ActionConfig, ...]:
    """Return the actions of a row."""
    return tuple(_ACTIONS.validate_python(stored))


def dump_actions(actions: Sequence[ActionConfig]) -> list[Mapping[str, Any]]:
    """Return actions as JSON has them, all their parameters said."""
    return cast("list[Mapping[str, Any]]", _ACTIONS.dump_python(list(actions), mode="json"))
