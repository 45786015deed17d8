"""Sharing rules at the edges: as people write them, as answers show them, as rows keep them.

The parameters of each type are the domain's own dataclasses: their fields, ranges and defaults
are read from there and stand nowhere else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    TypeAdapter,
    ValidationError,
)

from shared.domain.action import Warn
from shared.domain.rules.device_velocity import DeviceVelocity
from shared.domain.rules.impossible_travel import ImpossibleTravel
from shared.domain.rules.rule import (
    CONFIG_TYPES,
    DEFAULT_SEVERITY,
    Rule,
    RuleConfig,
    RuleMode,
    RuleType,
)
from shared.domain.rules.scope import Scope
from shared.errors import FieldError, InvalidInputError
from shared.schemas.problems import field_errors
from shared.schemas.rule_actions import RuleActions
from shared.schemas.session_events import Text

_CONFIGS: Mapping[RuleType, TypeAdapter[RuleConfig]] = {
    rule_type: TypeAdapter(config_type) for rule_type, config_type in CONFIG_TYPES.items()
}
_SCOPE = TypeAdapter(Scope)

RuleName = Annotated[Text, Field(min_length=1, max_length=100)]


class RuleChange(BaseModel):
    """What may be changed of a rule; what is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"mode": "live", "severity": 2}]},
    )

    name: RuleName | None = None
    config: dict[str, JsonValue] | None = None
    scope: dict[str, JsonValue] | None = None
    severity: Annotated[int, Field(ge=1, le=5, strict=True)] | None = None
    mode: RuleMode | None = None
    enabled: StrictBool | None = None
    actions: RuleActions | None = None


class NewRule(BaseModel):
    """A rule to be made. It begins in shadow unless it says otherwise."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Two streams at most",
                    "type": "concurrent_streams",
                    "config": {"max_streams": 2},
                }
            ]
        },
    )

    name: RuleName
    type: RuleType
    config: dict[str, JsonValue] = Field(
        default_factory=dict, description="The type's parameters; left out, they have defaults."
    )
    scope: dict[str, JsonValue] = Field(
        default_factory=dict, description="What the rule looks at; empty is everything."
    )
    severity: Annotated[int, Field(ge=1, le=5, strict=True)] | None = Field(
        default=None, description="1 is the gravest; left out, the type's own."
    )
    mode: RuleMode = RuleMode.SHADOW
    enabled: StrictBool = True
    actions: RuleActions = Field(default_factory=lambda: [Warn()])


class ImportedRule(NewRule):
    """A rule as another installation lists it. What is its own there stays there."""

    id: UUID | None = Field(default=None, description="Not taken over: the rule gets a new one.")
    created_at: datetime | None = Field(default=None, description="Not taken over.")
    updated_at: datetime | None = Field(default=None, description="Not taken over.")

    def in_shadow(self) -> NewRule:
        """Return the rule as it begins here: without consequences, whatever it was there."""
        kept = self.model_dump(exclude={"id", "created_at", "updated_at"})
        return NewRule.model_validate({**kept, "mode": RuleMode.SHADOW})


class RuleImport(BaseModel):
    """Rules to be taken over: the `data` of another installation's list."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"data": [{"name": "Two at most", "type": "concurrent_streams"}]}]
        },
    )

    data: Annotated[list[ImportedRule], Field(min_length=1, max_length=100)]
    page: JsonValue = Field(default=None, description="Of the list; not read.")


class RuleView(BaseModel):
    """A rule as answers show it."""

    id: UUID
    name: str
    type: RuleType
    config: dict[str, Any]
    scope: dict[str, Any]
    severity: int
    mode: RuleMode
    enabled: bool
    actions: RuleActions
    created_at: datetime
    updated_at: datetime


class RuleTypeView(BaseModel):
    """A type of rule, and what can be set of it."""

    type: RuleType
    severity: int = Field(description="Of a rule that says none; 1 is the gravest, 5 the mildest.")
    config: dict[str, Any] = Field(
        description="The parameters of its rules, with defaults and ranges, as JSON Schema."
    )


def rule_types() -> list[RuleTypeView]:
    """Return all types of rules."""
    return [
        RuleTypeView(
            type=rule_type, severity=DEFAULT_SEVERITY[rule_type], config=adapter.json_schema()
        )
        for rule_type, adapter in _CONFIGS.items()
    ]


def read_config(rule_type: RuleType, values: Mapping[str, object]) -> RuleConfig:
    """Return the parameters of a rule.

    Raises:
        InvalidInputError: naming what is unknown or out of range.
    """
    try:
        return _CONFIGS[rule_type].validate_python(dict(values))
    except ValidationError as error:
        raise _invalid("config", error) from error


def check_window(config: RuleConfig, retention_days: int) -> None:
    """Refuse a window that reaches further back than sessions are kept.

    Raises:
        InvalidInputError: naming the parameter and how long they are.
    """
    match config:
        case ImpossibleTravel(window_hours=hours) | DeviceVelocity(window_hours=hours):
            if hours > 24 * retention_days:
                most = (
                    f"Sessions are kept for {retention_days} days, so {24 * retention_days} hours"
                )
                message = f"{most} is the longest window."
                errors = [FieldError("config.window_hours", message)]
                raise InvalidInputError(f"The rule is not valid: {message}", errors=errors)
        case _:
            pass


def read_scope(values: Mapping[str, object]) -> Scope:
    """Return what a rule looks at.

    Raises:
        InvalidInputError: naming what is unknown.
    """
    try:
        return _SCOPE.validate_python(dict(values))
    except ValidationError as error:
        raise _invalid("scope", error) from error


def dump_config(config: RuleConfig) -> dict[str, Any]:
    """Return parameters as JSON has them, all of them."""
    adapter: TypeAdapter[RuleConfig] = TypeAdapter(type(config))
    return adapter.dump_python(config, mode="json")


def dump_scope(scope: Scope) -> dict[str, Any]:
    """Return a scope as JSON has it, leaving out what it does not limit."""
    dumped: dict[str, list[str]] = _SCOPE.dump_python(scope, mode="json")
    return {name: sorted(values) for name, values in dumped.items() if values}


def rule_of(row: Mapping[str, Any]) -> Rule:
    """Return a row of the rules table as the domain knows it."""
    rule_type = RuleType(row["type"])
    return Rule(
        id=row["id"],
        name=row["name"],
        type=rule_type,
        config=read_config(rule_type, row["config"]),
        severity=row["severity"],
        mode=RuleMode(row["mode"]),
        enabled=row["enabled"],
        scope=read_scope(row["scope"]),
    )


def _invalid(carrier: str, error: ValidationError) -> InvalidInputError:
    errors = [FieldError(f"{carrier}.{e.field}", e.message) for e in field_errors(error)]
    named = "; ".join(f"{e.field}: {e.message}" for e in errors[:5])
    return InvalidInputError(f"The rule is not valid: {named}.", errors=errors)
