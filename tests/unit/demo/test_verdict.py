"""When the demo counts as passed, and what it says otherwise."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from standardwebhooks.webhooks import Webhook

from infra.demo.people import Person
from infra.demo.performance import OPENED, Ingested, Outcome
from infra.demo.receiver import Alert, Arrival, read_alert
from infra.demo.service import Case
from infra.demo.sharing import SHARER
from infra.demo.verdict import differences

RUN = uuid4()
SHARER_ID = SHARER.user_id(RUN)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ALERT = Alert(OPENED, SHARER_ID, "http://localhost/sharing/1", is_signed=True, at=101.5)
CASE = Case("1", SHARER_ID, "Impossible travel", "Streamed from London and from Berlin.")
GOOD = Outcome(
    ingested=Ingested(12, 40, 4_000, 3.0),
    sharer=SHARER_ID,
    city="Berlin",
    cases=((SHARER, CASE),),
    alerts=(ALERT,),
    acknowledged_at=100.0,
)
HONEST = Person("Maris")
ACCUSED = (HONEST, replace(CASE, user_id=HONEST.user_id(RUN)))


def test_the_sharers_case_and_its_alert_are_all_that_is_wanted() -> None:
    assert differences(GOOD) == []
    assert GOOD.delay_seconds == 1.5


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (replace(GOOD, city=None), "knows no places"),
        (replace(GOOD, cases=()), "there is no case about it"),
        (replace(GOOD, cases=((SHARER, CASE), (SHARER, CASE))), "2 cases instead of one"),
        (replace(GOOD, cases=((SHARER, CASE), ACCUSED)), "Maris is honest"),
        (replace(GOOD, alerts=()), "No alert about Kestrel"),
        (replace(GOOD, alerts=(replace(ALERT, is_signed=False),)), "without a valid signature"),
        (replace(GOOD, alerts=(ALERT, replace(ALERT, user_id=uuid4()))), "somebody honest"),
    ],
)
def test_anything_else_is_told_in_one_sentence(outcome: Outcome, said: str) -> None:
    [difference] = differences(outcome)
    assert said in difference


def arrived(body: bytes, secret: str = SECRET) -> Arrival:
    now = datetime.now(UTC)
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("msg_1", now, body.decode()),
    }
    return Arrival(headers, body, 1.0)


BODY = (
    b'{"type":"violation.opened","timestamp":"2026-11-20T22:00:00Z","data":{"violation":'
    b'{"id":"1","user_id":"00000000-0000-0000-0000-000000000007"},"url":"http://x/1"}}'
)


def test_an_alert_is_read_and_its_signature_verified() -> None:
    alert = read_alert(arrived(BODY), SECRET)
    assert alert == Alert(OPENED, UUID(int=7), "http://x/1", is_signed=True, at=1.0)


def test_an_alert_signed_by_somebody_else_or_changed_on_its_way_is_seen() -> None:
    other = "whsec_" + "A" * 32
    assert not read_alert(arrived(BODY, other), SECRET).is_signed
    changed = replace(arrived(BODY), body=BODY.replace(b"7", b"8"))
    assert not read_alert(changed, SECRET).is_signed
    assert not read_alert(Arrival({}, b"\xff", 1.0), SECRET).is_signed
