"""Events as JSON, in runs: short, since each heartbeat writes its session's anew.

A run holds events that follow each other and differ in nothing but time, progress and sequence, as
heartbeats do: ``[kind, network, attributes, state, started_at, end_reason, times, progresses,
sequences]``. Networks and sets of attributes, which runs repeat, stand once and are referred to by
their place in a list. Times are milliseconds since 1970, progress is in milliseconds; of each list
of numbers the first is whole, and each other the difference from the one before it. A list is null
if the events say nothing of the kind.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import accumulate, repeat
from typing import Any

from shared.domain.event_order import Front
from shared.domain.session import (
    Attribute,
    EndReason,
    EventKind,
    NetworkAddress,
    SessionEvent,
    State,
)
from shared.store.json_times import MILLISECOND, from_ms, to_ms

Json = dict[str, Any]
Run = list[Any]

NO_EVENTS: Mapping[str, list[Any]] = {"networks": [], "attributes": [], "runs": []}

_TIMES, _SEQUENCES = 6, 8  # the places of these in a run


def with_events(stored: Mapping[str, Any], events: Iterable[SessionEvent]) -> Json:
    """Return stored events with more at their end; what was stored is neither read nor changed."""
    networks: list[Any] = [*stored["networks"]]
    attributes: list[Any] = [*stored["attributes"]]
    runs: list[Run] = [*stored["runs"]]
    if runs:
        head, numbers = runs[-1][:_TIMES], runs[-1][_TIMES:]
        runs[-1] = [*head, *(part and [*part] for part in numbers)]
    for event in events:
        alone = _run(
            event,
            network=_place(networks, encode_network(event.network)),
            attributes=_place(attributes, dict(event.attributes)),
        )
        if runs and _are_alike(runs[-1], alone):
            _join(runs[-1], alone)
        else:
            runs.append(alone)
    return {"networks": networks, "attributes": attributes, "runs": runs}


def read_events(stored: Mapping[str, Any]) -> tuple[SessionEvent, ...]:
    """Return stored events."""
    networks = [decode_network(network) for network in stored["networks"]]
    return tuple(
        event for run in stored["runs"] for event in _read(run, networks, stored["attributes"])
    )


def oldest_at(stored: Mapping[str, Any]) -> datetime | None:
    """Return the time of the first event, without reading the others."""
    runs = stored["runs"]
    return from_ms(runs[0][_TIMES][0]) if runs else None


def front(stored: Mapping[str, Any]) -> Front:
    """Return how far the events go, without reading them."""
    runs: list[Run] = stored["runs"]
    latest = max((_highest(run[_TIMES]) for run in runs), default=None)
    counted = (sum(run[_SEQUENCES]) for run in reversed(runs) if run[_SEQUENCES] is not None)
    return Front(None if latest is None else from_ms(latest), next(counted, None))


def encode_network(network: NetworkAddress | None) -> list[str | None]:
    """Return ``[address, key]``."""
    return [None, None] if network is None else [network.address, network.key]


def decode_network(pair: Sequence[str | None]) -> NetworkAddress | None:
    """Read what ``encode_network`` wrote."""
    address, key = pair
    return None if address is None or key is None else NetworkAddress(address, key)


def _run(event: SessionEvent, *, network: int, attributes: int) -> Run:
    return [
        event.kind.value,
        network,
        attributes,
        None if event.state is None else event.state.value,
        None if event.started_at is None else to_ms(event.started_at),
        None if event.end_reason is EndReason.STOPPED else event.end_reason.value,
        [to_ms(event.at)],
        None if event.progress is None else [event.progress // MILLISECOND],
        None if event.sequence is None else [event.sequence],
    ]


def _place(known: list[Any], wanted: object) -> int:
    """Return the place of a value in a list, to which it is added if it is not there."""
    if wanted not in known:
        known.append(wanted)
    return known.index(wanted)


def _are_alike(run: Run, other: Run) -> bool:
    says = [[part is None for part in each[_TIMES:]] for each in (run, other)]
    return run[:_TIMES] == other[:_TIMES] and says[0] == says[1]


def _join(run: Run, alone: Run) -> None:
    for numbers, added in zip(run[_TIMES:], alone[_TIMES:], strict=True):
        if numbers is not None:
            numbers.append(added[0] - sum(numbers))


def _read(
    run: Run,
    networks: Sequence[NetworkAddress | None],
    sets: Sequence[Mapping[str, Attribute]],
) -> Iterable[SessionEvent]:
    kind, _, _, state, started_at, reason, times, progresses, sequences = run
    network: int = run[1]
    attributes: int = run[2]
    for at, progress, sequence in zip(
        _numbers(times, times), _numbers(progresses, times), _numbers(sequences, times), strict=True
    ):
        yield SessionEvent(
            kind=EventKind(kind),
            at=from_ms(at),
            state=None if state is None else State(state),
            sequence=sequence,
            started_at=None if started_at is None else from_ms(started_at),
            progress=None if progress is None else progress * MILLISECOND,
            network=networks[network],
            attributes=sets[attributes],
            end_reason=EndReason.STOPPED if reason is None else EndReason(reason),
        )


def _highest(differences: Sequence[int]) -> int:
    return max(accumulate(differences))


def _numbers(differences: Sequence[int] | None, times: Sequence[int]) -> Iterable[Any]:
    return repeat(None, len(times)) if differences is None else accumulate(differences)
