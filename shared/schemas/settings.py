"""Settings as answers show them."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from shared.settings import Settings, source_of

_ADDRESSES = "analytics_own_addresses"


class SettingView(BaseModel):
    """A setting, and what is in force."""

    name: str = Field(
        description="The environment variable.", examples=["ANALYTICS_RETENTION_DAYS"]
    )
    path: str = Field(description="In config.yaml.", examples=["analytics.retention_days"])
    value: Any = Field(
        description="null if it is not set, a secret, or addresses that the caller may not see.",
        examples=[90],
    )
    is_set: bool = Field(description="Whether there is a value, be it shown or not.")
    is_secret: bool
    source: Literal["environment", "file", "default"]
    description: str


def setting_views(settings: Settings, *, shows_addresses: bool) -> list[SettingView]:
    """Return all settings, in the order in which they are documented."""
    hidden = () if shows_addresses else (_ADDRESSES,)
    shown = settings.model_dump(mode="json")
    return [
        SettingView(
            name=name.upper(),
            path=name.replace("_", ".", 1),
            value=None if _is_secret(name) or name in hidden else shown[name],
            is_set=getattr(settings, name) not in {None, ()},
            is_secret=_is_secret(name),
            source=source_of(name, settings),
            description=field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def _is_secret(name: str) -> bool:
    return "SecretStr" in str(Settings.model_fields[name].annotation)
