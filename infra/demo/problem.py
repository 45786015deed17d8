"""The one error that the demo shows to a person instead of a traceback."""


class DemoError(Exception):
    """The demo cannot begin or go on; the message is one line that says what to do."""
