"""notify: delivers alerts and events to the channels.

Called for one delivery by the task queue, and by the scheduler to sweep up what is due.
"""

from starlette.requests import Request
from starlette.types import ASGIApp

from functions.notify.routes import router
from shared.http.service import Service, create_app

_service = Service(lambda: create_app("notify", router))


async def notify(request: Request) -> ASGIApp:
    """Hand a request of the framework's to the app."""
    return await _service.respond(request)
