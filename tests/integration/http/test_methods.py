"""A method that a path does not take is refused with those that it takes."""

from collections.abc import Callable

import pytest

from tests.conftest import Function
from tests.integration.api.scenes import RULES, SESSIONS


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", RULES, "GET, POST"),
        ("OPTIONS", f"{RULES}/0198f7a0-5b1c-7c9e-8a51-0f6f6d4c2b7e", "DELETE, GET, PATCH, PUT"),
        ("DELETE", f"{RULES}/import", "POST"),
        ("GET", f"{RULES}/import", "POST"),
        ("DELETE", f"{SESSIONS}/active", "GET"),
    ],
)
async def test_allow_names_every_method_of_the_path_and_no_other(
    functions: Callable[[str], Function], method: str, path: str, allowed: str
) -> None:
    answer = await functions("api").call(method, path)
    assert answer.status_code == 405, answer.text
    assert answer.headers["allow"] == allowed
    assert answer.json()["code"] == "method_not_allowed"
