"""Whether the server is about to stop, for answers that would never end by themselves."""

import signal


def is_server_stopping() -> bool:
    """Say whether the server was told to stop.

    It waits for every answer to end before it tells the app, and so for ever for a stream that
    waits to be told. Its handler of SIGTERM is a method of the server, which knows (uvicorn,
    ``Server.handle_exit``).
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return bool(getattr(server, "should_exit", False))
