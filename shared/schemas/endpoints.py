"""Addresses that we send to, and what signs or opens what is sent: given, checked and kept.

What is shown of them holds no secret, and so no whole URL.
"""

import base64
import binascii
import secrets
from ipaddress import ip_address
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from shared.domain.targets import is_metadata_target, is_public_target

SECRET_PREFIX = "whsec_"  # noqa: S105  (a prefix, as Standard Webhooks defines it)
_SECRET_BYTES = range(24, 65)
_NEW_SECRET_BYTES = 32
_HINT_LENGTH = 4
_SHORTEST_HINTED = 16


def _check_secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    try:
        key = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not text.startswith(SECRET_PREFIX) or len(key) not in _SECRET_BYTES:
        raise ValueError("must be whsec_ and 24 to 64 bytes in base64")
    return secret


def _check_url(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    refusal = "must be an address that begins with https:// or http://"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(refusal) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError(refusal)
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise ValueError("must be written in ASCII characters without spaces")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no user name or password")
    return url


Url = Annotated[
    SecretStr,
    Field(max_length=2_000, json_schema_extra={"pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[!-~]+$"}),
    AfterValidator(_check_url),
]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Secret = Annotated[
    SecretStr,
    Field(json_schema_extra={"pattern": "^whsec_[A-Za-z0-9+/]{32,}={0,2}$"}),
    AfterValidator(_check_secret),
]


# An error that repeats its input would write secrets into logs.
STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)


class Endpoint(BaseModel):
    """What everything has that is reached by a URL."""

    model_config = STRICT

    url: Url
    allow_private_network: bool = Field(
        default=False,
        description="Let the address be one of our own network, and let it be http://.",
    )

    @model_validator(mode="after")
    def _stays_outside(self) -> Self:
        """Refuse at once what the sender would refuse; names are looked up only there."""
        parts = urlsplit(self.url.get_secret_value())
        if _is_metadata(parts.hostname or ""):
            raise ValueError("url is where a cloud keeps its secrets, which is never called")
        if self.allow_private_network:
            return self
        if parts.scheme != "https":
            raise ValueError("url must be https:// unless allow_private_network is set")
        if not _may_be_public(parts.hostname or ""):
            raise ValueError("url is in a private network; set allow_private_network to allow it")
        return self

    def host_and_hint(self) -> tuple[str, str]:
        """Return what tells one channel from another and gives nothing away."""
        parts = urlsplit(self.url.get_secret_value())
        tail = parts.path[-_HINT_LENGTH:] if len(parts.path) >= _SHORTEST_HINTED else ""
        return parts.hostname or "", "…" + tail

    def to_stored(self) -> dict[str, Any]:
        """Return everything, secrets in clear: to be encrypted."""
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in self
        }


class SignedEndpoint(Endpoint):
    """One to which requests are signed."""

    secret: Secret | None = Field(
        default=None, description="The signing secret (whsec_...); made and shown once if absent."
    )


def new_secret() -> str:
    """Return a fresh signing secret of 32 random bytes."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_NEW_SECRET_BYTES)).decode()


def _may_be_public(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return is_public_target(ip_address(host))
    except ValueError:
        return True


def _is_metadata(host: str) -> bool:
    try:
        return is_metadata_target(ip_address(host))
    except ValueError:
        return False
