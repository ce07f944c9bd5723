"""How processes end, what runs meanwhile, and where the SDK refuses to run."""

from __future__ import annotations

import sys

import pytest

LOG = """
import os, sys, threading
import clogs
log = clogs.get_logger("life")
"""

# Of a client whose server is away: its end must cost nothing.
AWAY = {"CLOGS_ENDPOINT": "127.0.0.1:1", "CLOGS_SHUTDOWN_TIMEOUT_MS": "0", "CLOGS_DIAGNOSTICS": "off"}


def messages(server, service):
    return sorted(record["message"] for record in server.records(service))


def ended_well(done):
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_atexit_and_a_late_thread_log_is_delivered(server):
    done = server.run("late-thread", LOG + """
import atexit
def late():
    threading.main_thread().join()
    log.info("thread")
threading.Thread(target=late).start()
atexit.register(lambda: log.info("atexit"))
log.info("main")
""")
    ended_well(done)
    assert messages(server, "late-thread") == ["atexit", "main", "thread"]


def test_what_is_logged_after_the_end_of_the_client_does_no_harm(server):
    done = server.run("after", """
import atexit, logging
atexit.register(lambda: (logging.getLogger().warning("after"), clogs.get_logger().info("after")))
import clogs  # so that its end comes before the function above
logging.getLogger().addHandler(clogs.Handler())
logging.getLogger().warning("before")
""")
    ended_well(done)
    assert messages(server, "after") == ["before"]


def test_what_a_memory_handler_holds_back_is_delivered(server):
    done = server.run("memory", """
import logging.handlers
import clogs
log = logging.getLogger("held")
log.addHandler(logging.handlers.MemoryHandler(1000, target=clogs.Handler()))
log.addHandler(logging.handlers.MemoryHandler(1000, target=object()))  # broken: the other is flushed still
log.warning("held back")
""", check=False)
    assert done.returncode == 0
    assert messages(server, "memory") == ["held back"]


def test_os_exit_after_a_flush_loses_nothing(server):
    done = server.run("os-exit", LOG + """
for i in range(100): log.info("m")
os._exit(7 if clogs.flush(30) else 1)
""", check=False)
    assert done.returncode == 7, done.stderr
    assert len(server.records("os-exit")) == 100


def test_an_exception_that_nobody_catches_is_told_by_a_hook_and_delivered(server):
    done = server.run("uncaught", LOG + """
before = sys.excepthook
def hook(kind, error, trace):
    log.fatal("ended by an exception", exc_info=error)
    before(kind, error, trace)
sys.excepthook = hook
raise ValueError("nobody catches this")
""", check=False)
    assert done.returncode == 1
    assert "nobody catches this" in done.stderr
    (record,) = server.records("uncaught")
    assert (record["level"], record["exception.message"]) == ("fatal", "nobody catches this")


DAEMONS = LOG + """
import logging
sys.setswitchinterval(1e-5)
logging.getLogger("daemon").addHandler(clogs.Handler())
class Slow:
    def __str__(self):
        return "".join(str(i) for i in range(50))
def work():
    while True:
        try:
            raise ValueError(Slow())
        except ValueError:
            log.exception("daemon", value=Slow())
            logging.getLogger("daemon").exception("daemon %s", Slow())
started = threading.Barrier(5)
def begin():
    started.wait()
    work()
for _ in range(4):
    threading.Thread(target=begin, daemon=True).start()
started.wait()
for _ in range(200): log.info("main", value=Slow())
"""


@pytest.mark.parametrize("on_full", ["drop_newest", "block", "spool"])
def test_daemon_threads_that_log_at_the_end_do_no_harm(server, tmp_path, on_full):
    for _ in range(5):
        ended_well(server.run("daemons", DAEMONS, CLOGS_ON_FULL=on_full, CLOGS_SPOOL_DIRECTORY=str(tmp_path),
                              CLOGS_BLOCK_TIMEOUT_MS="10", **AWAY))


@pytest.mark.parametrize("wait", ["clogs.flush(0.2)", "list(clogs.tail())", "log.info(clogs.stats())"])
def test_daemon_threads_that_wait_at_the_end_do_no_harm(server, wait):
    for _ in range(5):
        ended_well(server.run("waiting", LOG + f"""
import contextlib
sys.setswitchinterval(1e-5)
def work():
    started.wait()
    while True:
        with contextlib.suppress(clogs.QueryError):
            {wait}
started = threading.Barrier(5)
for _ in range(4): threading.Thread(target=work, daemon=True).start()
started.wait()
log.info("main")
""", **AWAY))


def test_a_call_may_replace_the_client_it_uses(logs):
    import clogs

    class Replacing:
        def __str__(self):
            clogs._client.default._native.configure([("shutdown_timeout", "0"), ("enabled", "0")])
            return "replaced"

    assert not clogs.get_logger().info("m", value=Replacing())
    assert len(logs) == 0


SUBINTERPRETER = """
import sys
try:
    import _interpreters as interpreters
    one = interpreters.create("legacy")
except ImportError:
    import _xxsubinterpreters as interpreters
    one = interpreters.create(**({"isolated": False} if sys.version_info >= (3, 9) else {}))
import clogs
script = '''
try:
    import clogs
except ImportError as error:
    assert "sub-interpreter" in str(error), error
else:
    raise AssertionError("clogs was imported")
'''
for _ in range(2):
    failed = interpreters.run_string(one, script)
    assert not failed, failed
interpreters.destroy(one)
clogs.get_logger().info("main goes on")
"""


def test_a_sub_interpreter_is_refused_and_the_main_one_goes_on(server):
    ended_well(server.run("sub", SUBINTERPRETER))
    assert messages(server, "sub") == ["main goes on"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_child_that_never_logs_costs_nothing_and_a_grandchild_may_log(server):
    ended_well(server.run("generations", LOG + """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)  # since 3.12 of any fork with a thread beside
log.info("parent")
pid = os.fork()
if pid == 0:
    grandchild = os.fork()
    if grandchild == 0:
        log.info("grandchild")
        os._exit(0 if clogs.flush(30) else 1)
    os._exit(os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1]))
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
"""))
    assert messages(server, "generations") == ["grandchild", "parent"]


def test_a_child_by_exec_is_a_client_of_its_own(server):
    ended_well(server.run("exec", LOG + """
import subprocess
log.info("parent")
subprocess.run([sys.executable, "-c", "import clogs; clogs.get_logger().info('child')"], check=True)
log.info("parent")
"""))
    assert messages(server, "exec") == ["child", "parent", "parent"]
