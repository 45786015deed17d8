"""The secrets of one stack: made once, kept in DATA_DIR, unless the user set them."""

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

from infra.local.private_files import read_or_make
from shared.domain.keys import new_api_key
from shared.settings import Settings

CALLER_SECRET_FILE = "caller.secret"  # noqa: S105 - a file's name
_ENCRYPTION_KEY_FILE = "encryption.key"
_ADMIN_KEY_FILE = "admin.key"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who may call, and what encrypts.

    Args:
        caller_secret: Signs the tokens of the scheduler.
        encryption_key: None if the user's settings hold one.
        admin_key: The first API key; None if the user's settings hold one.
        admin_key_place: Where a person finds that key.
    """

    caller_secret: str
    encryption_key: str | None
    admin_key: str | None
    admin_key_place: str

    def environment(self) -> dict[str, str]:
        """Return the variables that tell the functions."""
        told = {"ANALYTICS_CALLER_AUTH": "hmac", "ANALYTICS_CALLER_SECRET": self.caller_secret}
        if self.encryption_key is not None:
            told["REVENGE_ENCRYPTION_KEY"] = self.encryption_key
        if self.admin_key is not None:
            told["ANALYTICS_BOOTSTRAP_API_KEY"] = self.admin_key
        return told


def read_or_make_credentials(data_dir: Path, settings: Settings) -> Credentials:
    """Return the credentials of a stack, making what is missing."""
    admin_file = data_dir / _ADMIN_KEY_FILE
    has_admin_key = settings.analytics_bootstrap_api_key is not None
    has_encryption_key = settings.revenge_encryption_key is not None
    return Credentials(
        caller_secret=read_or_make(data_dir / CALLER_SECRET_FILE, _new_caller_secret),
        encryption_key=None
        if has_encryption_key
        else read_or_make(data_dir / _ENCRYPTION_KEY_FILE, _new_encryption_key),
        admin_key=None if has_admin_key else read_or_make(admin_file, new_api_key),
        admin_key_place="ANALYTICS_BOOTSTRAP_API_KEY" if has_admin_key else str(admin_file),
    )


def _new_caller_secret() -> str:
    return secrets.token_urlsafe(48)


def _new_encryption_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii")
