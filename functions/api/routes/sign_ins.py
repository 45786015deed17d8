"""Signing in and out with a browser, and where one is signed in."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from functions.api.acts import Act, act
from shared.domain.permissions import Caller
from shared.errors import UnavailableError
from shared.http.addresses import client_address
from shared.http.allowance import demand_allowance
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.cookies import clear_secret, demand_own_origin, set_secret
from shared.http.problems import PROBLEMS
from shared.schemas.pages import Page, whole
from shared.schemas.sign_ins import (
    CallerView,
    Credential,
    SignedIn,
    SignInView,
    caller_view,
    sign_in_view,
)
from shared.services import sign_ins
from shared.store import sign_ins as store
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1", tags=["sign-in"], responses=PROBLEMS)

Anybody = Annotated[Caller, Depends(Requires())]

LONGEST_CLIENT = 300


@router.post("/session", status_code=201, summary="Sign in with a browser")
async def sign_in(said: Credential, request: Request, response: Response, context: Ctx) -> SignedIn:
    """Show a key or a token of the host's once; the answer's cookie stands for it from then on.

    It permits what the key permits at the time, and ends with the key; of a token, what that
    permitted, until it expires. After ten failures from an address within 15 minutes none is looked
    at until the first of them is longer ago.
    """
    demand_own_origin(request, context.settings)
    address = client_address(request, context.settings.analytics_trusted_proxies)
    attempt = await context.limits.sign_in(address)
    demand_allowance(request, attempt)
    try:
        proof = await context.access.prove(said.credential.get_secret_value())
    except UnavailableError:
        await context.limits.did_not_fail(address, attempt)
        raise
    await context.limits.did_not_fail(address, attempt)
    browser = sign_ins.Browser(
        address=address,
        client=request.headers.get("user-agent", "")[:LONGEST_CLIENT] or None,
    )

    async def work(deed: Act) -> sign_ins.Started:
        begun = await sign_ins.sign_in(deed.connection, proof, browser, context.settings, deed.now)
        await deed.note("sign_in.create", begun.id)
        return begun

    started = await act(context, proof.caller, work)
    set_secret(
        request, response, started.secret, until=started.expires_at, settings=context.settings
    )
    caller = replace(proof.caller, sign_in_id=started.id)
    return SignedIn.model_validate(
        caller_view(caller).model_dump() | {"expires_at": started.expires_at}
    )


@router.get("/session", summary="Who I am here, and what I may do")
async def get_session_of_caller(caller: Anybody) -> CallerView:
    """Tell a page, or a program, what its caller may do, so that it offers nothing else."""
    return caller_view(caller)


@router.delete("/session", status_code=204, summary="Sign out")
async def sign_out(context: Ctx, caller: Anybody, response: Response) -> None:
    """Sign out of this browser. Who calls with a key or a token is signed in nowhere by it."""
    if caller.sign_in_id is not None:
        await _end(context, caller, caller.sign_in_id)
    clear_secret(response)


@router.get("/sign-ins", summary="List where I am signed in")
async def list_sign_ins(context: Ctx, caller: Anybody) -> Page[SignInView]:
    """List the browsers that are signed in as the caller, latest first."""

    async def read(connection: Connection) -> list[SignInView]:
        rows = await sign_ins.list_own(connection, caller, context.settings, context.now())
        return [sign_in_view(row, caller.sign_in_id) for row in rows]

    return whole(await context.database.run(read))


@router.delete("/sign-ins", status_code=204, summary="Sign out everywhere else")
async def end_other_sign_ins(context: Ctx, caller: Anybody) -> None:
    """Sign the caller out of all browsers but this one; within ten seconds they are refused."""

    async def work(deed: Act) -> None:
        ended = await store.end_others(deed.connection, caller.name, caller.sign_in_id)
        await deed.note("sign_in.end_others", caller.name, ended=ended)

    await act(context, caller, work)
    context.access.forget()


@router.delete("/sign-ins/{sign_in_id}", status_code=204, summary="Sign out of one browser")
async def end_sign_in(sign_in_id: UUID, context: Ctx, caller: Anybody) -> None:
    """Sign the caller out of one browser; within ten seconds it is refused."""
    await _end(context, caller, sign_in_id)


async def _end(context: Context, caller: Caller, sign_in_id: UUID) -> None:
    async def work(deed: Act) -> None:
        await sign_ins.sign_out(deed.connection, caller, sign_in_id)
        await deed.note("sign_in.end", sign_in_id)

    await act(context, caller, work)
    context.access.forget()
