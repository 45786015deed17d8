import subprocess
import sys
from uuid import uuid4

from shared.settings import Settings
from shared.tasks.nudges import NoNudges, nudger


def make(**values: object) -> Settings:
    base = {"REVENGE_DATABASE_URL": "postgresql://", "ANALYTICS_CALLER_AUTH": "hmac"}
    secret = {"ANALYTICS_CALLER_SECRET": "x" * 32}
    whole = base | secret | values
    return Settings.model_validate({name.lower(): value for name, value in whole.items()})


async def test_without_a_queue_there_are_no_nudges() -> None:
    nudges = nudger(make())
    assert isinstance(nudges, NoNudges)
    await nudges.detect([uuid4()])
    await nudges.deliver([uuid4()])


def test_without_a_queue_the_client_is_not_even_imported() -> None:
    program = "import sys, shared.tasks.nudges; print('grpc' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)  # noqa: S603
    assert told.stdout.strip() == b"False"
