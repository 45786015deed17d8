import asyncio
import errno
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from infra.local.processes import Process, Program

CHILD_OF_THE_KILLED = """
import asyncio, sys
from pathlib import Path
from infra.local.processes import Process, Program
async def main():
    program = Program("sleeper", ("/bin/sleep", "600"), Path("/"))
    process = Process(program, logs=Path(sys.argv[1]), record=lambda *_: None, say=print)
    await process.keep_running()
    print(process.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


class Stage:
    """Runs shell scripts as processes, and keeps what is said and recorded."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.said: list[str] = []
        self.recorded: list[int] = []

    def process(self, script: str, record: Callable[[str, int], None] | None = None) -> Process:
        return Process(
            Program("program", ("/bin/sh", "-c", script), self.logs, {"PATH": "/usr/bin:/bin"}),
            logs=self.logs,
            record=record or (lambda _, pid: self.recorded.append(pid)),
            say=self.said.append,
        )


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - processes have no events
            await asyncio.sleep(0.05)


async def test_a_program_that_ends_is_started_again_ever_later(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    process = stage.process("echo started; exit 3")
    await process.keep_running()
    await until(lambda: len(stage.said) >= 2)
    await process.stop(5, asyncio.Event())
    assert process.log.read_text(encoding="utf-8").splitlines().count("started") == 2
    assert "program ended with exit code 3; starting it again in 0.5 s" in stage.said[0]
    assert "starting it again in 1 s" in stage.said[1]
    assert str(process.log) in stage.said[0]


async def test_a_program_that_cannot_be_started_again_is_tried_until_it_can(tmp_path: Path) -> None:
    logs, away = tmp_path / "logs", tmp_path / "away"
    logs.mkdir()
    stage = Stage(logs)
    process = stage.process("exec sleep 600")
    await process.keep_running()
    logs.rename(away)
    os.kill(stage.recorded[0], signal.SIGKILL)
    await until(lambda: len(stage.said) >= 3)
    away.rename(logs)
    await until(lambda: len(stage.recorded) == 2)
    assert process.pid == stage.recorded[1]
    await process.stop(5, asyncio.Event())
    assert "was ended by signal 9; starting it again in 0.5 s" in stage.said[0]
    again = "program could not be started (No such file or directory); starting it again in"
    assert f"{again} 1 s" in stage.said[1]
    assert f"{again} 2 s" in stage.said[2]


async def test_a_program_that_cannot_be_written_down_is_kept_running_all_the_same(
    tmp_path: Path,
) -> None:
    stage = Stage(tmp_path)

    def full(_: str, pid: int) -> None:
        stage.recorded.append(pid)
        raise OSError(errno.ENOSPC, "No space left on device")

    process = stage.process("exec sleep 600", record=full)
    await process.keep_running()
    os.kill(stage.recorded[0], signal.SIGKILL)
    await until(lambda: len(stage.recorded) == 2)
    assert process.pid == stage.recorded[1]
    await process.stop(5, asyncio.Event())
    assert len(stage.recorded) == 2
    assert "program runs, but was not written down (No space left on device)" in stage.said[0]


async def test_a_stopped_program_ends_politely_and_stays_ended(
    tmp_path: Path, is_gone: Callable[[int], bool]
) -> None:
    stage = Stage(tmp_path)
    process = stage.process("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done")
    await process.keep_running()
    await until(lambda: process.log.exists() and "up" in process.log.read_text(encoding="utf-8"))
    await process.stop(10, asyncio.Event())
    assert "bye" in process.log.read_text(encoding="utf-8")
    assert stage.said == []
    assert is_gone(stage.recorded[0])


async def test_a_program_that_ignores_the_wish_is_ended_after_the_grace(
    tmp_path: Path, is_gone: Callable[[int], bool]
) -> None:
    stage = Stage(tmp_path)
    process = stage.process("trap '' TERM; echo up; while :; do sleep 0.1; done")
    await process.keep_running()
    await until(lambda: process.log.exists() and "up" in process.log.read_text(encoding="utf-8"))
    await process.stop(0.3, asyncio.Event())
    assert is_gone(stage.recorded[0])


async def test_hurry_cuts_the_grace_short(tmp_path: Path) -> None:
    process = Stage(tmp_path).process("trap '' TERM; while :; do sleep 0.1; done")
    await process.keep_running()
    hurry = asyncio.Event()
    hurry.set()
    async with asyncio.timeout(10):
        await process.stop(600, hurry)
    assert process.pid is None


async def test_workers_whose_server_was_killed_are_ended_before_it_starts_again(
    tmp_path: Path, is_gone: Callable[[int], bool]
) -> None:
    stage = Stage(tmp_path)
    process = stage.process("sleep 600 & echo $!; wait")
    await process.keep_running()
    await until(lambda: process.log.exists() and process.log.read_text(encoding="utf-8"))
    worker = int(process.log.read_text(encoding="utf-8").split()[0])
    os.kill(stage.recorded[0], signal.SIGKILL)
    await until(lambda: len(stage.recorded) == 2)
    assert is_gone(worker)
    assert "was ended by signal 9" in stage.said[0]
    await process.stop(5, asyncio.Event())


async def test_a_program_that_runs_once_tells_its_exit_code(tmp_path: Path) -> None:
    process = Stage(tmp_path).process("echo done; exit 7")
    assert await process.run_once() == 7
    assert process.log.read_text(encoding="utf-8") == "done\n"


def test_when_the_launcher_is_killed_its_programs_end(
    tmp_path: Path,
    start_python: Callable[..., subprocess.Popen[str]],
    eventually: Callable[[Callable[[], object]], None],
    is_gone: Callable[[int], bool],
) -> None:
    launcher = start_python(CHILD_OF_THE_KILLED, str(tmp_path))
    assert launcher.stdout is not None
    pid = int(launcher.stdout.readline())
    assert not is_gone(pid)
    launcher.kill()
    eventually(lambda: is_gone(pid))
