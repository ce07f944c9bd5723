"""measure.py WHAT CONTENDER ENDPOINT SINK FOLDER: one measurement in a process of its own, as JSON."""

from __future__ import annotations

import gc
import json
import os
import pathlib
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import contenders

CALLS = 20_000  # a round
ROUNDS = 5
THREADS = 4


def raise_deep(depth: int) -> None:
    if depth == 0:
        raise ValueError("card refused")
    raise_deep(depth - 1)


def while_handled(failed: Callable[[], object]) -> Callable[[int], object]:
    """The call itself, with an exception of a few frames at hand."""
    def call(_: int) -> None:
        try:
            raise_deep(4)
        except ValueError:
            failed()
    return call


def round_nanos(call: Callable[[int], object], calls: int) -> int:
    """CPU of this thread alone: other threads and processes do not count."""
    begin = time.thread_time_ns()
    for i in range(calls):
        call(i)
    return time.thread_time_ns() - begin


def cost(one: contenders.Contender, call: Callable[[int], object], calls: int) -> dict[str, float]:
    """Best of the rounds: of the call, and of the whole process until all is delivered."""
    best, whole = float("inf"), float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        begin = time.process_time_ns()
        best = min(best, round_nanos(call, calls) / calls)
        one.settle()
        whole = min(whole, (time.process_time_ns() - begin) / calls)
    return {"ns": round(best), "process_ns": round(whole)}


def by_threads(one: contenders.Contender) -> float:
    """CPU of a call where four threads log at once; best of the rounds."""
    best = float("inf")
    spent: list[int] = []
    for _ in range(ROUNDS):
        spent.clear()
        threads = [threading.Thread(target=lambda: spent.append(round_nanos(one.call, CALLS // THREADS)))
                   for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        one.settle()
        best = min(best, sum(spent) / CALLS)
    return round(best)


def memory(call: Callable[[int], object]) -> dict[str, float]:
    """Of Python's allocator, a call: the most it has at once, and the blocks that it leaves behind."""
    for i in range(100):
        call(i)
    blocks = sys.getallocatedblocks()
    for i in range(1000):
        call(i)
    blocks = sys.getallocatedblocks() - blocks
    tracemalloc.start()
    peaks = []
    for i in range(200):
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        call(i)
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
    tracemalloc.stop()
    return {"bytes": sorted(peaks)[len(peaks) // 2], "blocks": round(max(0, blocks) / 1000, 1)}


def calls(one: contenders.Contender) -> dict[str, Any]:
    failed = while_handled(one.failed)
    nothing = while_handled(lambda: None)
    raising = min(round_nanos(nothing, 5000) / 5000 for _ in range(ROUNDS))
    result: dict[str, Any] = {**cost(one, one.call, CALLS), "threads_ns": by_threads(one)}
    result["exception_ns"] = round(cost(one, failed, CALLS // 4)["ns"] - raising)
    result.update(memory(one.call))
    one.settle()
    return result


def resident() -> int:
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096


def away(one: contenders.Contender, count: int) -> dict[str, Any]:
    before = resident()
    for i in range(count):
        one.call(i)
    return {"records": count, "grown_mib": round((resident() - before) / (1 << 20), 1)}


def delivered(one: contenders.Contender, count: int) -> dict[str, Any]:
    begin = time.monotonic()
    for i in range(count):
        one.call(i)
    one.settle()
    return {"records": count, "per_second": round(count / (time.monotonic() - begin))}


def main() -> None:
    what, name, endpoint, sink, folder = sys.argv[1:]
    make = contenders.MAKERS[name]
    if what == "away":
        options = {"diagnostics": "off", "shutdown_timeout": 0, "queue_max_records": 8192,
                   "queue_max_bytes": 32 << 20} if "clogs" in name else {}
        result = away(make("127.0.0.1:1", "127.0.0.1:1", pathlib.Path(folder), **options), 200_000)
    elif what == "delivered":
        options = {"on_full": "block", "block_timeout": 60, "service": "stored-" + str(hash(name) % 10_000),
                   "queue_max_records": 8192} if "clogs" in name else {}
        result = delivered(make(endpoint, sink, pathlib.Path(folder), **options), 100_000)
        result["service"] = options.get("service")
    else:
        result = calls(make(endpoint, sink, pathlib.Path(folder)))
    print(json.dumps(result), flush=True)
    sys.stdout.close()
    os._exit(0)  # who waits for a server that is away must not keep the bench waiting


if __name__ == "__main__":
    main()
