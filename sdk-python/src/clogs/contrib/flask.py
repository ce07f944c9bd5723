"""Flask: `Clogs(app)`, or `Clogs().init_app(app)`.

`app.config["CLOGS"]` has the options of clogs.configure(), and under "request" those of the lines
about requests (clogs.contrib._requests.Settings).
"""

from __future__ import annotations

import contextlib
from typing import Any

from flask import (
    Flask,
    Response,
    g,
    got_request_exception,
    request,
    request_finished,
    request_started,
    request_tearing_down,
)

import clogs
from clogs.contrib._requests import RequestLog, Settings, request_id


class Clogs:
    """One line a request, at its end, and the request's id on every record meanwhile."""

    def __init__(self, app: Flask | None = None) -> None:
        self.settings = Settings()
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        options = dict(app.config.get("CLOGS", {}))
        self.settings = Settings.of(options.pop("request", None))
        if options:
            clogs.configure(**options)
        app.extensions["clogs"] = self  # signals hold their receivers weakly
        request_started.connect(self._started, app)
        request_finished.connect(self._finished, app)
        got_request_exception.connect(self._failed, app)
        request_tearing_down.connect(self._torn_down, app)

    def _started(self, _sender: Flask, **_: Any) -> None:
        if self.settings.skips(request.path):
            return
        line = RequestLog(self.settings, {
            "request.id": request_id(request.headers.get(self.settings.request_id_header)),
            "http.request.method": request.method,
            "http.route": request.url_rule.rule if request.url_rule is not None else None,
            "url.path": request.path,
            "url.query": request.query_string.decode("utf-8", "replace"),
            "url.scheme": request.scheme,
            "client.address": request.remote_addr,
            "user_agent.original": request.user_agent.string,
        })
        g.clogs_line = line
        g.clogs_bound = clogs.bound(**{"request.id": line.fields["request.id"]})
        g.clogs_bound.__enter__()
        line.started()

    def _finished(self, _sender: Flask, response: Response, **_: Any) -> None:
        line: RequestLog | None = g.get("clogs_line")
        if line is None:
            return
        response.headers[self.settings.request_id_header] = line.fields["request.id"]
        line.finished(response.status_code, g.get("clogs_error"),
                      **{"http.response.body.size": response.content_length})

    def _failed(self, _sender: Flask, exception: BaseException, **_: Any) -> None:
        g.clogs_error = exception

    def _torn_down(self, _sender: Flask, exc: BaseException | None = None, **_: Any) -> None:
        line: RequestLog | None = g.pop("clogs_line", None)
        if line is None:
            return
        # Where the exception goes on to the server there was no answer.
        error = exc or g.get("clogs_error")
        if error is not None:
            line.finished(500, error)
        # ValueError: the application is torn down in another context, which has nothing to restore.
        with contextlib.suppress(ValueError):
            g.pop("clogs_bound").__exit__(None, None, None)
