import base64
import stat
from pathlib import Path

from infra.local.credentials import read_or_make_credentials
from shared.domain.keys import is_api_key
from shared.settings import Settings, read_settings

NEEDED = {
    "REVENGE_DATABASE_URL": "postgresql://db/revenge",
    "ANALYTICS_CALLER_AUTH": "hmac",
    "ANALYTICS_CALLER_SECRET": "x" * 32,
}


def settings(**given: str) -> Settings:
    return read_settings({**NEEDED, **given}, "")


def test_a_new_stack_gets_secrets_that_the_functions_accept(tmp_path: Path) -> None:
    told = read_or_make_credentials(tmp_path, settings()).environment()
    assert is_api_key(told["ANALYTICS_BOOTSTRAP_API_KEY"])
    assert len(base64.urlsafe_b64decode(told["REVENGE_ENCRYPTION_KEY"])) == 32
    assert read_settings({**NEEDED, **told}, "").analytics_caller_auth == "hmac"


def test_a_later_start_finds_the_same_secrets(tmp_path: Path) -> None:
    first = read_or_make_credentials(tmp_path, settings())
    assert read_or_make_credentials(tmp_path, settings()) == first


def test_nobody_else_can_read_the_files(tmp_path: Path) -> None:
    read_or_make_credentials(tmp_path, settings())
    rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert rights == {"admin.key": 0o600, "caller.secret": 0o600, "encryption.key": 0o600}


def test_what_the_user_set_is_neither_made_nor_replaced(tmp_path: Path) -> None:
    given = settings(
        ANALYTICS_BOOTSTRAP_API_KEY="rva_of_the_user",
        REVENGE_ENCRYPTION_KEY=base64.urlsafe_b64encode(bytes(32)).decode(),
    )
    credentials = read_or_make_credentials(tmp_path, given)
    assert set(credentials.environment()) == {"ANALYTICS_CALLER_AUTH", "ANALYTICS_CALLER_SECRET"}
    assert credentials.admin_key_place == "ANALYTICS_BOOTSTRAP_API_KEY"
    assert [file.name for file in tmp_path.iterdir()] == ["caller.secret"]
