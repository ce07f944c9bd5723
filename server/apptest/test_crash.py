"""kill -9 during ingest: every acknowledged record is there exactly once.

CLOGS_KILLS says how often (bench/crash runs 200); a short run belongs to the tests.
"""

import http.client
import json
import os
import random
import threading
import unittest

from clogs_process import AppTest, Server, ndjson, run, wait_until

KILLS = int(os.environ.get("CLOGS_KILLS", "8"))
SENDERS = 4
BATCH = 50


class Sender(threading.Thread):
    """Sends batches with ids until stopped; resends an unanswered one with the same id."""

    def __init__(self, server: Server, name: str) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.producer = name
        self.sequence = 0
        self.acknowledged: set[int] = set()
        self.stopped = threading.Event()
        self.failure = ""

    def send(self) -> bool:
        body = ndjson({"producer": self.producer, "sequence": self.sequence, "i": i}
                      for i in range(BATCH))
        try:
            reply = self.server.post_logs(
                body, Clogs_Batch_Id=f"{self.producer}/{self.sequence}")
        except (OSError, http.client.HTTPException):
            return False
        if reply.status == 201:
            return True
        if reply.status not in (429, 503):
            self.failure = f"{reply.status}: {reply.text}"
            self.stopped.set()
        return False

    def run(self) -> None:
        while not self.stopped.is_set():
            if self.send():
                self.acknowledged.add(self.sequence)
                self.sequence += 1
            else:
                self.stopped.wait(0.01)


class CrashTest(AppTest):
    def wait_for_progress(self, senders: list[Sender], batches: int) -> None:
        def done() -> int:
            return sum(len(sender.acknowledged) for sender in senders)

        target = done() + batches
        wait_until(lambda: done() >= target or any(s.failure for s in senders), 60,
                   "progress of the senders")

    def test_acknowledged_records_are_there_exactly_once(self) -> None:
        chance = random.Random(7)
        server = Server(self.path("data")).start()
        self.addCleanup(server.stop)
        senders = [Sender(server, f"p{i}") for i in range(SENDERS)]
        for sender in senders:
            sender.start()
        for _ in range(KILLS):
            self.wait_for_progress(senders, chance.randrange(1, 60))
            server.kill()
            server.start()
        for sender in senders:
            sender.stopped.set()
        for sender in senders:
            sender.join(timeout=60)
            self.assertEqual(sender.failure, "")
        self.assertEqual(server.stop(), 0)
        seen: dict[tuple[str, int, int], int] = {}
        for line in run("query", "{:limit 100000000}", "--data-dir", self.path("data"),
                        "--format", "ndjson", timeout=300).stdout.splitlines():
            row = json.loads(line)
            key = (row["producer"], row["sequence"], row["i"])
            seen[key] = seen.get(key, 0) + 1
        self.assertTrue(seen)
        self.assertEqual([k for k, n in seen.items() if n != 1], [], "records doubled")
        missing = [(s.producer, q, i) for s in senders for q in s.acknowledged
                   for i in range(BATCH) if (s.producer, q, i) not in seen]
        self.assertEqual(missing, [], "acknowledged records lost")
        verified = run("verify", self.path("data"))
        self.assertEqual(verified.returncode, 0, verified.stderr)
        print(f"{KILLS} kills, {len(seen)} records, none lost, none doubled")


if __name__ == "__main__":
    unittest.main()
