"""The types as a user's checker sees them: mypy --strict over a program, with the package installed."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys
import venv

import pytest

import clogs

RIGHT = '''
import logging
from decimal import Decimal
from typing import Any, Optional

from typing_extensions import assert_type

import clogs
from clogs.testing import Logs, Record, capture


def hook(record: dict[str, Any]) -> Optional[dict[str, Any]]:
    return record if record["message"] else None


clogs.configure(endpoint="localhost:9090", service="shop", on_full="spool", flush_interval=0.5,
                redact_keys=["pin"], resource={"team": "x"}, level="info", before_send=hook)
handler = clogs.Handler(level=logging.INFO, queue_max_records=100)
logging.getLogger().addHandler(handler)
log = clogs.get_logger("shop")
assert_type(log.info("added", sku="A-1", price=Decimal("9.50")), bool)
try:
    raise ValueError
except ValueError as error:
    log.error("failed", exc_info=error, order=7)
    log.exception("failed")
with clogs.bound(tenant="acme", user_id=42):
    clogs.bind(more=1)
assert_type(clogs.context(), dict[str, Any])
assert_type(clogs.flush(timeout=2.0), bool)
assert_type(clogs.stats().dropped, dict[str, int])
for row in clogs.query("{:time ?since}", {"since": "1h"}):
    assert_type(row, dict[str, Any])


async def main() -> None:
    assert_type(await clogs.aflush(), bool)
    async for row in clogs.tail({"where": {"service": "shop"}}):
        assert_type(row, dict[str, Any])


with capture(service="test") as logs:
    assert_type(logs, Logs)
    assert_type(logs.one(level="warn"), Record)
'''

WRONG = '''
import clogs

clogs.configure(endpont="localhost:9090")
clogs.configure(on_full="explode")
clogs.configure(flush_interval="1 s")
clogs.Handler(level="INFO", queue_max_records="many")
clogs.get_logger("shop").info()
clogs.get_logger("shop").info("added", "A-1")
clogs.flush("now")
'''


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An environment that has the package as pip would put it."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, symlinks=True)
    (site,) = home.glob("lib/python*/site-packages")
    (site / "clogs").symlink_to(pathlib.Path(clogs.__file__).parent)
    return home


def checked(installed, folder, program):
    file = folder / "user.py"
    file.write_text(program)
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(folder),
         "--python-executable", str(installed / "bin" / "python"), str(file)],
        cwd=folder, capture_output=True, text=True, check=False, timeout=280)


def test_a_program_that_uses_it_all_is_right(installed, tmp_path):
    done = checked(installed, tmp_path, RIGHT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_wrong_call_is_told(installed, tmp_path):
    done = checked(installed, tmp_path, WRONG)
    told = {int(line) for line in re.findall(r"^user\.py:(\d+): error", done.stdout, re.MULTILINE)}
    calls = WRONG.splitlines()
    wanted = {number for number, line in enumerate(calls, 1) if line.startswith("clogs.")}
    assert told == wanted, done.stdout
