"""What the demo makes of the service's answers."""

import json
from io import BytesIO

import pytest
import requests
from requests.adapters import BaseAdapter

from infra.demo.problem import DemoError
from infra.demo.service import Service
from infra.demo.target import Target

TARGET = Target("http://127.0.0.1:9", key="rva_x", key_place="a/admin.key", data="a")
BUSY = (503, {"detail": "The database is away."})
GOOD = {"index": 0, "status": 201, "id": "1", "problem": None}
TAKEN = (200, {"results": [GOOD]})
Answer = tuple[int, object]


class Answers(BaseAdapter):
    """Gives the answers one after the other, and keeps what was asked."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__()
        self.left = list(answers)
        self.asked: list[str] = []

    def send(
        self, request: requests.PreparedRequest, *_: object, **__: object
    ) -> requests.Response:
        self.asked.append(f"{request.method} {request.path_url}")
        answer = requests.Response()
        answer.request, answer.headers["Retry-After"] = request, "0"
        answer.status_code, body = self.left.pop(0)
        answer.raw = BytesIO(json.dumps(body).encode())
        return answer

    def close(self) -> None:
        pass


def service(answers: BaseAdapter) -> Service:
    session = requests.Session()
    session.mount("http://", answers)
    return Service(TARGET, session)


def test_events_are_sent_again_while_the_service_is_busy() -> None:
    answers = Answers(BUSY, (429, None), (502, None), TAKEN)
    service(answers).record([{"event": "start"}])
    assert answers.asked == ["POST /api/v1/analytics/sessions/batch"] * 4


def test_a_service_that_stays_busy_is_given_up_with_its_reason() -> None:
    with pytest.raises(DemoError, match=r"503: The database is away\."):
        service(Answers(*[BUSY] * 6)).record([{"event": "start"}])


def test_a_refused_event_ends_the_demo_with_its_reason() -> None:
    refused = {"index": 1, "status": 422, "id": None, "problem": {"detail": "no such state"}}
    with pytest.raises(DemoError, match=r"1 of 2 events were refused: no such state"):
        service(Answers((207, {"results": [GOOD, refused]}))).record([{}, {}])


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (((404, None),), "Something else answers"),
        (((200, ["a file"]),), "Something else answers"),
        (((502, None),), "still starting"),
        (((200, {"status": "ok"}), (401, None)), "refuses the key in a/admin.key"),
    ],
)
def test_a_stack_that_cannot_be_played_into_is_told_in_one_line(
    answers: tuple[Answer, ...], said: str
) -> None:
    with pytest.raises(DemoError, match=said) as raised:
        service(Answers(*answers)).check()
    assert "\n" not in str(raised.value)


def test_a_channel_that_is_gone_already_is_fine() -> None:
    answers = Answers((201, {"id": "7", "secret": "whsec_x"}), (404, None))
    playing = service(answers)
    playing.delete_channel(playing.create_channel("Demo", "http://127.0.0.1:1/"))
    assert answers.asked[-1] == "DELETE /api/v1/notifications/channels/7"
