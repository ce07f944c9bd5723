"""Processes that log to a real server: how they end, and how they fork."""

from __future__ import annotations

import pytest

import clogs

LOG = """
import logging, os, sys
import clogs
log = logging.getLogger("shop")
log.setLevel(logging.INFO)
log.addHandler(clogs.Handler())
def many(count, who):
    for i in range(count):
        log.info("m", extra={"i": i, "who": who})
"""


def per_process(records):
    """How many different records each process wrote."""
    found: dict[str, set[int]] = {}
    for record in records:
        found.setdefault(record["who"], set()).add(record["i"])
    return {who: len(numbers) for who, numbers in found.items()}


def test_a_record_arrives_with_all_it_had(server):
    server.run("whole", LOG + """
with clogs.bound(tenant="acme"):
    log.warning("low %s", "stock", extra={"left": 1, "tags": ["a", "b"], "at": {"x": 1.5}})
""", CLOGS_ENVIRONMENT="test", CLOGS_RESOURCE="team=x")
    (record,) = server.records("whole")
    assert record.items() >= {
        "level": "warn", "level_text": "WARNING", "message": "low stock", "logger": "shop", "left": 1,
        "tags": ["a", "b"], "at": {"x": 1.5}, "tenant": "acme", "environment": "test", "team": "x"}.items()
    assert record["process.pid"] > 0 and record["host"]


def test_a_client_is_closed_at_the_end_of_its_block(server):
    with clogs.Client(endpoint=server.endpoint, service="block") as client:
        assert client.get_logger("b").info("within")
    assert not client.get_logger("b").info("after")
    assert [record["message"] for record in server.records("block")] == ["within"]


@pytest.mark.parametrize(("name", "end", "code"), [
    ("ends", "", 0),
    ("exits", "sys.exit(3)", 3),
    ("raises", "raise ValueError", 1),
])
def test_a_process_that_logs_and_ends_loses_nothing(server, name, end, code):
    done = server.run(name, LOG + f"many(1000, 'main')\n{end}", check=False)
    assert done.returncode == code, done.stderr
    assert per_process(server.records(name)) == {"main": 1000}


def test_a_thread_that_outlives_the_main_one_loses_nothing(server):
    server.run("threaded", LOG + """
import threading
main = threading.main_thread()
def work():
    main.join()
    many(100, "thread")
threading.Thread(target=work).start()
""")
    assert per_process(server.records("threaded")) == {"thread": 100}


def test_a_server_that_is_away_costs_the_end_no_more_than_the_limit_and_prints_nothing(server):
    done = server.run("away", LOG + "many(10, 'main')\nprint('ended')", CLOGS_ENDPOINT="127.0.0.1:1",
                      CLOGS_SHUTDOWN_TIMEOUT_MS="100", CLOGS_DIAGNOSTICS="off")
    assert (done.stdout, done.stderr) == ("ended\n", "")


def test_importing_and_configuring_starts_no_thread(server):
    done = server.run("quiet", """
import os, clogs
clogs.configure(service="quiet")
clogs.Handler(), clogs.get_logger("x")
print(len(os.listdir("/proc/self/task")))
""")
    assert done.stdout == "1\n"


def test_parent_and_forked_children_lose_nothing(server):
    server.run("forks", LOG + """
many(300, "parent")
children = []
for n in range(3):
    pid = os.fork()
    if pid == 0:
        many(300, f"child {n}")
        os._exit(0 if clogs.flush(timeout=30) else 1)
    children.append(pid)
for i in range(300, 600):
    log.info("m", extra={"i": i, "who": "parent"})
assert [os.waitpid(pid, 0)[1] for pid in children] == [0, 0, 0]
""")
    records = server.records("forks")
    assert per_process(records) == {"parent": 600, "child 0": 300, "child 1": 300, "child 2": 300}
    assert len(records) == 1500
    assert len({record["process.pid"] for record in records}) == 4


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_of_multiprocessing_lose_nothing_without_a_flush(server, tmp_path, method):
    module = tmp_path / "work.py"
    module.write_text(LOG + f"""
import multiprocessing
def work(name):
    many(200, name)
if __name__ == "__main__":
    many(200, "parent")
    context = multiprocessing.get_context("{method}")
    workers = [context.Process(target=work, args=(f"worker {{n}}",)) for n in range(2)]
    for worker in workers: worker.start()
    for worker in workers: worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    with context.Pool(2) as pool:
        pool.map(work, ["pool"])
        pool.close()
        pool.join()
""")
    server.run(f"multi-{method}", f"import runpy; runpy.run_path({str(module)!r}, run_name='__main__')"
               if method == "fork" else
               f"import subprocess, sys; subprocess.run([sys.executable, {str(module)!r}], check=True)")
    assert per_process(server.records(f"multi-{method}")) == {
        "parent": 200, "worker 0": 200, "worker 1": 200, "pool": 200}


def test_a_worker_that_imports_the_sdk_late_loses_nothing(server, tmp_path):
    module = tmp_path / "late.py"
    module.write_text("""
import multiprocessing
def work():
    import clogs
    clogs.get_logger().info("late", i=0, who="worker")
if __name__ == "__main__":
    worker = multiprocessing.get_context("fork").Process(target=work)
    worker.start()
    worker.join()
    assert worker.exitcode == 0
""")
    server.run("late", f"import runpy; runpy.run_path({str(module)!r}, run_name='__main__')")
    assert per_process(server.records("late")) == {"worker": 1}


def test_a_fork_while_other_threads_log_does_not_hang(server):
    server.run("busy", LOG + """
import threading
stop = threading.Event()
def work():
    while not stop.is_set():
        log.info("m", extra={"i": 0, "who": "thread"})
thread = threading.Thread(target=work)
thread.start()
for n in range(50):
    pid = os.fork()
    if pid == 0:
        log.info("m", extra={"i": n, "who": "children"})
        os._exit(0 if clogs.flush(timeout=30) else 1)
    assert os.waitpid(pid, 0)[1] == 0
stop.set()
thread.join()
""")
    done = [record["i"] for record in server.records("busy", ':who "children"')]
    assert sorted(done) == list(range(50))


def test_a_spool_delivers_what_a_killed_process_left(server, tmp_path):
    script = LOG + """
clogs.flush(timeout=0.3)
many(100, "main")
"""
    variables = {"CLOGS_ON_FULL": "spool", "CLOGS_SPOOL_DIRECTORY": str(tmp_path),
                 "CLOGS_DIAGNOSTICS": "off"}
    killed = server.run("spools", script + """
import time
while clogs.stats().spool_records < 100: time.sleep(0.01)
os.kill(os.getpid(), 9)
""", check=False, CLOGS_ENDPOINT="127.0.0.1:1", **variables)
    assert killed.returncode == -9, killed.stderr
    server.run("spools", "import clogs; clogs.get_logger().info('next', i=0, who='next')", **variables)
    assert per_process(server.records("spools")) == {"main": 100, "next": 1}
