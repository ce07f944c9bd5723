"""A small shop on Flask: `flask --app app run`, with a Clogs server on localhost:9090."""

from __future__ import annotations

import logging
import os

import clogs
from clogs.contrib.flask import Clogs
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

STOCK = {"A-1": 3, "B-2": 0}

app = Flask(__name__)
app.config["CLOGS"] = {"service": os.environ.get("CLOGS_SERVICE", "flask-shop"),
                       "request": {"skip": ["/health"]}}
Clogs(app)
logging.getLogger().addHandler(clogs.Handler())
log = logging.getLogger("shop")
log.setLevel(logging.INFO)


@app.get("/health")
def health() -> str:
    return "ok"


@app.post("/cart/<sku>")
def add(sku: str) -> ResponseReturnValue:
    if sku not in STOCK:
        log.warning("no such article %s", sku, extra={"sku": sku})
        return jsonify(error="no such article"), 404
    with clogs.bound(tenant=request.headers.get("X-Tenant", "none")):
        left = STOCK[sku] - 1
        if left < 0:
            raise RuntimeError(f"{sku} is sold out")
        STOCK[sku] = left
        log.info("added %s", sku, extra={"sku": sku, "left": left})
    return jsonify(sku=sku, left=left), 201
