from pathlib import Path

import pytest

from infra.local.config import ROOT, read_config
from infra.local.problem import LaunchError


def environment(tmp_path: Path, **given: str) -> dict[str, str]:
    empty = tmp_path / "config.yaml"
    empty.touch()
    return {
        "ANALYTICS_CONFIG_PATH": str(empty),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        **given,
    }


def test_without_a_word_the_state_lies_in_the_repository_and_the_port_is_8080(
    tmp_path: Path,
) -> None:
    config = read_config(environment(tmp_path))
    assert (config.data_dir, config.port, config.host) == (ROOT / ".local", 8080, "127.0.0.1")
    assert config.database_url is None


def test_a_relative_data_dir_is_relative_to_the_repository(tmp_path: Path) -> None:
    assert read_config(environment(tmp_path, DATA_DIR="my data")).data_dir == ROOT / "my data"


def test_a_database_of_the_users_is_taken_from_the_environment(tmp_path: Path) -> None:
    given = environment(tmp_path, REVENGE_DATABASE_URL="postgresql://db/revenge")
    assert read_config(given).database_url == "postgresql://db/revenge"


def test_a_database_of_the_users_is_taken_from_config_yaml(tmp_path: Path) -> None:
    given = environment(tmp_path)
    text = "revenge:\n  database_url: postgresql://db/from-yaml\n"
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    assert read_config(given).database_url == "postgresql://db/from-yaml"


@pytest.mark.parametrize("port", ["http", "-1", "65536", "80.5"])
def test_a_wrong_port_is_refused_by_name(tmp_path: Path, port: str) -> None:
    with pytest.raises(LaunchError, match="PORT"):
        read_config(environment(tmp_path, PORT=port))


def test_a_wrong_setting_is_refused_by_name_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="ANALYTICS_RETENTION_DAYS"):
        read_config(environment(tmp_path, ANALYTICS_RETENTION_DAYS="soon"))


def test_what_would_steer_the_functions_framework_is_not_passed_on(tmp_path: Path) -> None:
    config = read_config(environment(tmp_path, DEBUG="1", REVENGE_JWT_SECRET="s" * 32))
    assert "DEBUG" not in config.environment
    assert config.environment["REVENGE_JWT_SECRET"] == "s" * 32


def test_where_no_cache_can_be_kept_the_databases_of_places_lie_in_data_dir(
    tmp_path: Path,
) -> None:
    file = tmp_path / "file"
    file.touch()
    given = environment(tmp_path, XDG_CACHE_HOME=str(file), DATA_DIR=str(tmp_path / "data"))
    assert read_config(given).cache_dir == tmp_path / "data" / "places"


def test_the_gateway_is_one_more_of_the_users_proxies(tmp_path: Path) -> None:
    behind = read_config(environment(tmp_path, ANALYTICS_TRUSTED_PROXIES="1"))
    assert behind.environment["ANALYTICS_TRUSTED_PROXIES"] == "2"
    assert "ANALYTICS_TRUSTED_PROXIES" not in read_config(environment(tmp_path)).environment


@pytest.mark.parametrize("given", ["environment", "config.yaml", None])
def test_servers_are_heard_unless_the_user_says_otherwise(
    tmp_path: Path, given: str | None
) -> None:
    told = {"ANALYTICS_SERVER_EVENTS": "false"} if given == "environment" else {}
    known = environment(tmp_path, **told)
    if given == "config.yaml":
        text = "analytics:\n  server_events: false\n"
        (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    expected = {"environment": "false", "config.yaml": None, None: "true"}[given]
    assert read_config(known).environment.get("ANALYTICS_SERVER_EVENTS") == expected
