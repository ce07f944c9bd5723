"""What logs: each makes a call with four fields, one with an exception, and waits for its delivery."""

from __future__ import annotations

import logging
import logging.handlers
import pathlib
import queue
from collections.abc import Callable
from typing import Any, NamedTuple

TEXT = "added to cart"


class Contender(NamedTuple):
    call: Callable[[int], object]
    failed: Callable[[], object]
    """Called while an exception is handled."""
    settle: Callable[[], object]
    """Returns when everything logged before was delivered."""


def bare_logger() -> logging.Logger:
    log = logging.getLogger("bench")
    log.propagate = False
    log.setLevel(logging.INFO)
    return log


def through_logging(handler: logging.Handler, settle: Callable[[], object]) -> Contender:
    log = bare_logger()
    log.addHandler(handler)

    def call(i: int) -> None:
        log.info(TEXT, extra={"sku": "abc-123", "price": 9.5, "count": i, "user": "ann"})

    def failed() -> None:
        log.exception("failed", extra={"sku": "abc-123", "price": 9.5, "count": 1, "user": "ann"})

    return Contender(call, failed, settle)


def clogs_client(endpoint: str, **options: Any) -> Any:
    import clogs
    clogs.configure(endpoint=endpoint, **{
        "service": "bench", "queue_max_records": 1_000_000, "queue_max_bytes": 1 << 30, **options})
    return clogs


def clogs_direct(endpoint: str, _sink: str, _folder: pathlib.Path, **options: Any) -> Contender:
    clogs = clogs_client(endpoint, **options)
    log = clogs.get_logger("bench")

    def call(i: int) -> None:
        log.info(TEXT, sku="abc-123", price=9.5, count=i, user="ann")

    def failed() -> None:
        log.error("failed", exc_info=True, sku="abc-123", price=9.5, count=1, user="ann")

    return Contender(call, failed, lambda: clogs.flush(60))


def clogs_handler(endpoint: str, _sink: str, _folder: pathlib.Path, **options: Any) -> Contender:
    clogs = clogs_client(endpoint, **options)
    return through_logging(clogs.Handler(), lambda: clogs.flush(60))


class Nothing(logging.Handler):
    """Below this no handler can be."""

    def handle(self, record: logging.LogRecord) -> bool:
        del record
        return True


def floor(_endpoint: str, _sink: str, _folder: pathlib.Path) -> Contender:
    return through_logging(Nothing(), lambda: None)


def queue_handler(_endpoint: str, _sink: str, _folder: pathlib.Path) -> Contender:
    """As its documentation has it; the listener's handler does nothing."""
    waiting: queue.Queue[Any] = queue.Queue(-1)
    handler = logging.handlers.QueueHandler(waiting)
    listener = logging.handlers.QueueListener(waiting, Nothing())
    listener.start()
    return through_logging(handler, waiting.join)


def opentelemetry(_endpoint: str, sink: str, _folder: pathlib.Path) -> Contender:
    """LoggingHandler with the batch processor and OTLP over gRPC, to a server that drops records."""
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    provider = LoggerProvider()
    provider.add_log_record_processor(BatchLogRecordProcessor(
        OTLPLogExporter(endpoint=sink, insecure=True), max_queue_size=1_000_000))
    handler = LoggingHandler(logger_provider=provider)
    return through_logging(handler, lambda: provider.force_flush(60_000))


def structlog_file(_endpoint: str, _sink: str, folder: pathlib.Path) -> Contender:
    """JSON lines through logging's FileHandler."""
    import structlog
    handler = logging.FileHandler(folder / "structlog.log")
    bare_logger().addHandler(handler)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.add_logger_name,
                    structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso"),
                    structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=structlog.stdlib.LoggerFactory(), cache_logger_on_first_use=True)
    log = structlog.get_logger("bench")

    def call(i: int) -> None:
        log.info(TEXT, sku="abc-123", price=9.5, count=i, user="ann")

    def failed() -> None:
        log.exception("failed", sku="abc-123", price=9.5, count=1, user="ann")

    return Contender(call, failed, handler.flush)


MAKERS: dict[str, Callable[..., Contender]] = {
    "clogs, direct call": clogs_direct,
    "logging, handler that does nothing": floor,
    "logging, clogs.Handler": clogs_handler,
    "logging, QueueHandler": queue_handler,
    "logging, OpenTelemetry with OTLP/gRPC": opentelemetry,
    "structlog, JSON file through logging": structlog_file,
}
