"""What a scheduler or a task queue shows to be let in, in ``hmac`` mode: a signed token.

The token is a JWT (HS256) for one function. Where the platform signs calls itself (``oidc``,
``iam``), none of this is used; see ``shared.http.callers`` for the receiving side.
"""

from datetime import timedelta

import jwt

from shared.clock import utc_now

ALGORITHM = "HS256"
ISSUER = "revenge-analytics"

# Cloud Tasks keeps a task for at most 31 days, and retries carry the headers of the first try.
TASK_LIFETIME = timedelta(days=31)


def caller_token(audience: str, secret: str, lifetime: timedelta = TASK_LIFETIME) -> str:
    """Return a token that lets its bearer call the function named ``audience``."""
    claims = {"iss": ISSUER, "aud": audience, "exp": utc_now() + lifetime}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)
