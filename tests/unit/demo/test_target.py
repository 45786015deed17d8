"""Where the demo plays, and with which key."""

from pathlib import Path

import pytest

from infra.demo.problem import DemoError
from infra.demo.target import find_target
from shared.domain.keys import new_api_key

KEY = new_api_key()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Settings as `make demo` passes them on, with an admin key as `make run` keeps it."""
    (tmp_path / "admin.key").write_text(KEY + "\n", encoding="ascii")
    config = tmp_path / "config.yaml"
    config.touch()
    return {
        "DATA_DIR": str(tmp_path),
        "PORT": "9321",
        "XDG_CACHE_HOME": str(tmp_path),
        "ANALYTICS_CONFIG_PATH": str(config),
    }


def test_it_plays_where_make_run_with_the_same_settings_listens(
    environment: dict[str, str], tmp_path: Path
) -> None:
    target = find_target(environment)
    assert (target.url, target.key) == ("http://127.0.0.1:9321", KEY)
    assert target.key_place == str(tmp_path / "admin.key")


def test_a_key_that_was_set_is_used(environment: dict[str, str]) -> None:
    own = new_api_key()
    target = find_target(environment | {"ANALYTICS_BOOTSTRAP_API_KEY": own})
    assert (target.key, target.key_place) == (own, "ANALYTICS_BOOTSTRAP_API_KEY")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"DATA_DIR": "/nowhere/at/all"}, "start `make run` in another shell first"),
        ({"PORT": "0"}, "give the one that make run printed"),
        ({"PORT": "http"}, "PORT must be a number"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    environment: dict[str, str], changed: dict[str, str], said: str
) -> None:
    with pytest.raises(DemoError, match=said) as raised:
        find_target(environment | changed)
    assert "\n" not in str(raised.value)
