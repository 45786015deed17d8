"""What the person at the terminal sees: a bar while it goes on, and a small table at the end."""

import contextlib
from collections import Counter
from collections.abc import Callable, Generator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.demo.performance import Outcome
from infra.demo.problem import DemoError
from infra.demo.target import Target


class Report:
    """Prints to the terminal, or plain lines where there is none."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(soft_wrap=True, highlight=False, markup=False)

    def say(self, line: str) -> None:
        """Print one line."""
        self._console.print(line, soft_wrap=True)

    def fail(self, error: DemoError) -> None:
        """Print why the demo cannot go on."""
        self.say(f"Error: {error}")

    @contextlib.contextmanager
    def sending(self, total: int) -> Generator[Callable[[int], None]]:
        """Show a bar of the events sent; without a terminal, its last state alone."""
        columns = (
            TextColumn("Sending the evening"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("events"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._console) as progress:
            task = progress.add_task("", total=total)
            yield lambda count: progress.advance(task, count)

    @contextlib.contextmanager
    def waiting(self, label: str) -> Generator[None]:
        """Show that something is waited for; without a terminal, a line says so."""
        if not self._console.is_terminal:
            self.say(f"{label} ...")
        with self._console.status(label):
            yield

    def show(self, outcome: Outcome) -> None:
        """Print what was ingested, found and delivered."""
        self.say(f"Ingested   {_ingested(outcome)}")
        self.say(f"Found      {_found(outcome)}")
        self.say(f"Delivered  {_delivered(outcome)}")

    def conclude(self, outcome: Outcome, differences: list[str], target: Target) -> None:
        """Print how it ended: with the sharer's case, or with what differs from that."""
        for difference in differences:
            self.say(f"Wrong: {difference}")
        if not differences:
            for person, case in outcome.cases:
                self.say(f"{person.name}: {case.sentence}")
            if outcome.alert is not None and outcome.alert.url is not None:
                self.say(f"Its page: {outcome.alert.url}")
            bearer = f"Authorization: Bearer {target.key_in_shell}"
            for _, case in outcome.cases:
                address = f"{target.url}/api/v1/analytics/violations/{case.id}"
                self.say(f'Evidence: curl -H "{bearer}" {address}')
        self.say(f"To remove the demo's people: stop make run and delete {target.data}.")


def _ingested(outcome: Outcome) -> str:
    done = outcome.ingested
    return (
        f"{done.people} people, {done.sessions} sessions, {done.events:,} events"
        f" in {done.seconds:.1f} s"
    )


def _found(outcome: Outcome) -> str:
    names = ", ".join(f"{person.name} ({case.rule})" for person, case in outcome.cases)
    count = len(outcome.cases)
    return f"{count} {'case' if count == 1 else 'cases'}{': ' if names else ''}{names}"


def _delivered(outcome: Outcome) -> str:
    kinds = Counter(alert.kind for alert in outcome.alerts)
    if not kinds:
        return "nothing"
    told = ", ".join(f"{count} x {kind}" for kind, count in kinds.items())
    signed = all(alert.is_signed for alert in outcome.alerts)
    signature = "signature valid" if signed else "SIGNATURE NOT VALID"
    delay = outcome.delay_seconds
    after = "" if delay is None else f", {delay:.1f} s after the second city was acknowledged"
    return f"{told}, {signature}{after}"
