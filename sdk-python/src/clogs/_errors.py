"""What the SDK raises, and only where the application asks for data."""

from __future__ import annotations


class ClogsError(Exception):
    """The base of the SDK's errors. No call that logs raises one."""


class QueryError(ClogsError):
    """A query or a tail failed."""

    def __init__(self, code: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.code = code
        """As the server names it: "invalid-argument", "unavailable", ..."""
        self.details = details
        """The same facts as an EDN map, or empty."""

    def __str__(self) -> str:
        return f"{self.code}: {self.args[0]}"


class ClogsWarning(RuntimeWarning):
    """An option has a wrong value; its default is used."""
