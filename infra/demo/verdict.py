"""Whether the demo ended as it must: with the sharer's case, and nobody else's."""

from collections.abc import Iterator

from infra.demo.performance import Outcome
from infra.demo.sharing import SHARER

_NO_PLACES = (
    "The service knows no places, so it cannot see that anybody shares. `make run` fetches the"
    " city database when it is online; or set ANALYTICS_GEOIP_DB_PATH to a .mmdb file, start it"
    " again, and then this."
)


def differences(outcome: Outcome) -> list[str]:
    """Return what is not as it must be, a sentence each; nothing if all is well."""
    if outcome.city is None:
        return [_NO_PLACES]
    return [*_wrong_cases(outcome), *_wrong_alerts(outcome)]


def _wrong_cases(outcome: Outcome) -> Iterator[str]:
    own = [case for _, case in outcome.cases if case.user_id == outcome.sharer]
    if not own:
        yield f"{SHARER.name} shares an account, and there is no case about it."
    if len(own) > 1:
        rules = ", ".join(case.rule for case in own)
        yield f"{SHARER.name} has {len(own)} cases instead of one: {rules}."
    for person, case in outcome.cases:
        if case.user_id != outcome.sharer:
            yield f"{person.name} is honest, and has a case ({case.rule}): {case.sentence}"


def _wrong_alerts(outcome: Outcome) -> Iterator[str]:
    if outcome.alert is None:
        yield f"No alert about {SHARER.name} arrived in time."
    for alert in outcome.alerts:
        if not alert.is_signed:
            yield f"An alert ({alert.kind}) arrived without a valid signature."
        if alert.user_id != outcome.sharer:
            yield f"An alert ({alert.kind}) arrived about somebody honest ({alert.user_id})."
