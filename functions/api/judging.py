"""Judging a violation, as an administrative act: what is noted with it, and nudged after it."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from functions.api.acts import Act
from shared.domain.case import CaseState
from shared.http.context import Context
from shared.services.judgement import Judged, judge
from shared.settings import Settings

_DEEDS: Mapping[CaseState, str] = MappingProxyType(
    {
        CaseState.ACKNOWLEDGED: "violation.acknowledge",
        CaseState.DISMISSED: "violation.dismiss",
        CaseState.OPEN: "violation.reopen",
    }
)


async def judge_violation(
    deed: Act, violation_id: UUID, verdict: CaseState, settings: Settings
) -> Judged:
    """Bring a violation to a state within an act, and note it if that changed anything."""
    judged = await judge(
        deed.connection, violation_id, verdict, settings, actor=deed.caller.name, now=deed.now
    )
    if judged.changed:
        await deed.note(_DEEDS[verdict], violation_id)
    return judged


async def nudge(context: Context, judged: Judged) -> None:
    """Have at once what a judgement leads to; the sweeps would find it too."""
    await context.nudges.deliver(judged.deliveries)
    await context.nudges.act(judged.actions)
    if judged.looked_at:
        await context.nudges.detect({judged.row["user_id"]})
