"""A small shop on Starlette: `uvicorn store:app`, with a Clogs server on localhost:9090."""

from __future__ import annotations

import asyncio
import logging
import os

import clogs
from clogs.contrib.asgi import RequestMiddleware
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

STOCK = {"A-1": 3, "B-2": 0}

clogs.configure(service=os.environ.get("CLOGS_SERVICE", "asgi-shop"))
logging.getLogger().addHandler(clogs.Handler())
log = logging.getLogger("shop")
log.setLevel(logging.INFO)


async def health(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def reserve(sku: str) -> int:
    # Bound in this task only: the one beside it does not see it.
    with clogs.bound(step="reserve"):
        await asyncio.sleep(0)
        if STOCK[sku] == 0:
            raise RuntimeError(f"{sku} is sold out")
        STOCK[sku] -= 1
        log.info("reserved", extra={"sku": sku})
        return STOCK[sku]


async def price(sku: str) -> float:
    with clogs.bound(step="price"):
        await asyncio.sleep(0)
        log.info("priced", extra={"sku": sku, "price": 9.5})
        return 9.5


async def confirm(sku: str) -> None:
    """Runs after the answer, and still belongs to the request."""
    log.info("confirmed", extra={"sku": sku})


async def add(request: Request) -> Response:
    sku = request.path_params["sku"]
    if sku not in STOCK:
        log.warning("no such article %s", sku, extra={"sku": sku})
        return JSONResponse({"error": "no such article"}, status_code=404)
    with clogs.bound(tenant=request.headers.get("X-Tenant", "none")):
        left, _ = await asyncio.gather(reserve(sku), price(sku))
        log.info("added %s", sku, extra={"sku": sku, "left": left})
    return JSONResponse({"sku": sku, "left": left}, status_code=201,
                        background=BackgroundTask(confirm, sku))


app = Starlette(
    routes=[Route("/health", health), Route("/cart/{sku}", add, methods=["POST"])],
    middleware=[Middleware(RequestMiddleware, skip=["/health"])])
