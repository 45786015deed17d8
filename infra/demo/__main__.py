"""Play a believable evening into the running stack: `make demo`, or `python -m infra.demo`."""

import signal
import sys
from types import FrameType
from uuid import uuid4

import requests

from infra.demo.performance import perform
from infra.demo.problem import DemoError
from infra.demo.receiver import Receiver
from infra.demo.report import Report
from infra.demo.service import Service
from infra.demo.target import find_target
from infra.demo.verdict import differences

_INTERRUPTED = 130


def main() -> int:
    """Play; return 0 only if it ends with the sharer's case and nobody else's."""
    for sign in (signal.SIGINT, signal.SIGTERM):  # also where a shell had it ignore Ctrl-C
        signal.signal(sign, _interrupt)
    report = Report()
    try:
        return _play(report)
    except DemoError as error:
        report.fail(error)
        return 1
    except KeyboardInterrupt:
        report.say("Stopped.")
        return _INTERRUPTED


def _play(report: Report) -> int:
    target = find_target()
    with requests.Session() as session, Receiver() as receiver:
        service = Service(target, session)
        service.check()
        report.say(f"Playing an evening into {target.url}")
        outcome = perform(service, receiver, uuid4(), report)
    wrong = differences(outcome)
    report.show(outcome)
    report.conclude(outcome, wrong, target)
    return 1 if wrong else 0


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Let a signal end it with its channel removed."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
