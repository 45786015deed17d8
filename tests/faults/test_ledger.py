"""What was acknowledged is stored, once, whatever is killed and whichever connection is cut."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.campaign import run_campaign

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "3"))
SEED = int(os.environ.get("FAULT_SEED", "20261120"))


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        made = Path(name)
        made.chmod(0o755)  # started by root, PostgreSQL is another user's, and must reach it
        yield made


async def test_every_acknowledged_event_is_in_the_database_once_and_every_row_is_its_fold(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = await run_campaign(folder, rounds=ROUNDS, seed=SEED)
    with capsys.disabled():
        print("", *outcome.lines(), sep="\n")  # noqa: T201  (the figures are what is asked for)
    assert len(outcome.recoveries) == ROUNDS
    assert outcome.cuts.total() > 0
    assert outcome.unacknowledged == 0
    assert outcome.ledger.answers["500"] == 0
    assert outcome.audit.problems[:20] == []
