"""A process that is killed between sending and recording."""

import asyncio
import signal
import sys
from pathlib import Path

from shared.services.relay import relay
from shared.settings import Settings
from tests.conftest import ROOT, environment
from tests.integration.notify.office import Office
from tests.integration.notify.recipient import Recipient

_PROGRAM = """
import asyncio, os, signal, sys
from uuid import UUID
from functions.notify.channels import SENDERS
from shared.clock import utc_now
from shared.services.delivery import PostOffice, deliver
from shared.services.vault import Vault
from shared.settings import settings
from shared.store.database import Database

async def send(config, event, /):
    await SENDERS["webhook"](config, event)
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    database = Database(settings())
    await database.open()
    vault = Vault(settings().revenge_encryption_key)
    await deliver(UUID(sys.argv[1]), PostOffice(database, vault, {"webhook": send}, utc_now))

asyncio.run(main())
"""


async def test_who_is_killed_after_sending_causes_a_repeat_of_the_same_id(
    office: Office, recipient: Recipient, settings: Settings, tmp_path: Path
) -> None:
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    url = settings.revenge_database_url.get_secret_value()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROGRAM, str(delivery_id),
        env=environment(url) | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
    )  # fmt: skip
    assert await child.wait() == -signal.SIGKILL
    assert (await office.delivery(delivery_id))["state"] == "pending"

    office.clock.pass_seconds(61)
    assert (await relay(office.post))["delivered"] == 1
    first, second = recipient.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
