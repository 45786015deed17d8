"""Start the stack, wait for a wish to stop or for what makes going on impossible, stop it."""

import asyncio
import contextlib
import signal

from infra.local.config import LaunchConfig
from infra.local.console import Console
from infra.local.data_dir import DataDir
from infra.local.ports import listen
from infra.local.stack import Stack

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopWish:
    """Remembers the signals: the first asks to stop, the second to hurry."""

    def __init__(self) -> None:
        self.uttered = asyncio.Event()
        self.hurry = asyncio.Event()

    def hear(self) -> None:
        """Take note of one signal."""
        if self.uttered.is_set():
            self.hurry.set()
        self.uttered.set()


async def launch(config: LaunchConfig, console: Console) -> None:
    """Run one stack until SIGINT, SIGTERM or SIGHUP.

    Raises:
        LaunchError: it cannot start, or cannot go on; everything has been stopped by then.
    """
    wish = StopWish()
    for sign in _SIGNALS:
        if sign != signal.SIGHUP or signal.getsignal(sign) != signal.SIG_IGN:  # as nohup asks
            asyncio.get_running_loop().add_signal_handler(sign, wish.hear)
    # DATA_DIR first: a killed run's gateway, which is ended there, may hold the port.
    with (
        DataDir(config.data_dir) as data_dir,
        contextlib.closing(listen(config.host, config.port)) as listener,
    ):
        await _run_until(wish, Stack(config, data_dir, listener, console), console)


async def _run_until(wish: StopWish, stack: Stack, console: Console) -> None:
    work = asyncio.create_task(stack.run())
    uttered = asyncio.create_task(wish.uttered.wait())
    await asyncio.wait([work, uttered], return_when=asyncio.FIRST_COMPLETED)
    failed = work.done()
    uttered.cancel()
    work.cancel()
    await asyncio.wait([work])
    if not failed:
        console.say("Stopping ...")
    await stack.stop(wish.hurry)
    if failed:
        work.result()
