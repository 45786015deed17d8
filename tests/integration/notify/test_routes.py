from collections.abc import Callable
from uuid import uuid4

from shared.tasks.caller import caller_token
from tests.conftest import CALLER_SECRET, Function
from tests.integration.notify.office import Office
from tests.integration.notify.recipient import Recipient, Reply


async def test_the_relay_answers_its_counts(
    office: Office, recipient: Recipient, functions: Callable[[str], Function]
) -> None:
    await office.add("hook", recipient.url())
    await office.write()
    answer = await functions("notify").job("/relay")
    assert (answer.status_code, answer.json()) == (200, {"delivered": 1, "failed": 0, "dead": 0})


async def test_a_task_makes_one_delivery_and_its_repeat_nothing(
    office: Office, recipient: Recipient, functions: Callable[[str], Function]
) -> None:
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    notify = functions("notify")
    for expected in ("delivered", "nothing_to_do"):
        answer = await notify.job(f"/deliveries/{delivery_id}")
        assert (answer.status_code, answer.json()) == (200, {"outcome": expected})
    assert len(recipient.received) == 1


async def test_a_recipients_failure_does_not_throttle_the_queue(
    office: Office, recipient: Recipient, functions: Callable[[str], Function]
) -> None:
    recipient.replies[0] = Reply(503)
    await office.add("hook", recipient.url())
    [delivery_id] = await office.write()
    notify = functions("notify")
    answer = await notify.job(f"/deliveries/{delivery_id}")
    assert (answer.status_code, answer.json()) == (200, {"outcome": "failed"})
    assert (await notify.job(f"/deliveries/{uuid4()}")).status_code == 200


async def test_nobody_else_may_call(functions: Callable[[str], Function]) -> None:
    notify = functions("notify")
    for path in ("/relay", f"/deliveries/{uuid4()}", f"/actions/{uuid4()}"):
        assert (await notify.call("POST", path)).status_code == 401
        wrong = {"Authorization": f"Bearer {caller_token('cleanup', CALLER_SECRET)}"}
        assert (await notify.call("POST", path, headers=wrong)).status_code == 401


async def test_an_id_that_is_none_is_invalid(functions: Callable[[str], Function]) -> None:
    for path in ("/deliveries/17", "/actions/17"):
        answer = await functions("notify").job(path)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"


async def test_an_action_that_is_not_there_is_nothing_to_do(
    functions: Callable[[str], Function],
) -> None:
    answer = await functions("notify").job(f"/actions/{uuid4()}")
    assert (answer.status_code, answer.json()) == (200, {"outcome": "nothing_to_do"})
