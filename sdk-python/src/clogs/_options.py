"""Written by ci/generate/options.py from core/encode/options.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

Level = Literal["trace", "debug", "info", "warn", "error", "fatal"]


class OptionsWithoutLevel(TypedDict, total=False):
    """For a handler, whose `level` is that of `logging`."""

    endpoint: str
    """Server. `host:port` is plaintext, `https://host:port` is TLS. Several, comma-separated, are
    fail-over to the same store."""

    shared_batch_ids: bool
    """The endpoints share their batch ids, so that a batch may be repeated at another endpoint than
    the one it was first sent to."""

    api_key: str
    """Sent as a bearer token."""

    headers: Mapping[str, str]
    """Headers of every call."""

    tls_ca_file: str
    """PEM file with the authorities that servers are checked against; empty: the system's."""

    tls_cert_file: str
    """PEM certificate chain of this client (mutual TLS)."""

    tls_key_file: str
    """PEM key of tls_cert_file."""

    tls_server_name: str
    """Name that the server's certificate must have; empty: the endpoint's host."""

    service: str
    """Key :service of every record that has none."""

    environment: str
    """Key :environment of every record."""

    version: str
    """Key :version of every record."""

    resource: Mapping[str, str]
    """Further keys of every record."""

    stream: str
    """Stream that the records are stored in."""

    enabled: bool
    """Off: every call returns at once and nothing is sent."""

    queue_max_records: int
    """Records that may wait in memory."""

    queue_max_bytes: int
    """Bytes that may wait in memory."""

    on_full: Literal["drop_newest", "drop_oldest", "block", "spool"]
    """What happens to a record when the queue is full: it is dropped, the oldest ones are, the
    caller waits for block_timeout, or batches go through a spool on disk."""

    block_timeout: float
    """How long `block` waits before the record is dropped. Seconds."""

    batch_max_records: int
    """Records in a batch."""

    batch_max_bytes: int
    """Bytes in a batch, before compression."""

    flush_interval: float
    """A batch that is not full is sent after this time. Seconds."""

    max_in_flight: int
    """Batches that wait for their acknowledgement at the same time."""

    compression: Literal["none", "gzip"]
    """Of batches on the wire."""

    spool_directory: str
    """Where `spool` keeps batches; empty: clogs/spool/<service> in the user's state directory."""

    spool_max_bytes: int
    """Size of the spool; beyond it the oldest segment is dropped and counted."""

    spool_sync: bool
    """Sync every batch to the disk: it then survives a power cut, not only the death of the
    process."""

    request_timeout: float
    """Of one call. Seconds."""

    connect_timeout: float
    """Of connecting, TLS included. Seconds."""

    keepalive_interval: float
    """Pings while calls wait; 0: none. Servers refuse what is more frequent than they allow (gRPC:
    5 minutes). Seconds."""

    retry_initial: float
    """First delay before a batch is sent again; it doubles, with full jitter. Seconds."""

    retry_max: float
    """Longest delay. Seconds."""

    retry_max_age: float
    """A batch that could not be delivered for this long is dropped; with `spool` it stays on disk.
    Seconds."""

    shutdown_timeout: float
    """How long close() and the end of the process wait for delivery; 0: not at all. Seconds."""

    redact: bool
    """Censor the values of well-known secret keys (password, authorization, token, ...)."""

    redact_keys: Sequence[str]
    """Further keys; case and the separators _ - . are ignored."""

    redact_paths: Sequence[str]
    """Paths of nested values, e.g. request.headers.*.token; * is any key or position."""

    redact_values: Sequence[str]
    """Patterns of text to censor wherever it stands: credit_card, jwt, bearer, email, or text with
    * wildcards."""

    redact_censor: str
    """What stands in place of a censored value."""

    diagnostics: Literal["off", "error", "info"]
    """What the SDK itself writes to standard error, at most one line a minute of a kind."""


class Options(OptionsWithoutLevel, total=False):
    """What is not set comes from the environment (CLOGS_*), else from the defaults."""

    level: Level
    """Records below this level are not taken. Never lower than the framework's own level."""


# How each becomes the text that the core takes.
KINDS: dict[str, str] = {
    "endpoint": "text",
    "shared_batch_ids": "flag",
    "api_key": "text",
    "headers": "pairs",
    "tls_ca_file": "text",
    "tls_cert_file": "text",
    "tls_key_file": "text",
    "tls_server_name": "text",
    "service": "text",
    "environment": "text",
    "version": "text",
    "resource": "pairs",
    "stream": "text",
    "level": "level",
    "enabled": "flag",
    "queue_max_records": "integer",
    "queue_max_bytes": "bytes",
    "on_full": "choice",
    "block_timeout": "duration",
    "batch_max_records": "integer",
    "batch_max_bytes": "bytes",
    "flush_interval": "duration",
    "max_in_flight": "integer",
    "compression": "choice",
    "spool_directory": "text",
    "spool_max_bytes": "bytes",
    "spool_sync": "flag",
    "request_timeout": "duration",
    "connect_timeout": "duration",
    "keepalive_interval": "duration",
    "retry_initial": "duration",
    "retry_max": "duration",
    "retry_max_age": "duration",
    "shutdown_timeout": "duration",
    "redact": "flag",
    "redact_keys": "texts",
    "redact_paths": "texts",
    "redact_values": "texts",
    "redact_censor": "text",
    "diagnostics": "choice",
}
