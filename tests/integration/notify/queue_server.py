"""A Cloud Tasks of the tests' own: takes tasks over gRPC, as the client library sends them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import grpc
from google.cloud.tasks_v2 import CreateTaskRequest, Task

_SERVICE = "google.cloud.tasks.v2.CloudTasks"


def _serialize(task: Task) -> bytes:
    return Task.serialize(task)  # pyright: ignore[reportUnknownMemberType]


class Queue:
    """Keeps every task it is given; refuses them while ``broken``."""

    def __init__(self) -> None:
        self.requests: list[CreateTaskRequest] = []
        self.broken: grpc.StatusCode | None = None
        self.endpoint = ""

    @property
    def tasks(self) -> list[Task]:
        return [request.task for request in self.requests]

    async def create(
        self,
        request: CreateTaskRequest,
        context: "grpc.aio.ServicerContext[CreateTaskRequest, Task]",
    ) -> Task:
        if self.broken is not None:
            await context.abort(self.broken, "the queue is broken")
        self.requests.append(request)
        return request.task


@asynccontextmanager
async def running_queue() -> AsyncGenerator[Queue]:
    queue = Queue()
    server = grpc.aio.server()
    create = grpc.unary_unary_rpc_method_handler(
        queue.create,
        request_deserializer=CreateTaskRequest.deserialize,
        response_serializer=_serialize,
    )
    handlers = grpc.method_handlers_generic_handler(_SERVICE, {"CreateTask": create})
    server.add_generic_rpc_handlers((handlers,))
    queue.endpoint = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        yield queue
    finally:
        await server.stop(None)
