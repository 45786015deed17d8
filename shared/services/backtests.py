"""Backtests: asked for, worked at in portions, shown, cancelled and forgotten.

A portion is claimed with a lease and a fencing token and is done in one transaction, so that any
number of workers may be at it, and whoever is killed loses one portion's work at most.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.clock import utc_now
from shared.domain.backtest import Span
from shared.domain.identifiers import new_id
from shared.domain.rules.rule import DEFAULT_SEVERITY, Rule
from shared.domain.what_if import effects
from shared.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from shared.schemas.backtests import (
    BacktestDetail,
    BacktestRange,
    DryRun,
    backtest_detail,
    case_row,
    effect_view,
)
from shared.schemas.rules import (
    NewRule,
    check_window,
    dump_config,
    dump_scope,
    read_config,
    read_scope,
    rule_of,
)
from shared.services import rules
from shared.services.histories import LOT, Trial, Tried, try_on
from shared.settings import Settings
from shared.store import backtests as store
from shared.store import rules as rule_store
from shared.store.backtests import Asked, Portion
from shared.store.database import Connection, Database

Row = Mapping[str, Any]

LEASE = timedelta(minutes=5)
"""Longer than a portion takes; who is killed holds it up for that long."""

_SHOWN_EFFECTS = 20
_KEPT_OF_RULE = ("id", "name", "type", "config", "scope", "severity", "mode", "enabled")


async def ask(
    connection: Connection,
    rule: NewRule | UUID,
    wanted: BacktestRange,
    settings: Settings,
    *,
    actor: str,
    now: datetime,
) -> UUID:
    """Ask for a backtest of a rule, saved or not; return its id.

    Raises:
        NotFoundError: there is no such rule.
        InvalidInputError: the rule is not valid, or the range is empty.
    """
    asked = Asked(
        id=new_id(now),
        rule=await _rule_row(connection, rule, settings, now),
        rule_id=rule if isinstance(rule, UUID) else None,
        live_rules=[_kept(row) for row in await rule_store.list_rules(connection)],
        **_range(wanted.start, wanted.end, settings, now),
        user_ids=await _whom(connection, wanted),
    )
    await store.add(connection, asked, actor=actor, now=now)
    return asked.id


async def dry_run(
    connection: Connection,
    rule: NewRule | UUID,
    wanted: DryRun,
    settings: Settings,
    *,
    now: datetime,
) -> list[dict[str, Any]]:
    """Return the cases that a rule would have opened of a few people, the worst first.

    Raises:
        NotFoundError: there is no such rule.
        InvalidInputError: the rule is not valid, or the range is empty.
    """
    row = await _rule_row(connection, rule, settings, now)
    live = [_kept(row) for row in await rule_store.list_rules(connection)]
    span = _range(wanted.start, wanted.end, settings, now)
    trial = Trial(
        [_rule(row)],
        Span(span["start_at"], span["end_at"]),
        [_rule(row) for row in live],
        settings.analytics_sharing_detection_merge_hours,
    )
    found = [
        _case(tried, trial) | {"user_name": tried.timeline.person.name}
        for tried in await try_on(connection, wanted.user_ids, trial)
    ]
    return sorted(found, key=lambda case: (-case["occurrences"], case["user_id"]))


async def find(connection: Connection, backtest_id: UUID) -> Row:
    """Return a backtest.

    Raises:
        NotFoundError: there is none of this id.
    """
    found = await store.list_rows(connection, now=utc_now(), backtest_id=backtest_id)
    if not found:
        raise NotFoundError("There is no such backtest.", code="backtest_not_found")
    return found[0]


async def show(
    connection: Connection, backtest_id: UUID, *, shows_addresses: bool
) -> BacktestDetail:
    """Return a backtest with what it found so far.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await find(connection, backtest_id)
    summed = await store.sum_effects(connection, backtest_id, limit=_SHOWN_EFFECTS)
    return backtest_detail(
        row,
        sums=await store.sum_cases(connection, backtest_id),
        weeks=list(await store.sum_weeks(connection, backtest_id)),
        effects=[effect_view(effect, shows_addresses=shows_addresses) for effect in summed],
    )


async def cancel(connection: Connection, backtest_id: UUID, *, now: datetime) -> bool:
    """Stop a backtest; what it found so far stays. ``False`` if that was done already.

    Raises:
        NotFoundError: there is none of this id.
        ConflictError: it is over.
    """
    row = await find(connection, backtest_id)
    if await store.cancel(connection, backtest_id, now=now):
        return True
    if row["state"] == "cancelled":
        return False
    raise ConflictError("This backtest is over.", code="backtest_over")


async def delete(connection: Connection, backtest_id: UUID) -> None:
    """Forget a backtest, with what it found; who works at it finds nothing to write.

    Raises:
        NotFoundError: there is none of this id.
    """
    if not await store.delete(connection, backtest_id):
        raise NotFoundError("There is no such backtest.", code="backtest_not_found")


async def work_on(database: Database, portion: Portion, settings: Settings) -> bool:
    """Do a portion and close it; ``False`` if it is somebody else's by now, or was given up.

    1. Read and try lot by lot, so that no more than a lot is in memory.
    2. Write what was found and close the portion, in one transaction.
    """
    trial = Trial(
        [_rule(portion.rule)],
        Span(portion.start_at, portion.end_at),
        [_rule(row) for row in portion.live_rules],
        settings.analytics_sharing_detection_merge_hours,
    )
    user_ids = await database.run(lambda connection: store.list_people(connection, portion))
    rows: list[dict[str, Any]] = []
    weeks: Counter[tuple[date, str]] = Counter()
    for first in range(0, len(user_ids), LOT):
        lot = user_ids[first : first + LOT]
        for tried in await database.run(lambda connection, lot=lot: try_on(connection, lot, trial)):
            rows.append(_case(tried, trial) | {"backtest_id": portion.backtest_id})
            opened, *_ = tried.would_be.alerts
            weeks[_monday(opened), "cases"] += 1
            weeks.update((_monday(at), "alerts") for at in tried.would_be.alerts)
    return await database.run(
        lambda connection: store.finish(
            connection, portion, cases=rows, weeks=_week_rows(weeks), now=utc_now()
        )
    )


def _week_rows(weeks: Counter[tuple[date, str]]) -> list[dict[str, Any]]:
    return [
        {"week": week, "cases": weeks[week, "cases"], "alerts": weeks[week, "alerts"]}
        for week in sorted({week for week, _ in weeks})
    ]


def _monday(at: datetime) -> date:
    return at.date() - timedelta(days=at.weekday())


def _case(tried: Tried, trial: Trial) -> dict[str, Any]:
    found = effects(
        tried.rule,
        tried.timeline,
        trial.span,
        tried.would_be,
        trial.live_rules,
        merge_hours=trial.merge_hours,
    )
    return case_row(tried.timeline.person.user_id, tried.would_be, found)


async def _rule_row(
    connection: Connection, rule: NewRule | UUID, settings: Settings, now: datetime
) -> Row:
    if isinstance(rule, UUID):
        return _kept(await rules.find_rule(connection, rule))
    config = read_config(rule.type, rule.config)
    check_window(config, settings.analytics_retention_days)
    return {
        "id": new_id(now),
        "name": rule.name,
        "type": rule.type,
        "config": dump_config(config),
        "scope": dump_scope(read_scope(rule.scope)),
        "severity": rule.severity or DEFAULT_SEVERITY[rule.type],
        "mode": rule.mode,
        "enabled": rule.enabled,
    }


def _kept(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in _KEPT_OF_RULE}


def _rule(row: Row) -> Rule:
    return rule_of({**row, "id": UUID(str(row["id"]))})


async def _whom(connection: Connection, wanted: BacktestRange) -> Sequence[UUID] | None:
    if wanted.user_ids is not None:
        return wanted.user_ids[: wanted.limit]
    if wanted.limit is not None:
        return await store.choose_people(connection, limit=wanted.limit)
    return None


def _range(
    start: datetime | None, end: datetime | None, settings: Settings, now: datetime
) -> dict[str, datetime]:
    """Return the range within what is kept.

    Raises:
        InvalidInputError: nothing is left of it.
    """
    kept_since = now - timedelta(days=settings.analytics_retention_days)
    first, last = max(start or kept_since, kept_since), min(end or now, now)
    if first >= last:
        message = "must be before the end, and the end within what is kept"
        raise InvalidInputError("The range is empty.", errors=[FieldError("start", message)])
    return {"start_at": first, "end_at": last}
