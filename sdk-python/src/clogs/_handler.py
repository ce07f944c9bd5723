"""The handler for `logging`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from clogs import _client, _exceptions, _levels

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from clogs._client import BeforeSend, Client
    from clogs._options import OptionsWithoutLevel

# What a LogRecord has by itself; every other attribute came by extra=. taskName since 3.12.
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"asctime", "message", "taskName"}


class Handler(logging.Handler):
    """Sends each record with its fields. Never waits for the server, but where `on_full` says so.

    Without options it shares the process's client (`clogs.configure()`, `CLOGS_*`); with options it
    has a client of its own.
    """

    def __init__(
        self,
        level: int | str = logging.NOTSET,
        *,
        client: Client | None = None,
        before_send: BeforeSend | None = None,
        **options: Unpack[OptionsWithoutLevel],
    ) -> None:
        super().__init__(level)
        self._owned = client is None and (bool(options) or before_send is not None)
        if self._owned:
            client = _client.Client(before_send=before_send, **options)
        self.client = client or _client.default
        self._submit = self.client._native.submitter()

    def handle(self, record: logging.LogRecord) -> Any:
        """Without the handler's lock: the client has its own, which no Python code runs under."""
        kept: Any = self.filter(record) if self.filters else True
        if kept:
            self.emit(kept if isinstance(kept, logging.LogRecord) else record)
        return kept

    def emit(self, record: logging.LogRecord) -> None:
        try:
            severity, level_text = _levels.of_logging(record.levelno, record.levelname)
            fields: dict[str, Any] = {
                "code.file.path": record.pathname,
                "code.line.number": record.lineno,
                "code.function.name": record.funcName,
            }
            message = record.msg
            if record.args or self.formatter is not None or type(message) is not str:
                message = self._message(record, fields)
            attributes = record.__dict__
            if record.exc_info or record.exc_text or record.stack_info:
                self._add_stacks(record, fields)
            if record.processName not in ("MainProcess", None):
                fields["process.name"] = record.processName
            if attributes.get("taskName") is not None:
                fields["task.name"] = attributes["taskName"]
            self._submit(severity, level_text, message, record.created, record.name, record.threadName,
                         fields, attributes, _OWN)
        except Exception:
            self.handleError(record)

    def _message(self, record: logging.LogRecord, fields: dict[str, Any]) -> object:
        """The text; of a dict its "message", while its other entries become fields."""
        if isinstance(record.msg, dict) and not record.args:
            rest = {str(key): value for key, value in record.msg.items()}
            message = rest.pop("message", rest.pop("event", ""))
            fields.update(rest)
            return message
        if record.args:
            fields["message.template"] = str(record.msg)
            fields["message.args"] = record.args
        try:
            if self.formatter is None:
                return record.getMessage()
            record.message = record.getMessage()
            if self.formatter.usesTime():
                record.asctime = self.formatter.formatTime(record, self.formatter.datefmt)
            return self.formatter.formatMessage(record)
        except Exception as error:  # arguments that do not fit: the record is worth more than its form
            fields["message.error"] = f"{type(error).__name__}: {_exceptions.message(error)}"
            return str(record.msg)

    def _add_stacks(self, record: logging.LogRecord, fields: dict[str, Any]) -> None:
        if record.stack_info:
            fields["code.stacktrace"] = record.stack_info
        if record.exc_info:
            fields.update(_exceptions.fields_of(record.exc_info) or {})
        elif record.exc_text:  # a QueueHandler has made text of it
            fields["exception.stacktrace"] = record.exc_text

    def flush(self) -> None:
        """Waits for delivery, at most `shutdown_timeout`. Needs no Python lock and no Python thread."""
        self.client.flush(int(self.client.option("shutdown_timeout")) / 1000)

    def close(self) -> None:
        """Closes the client too where it is the handler's own."""
        if self._owned:
            self.client.close()
        super().close()
