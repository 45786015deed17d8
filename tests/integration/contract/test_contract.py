"""The functions keep the contract that is committed: https://schemathesis.readthedocs.io walks it.

Each operation is asked with its examples, with values at every edge of its schema and beyond, and
with random ones; then in sequences, by ids that answers gave. Nothing may end in a 5xx, answer what
the contract does not say, take what the contract refuses, or go without its permission. The same
requests every time, until the time is up.
"""

import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from functions.api.openapi import DOCUMENT_PATH
from tests.conftest import ADMIN_KEY, ROOT, environment
from tests.integration.contract.served import served

CONFIG = Path(__file__).with_name("schemathesis.toml")
SECONDS = 90
# Values at the edges come out of sets, whose order is another for each process unless told.
SAME_EVERY_TIME = {"PYTHONHASHSEED": "0"}
# Refused for asking too often, nothing would be tested.
NO_LIMITS = {
    "ANALYTICS_LIMIT_REQUESTS_PER_MINUTE": "0",
    "ANALYTICS_LIMIT_FAILURES_PER_MINUTE": "10000",
    "ANALYTICS_LIMIT_FAILED_SIGN_INS": "1000",
}


@pytest.fixture
def url(database_url: str, places: tuple[Path, Path]) -> Generator[str]:
    with served(environment(database_url, places) | NO_LIMITS) as gateway:
        yield gateway


def test_every_operation_does_what_the_contract_says(url: str, tmp_path: Path) -> None:
    program = (sys.executable, "-m", "schemathesis.cli", "--no-color", f"--config-file={CONFIG}")
    walked = subprocess.run(  # noqa: S603  (our own program)
        [*program, "run", str(DOCUMENT_PATH), f"--url={url}", f"--max-time={SECONDS}"],
        cwd=tmp_path,
        env=os.environ | SAME_EVERY_TIME | {"CONTRACT_KEY": ADMIN_KEY, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
