"""CPython's own tests of logging, with the SDK loaded, its fork hooks registered and its client busy."""

from __future__ import annotations

import importlib.util

PROGRAM = """
import logging, sys, unittest
import clogs
clogs.configure(flush_interval=0.01)
assert clogs.get_logger("before").info("the client's thread runs")
from test import test_logging
program = unittest.main(module=test_logging, exit=False, argv=["test_logging"])
result = program.result
# Made only now: the tests compare lists of handlers with what they expect.
logging.getLogger("after").addHandler(clogs.Handler())
logging.getLogger("after").error("still here", extra={"tests": result.testsRun})
sys.exit(not (result.wasSuccessful() and clogs.flush(10)))
"""


def test_the_tests_of_logging_of_the_interpreter_pass(server):
    assert importlib.util.find_spec("test.test_logging") is not None, (
        "this interpreter came without test/test_logging.py: run ci/install sdk"
        " (Debian: libpython3.11-testsuite), or use a Python that has its tests")
    done = server.run("stdlib", PROGRAM, check=False, limit=280)
    assert done.returncode == 0, done.stderr[-5000:]
    (record,) = server.records("stdlib", ':message "still here"')
    assert record["tests"] > 150
