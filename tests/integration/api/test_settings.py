"""The settings that are in force, as an operator sees them."""

from shared.settings import Settings
from tests.conftest import ADMIN_KEY, CALLER_SECRET, ENCRYPTION_KEY, Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import read

SETTINGS = "/api/v1/admin/settings"


async def test_every_setting_is_shown_with_where_it_comes_from(api: Function) -> None:
    found = {one["name"]: one for one in (await read(api, SETTINGS))["data"]}
    assert set(found) == {name.upper() for name in Settings.model_fields}
    retention = found["ANALYTICS_RETENTION_DAYS"]
    assert (retention["value"], retention["source"]) == (90, "default")
    assert retention["path"] == "analytics.retention_days"
    level = found["ANALYTICS_LOG_LEVEL"]
    assert (level["value"], level["source"]) == ("WARNING", "environment")


async def test_no_secret_is_shown(api: Function) -> None:
    answer = await api.call("GET", SETTINGS)
    for secret in (ADMIN_KEY, CALLER_SECRET, ENCRYPTION_KEY):
        assert secret not in answer.text
    found = {one["name"]: one for one in answer.json()["data"]}
    secrets = {name for name, one in found.items() if one["is_secret"]}
    assert secrets == {
        name.upper()
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }
    assert len(secrets) >= 5
    assert found["REVENGE_DATABASE_URL"]["is_set"]
    assert not found["REVENGE_JWT_SECRET"]["is_set"]


async def test_settings_are_not_for_everybody(api: Function, caller: CallerWith) -> None:
    for role, status in (("viewer", 403), ("service", 403), ("integration", 200)):
        headers = await caller(role)
        assert (await api.call("GET", SETTINGS, headers=headers)).status_code == status
