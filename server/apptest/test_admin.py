"""backup, delete and reindex with the real binary: beside a running server and on a directory."""

import glob
import json
import os
import pathlib
import pty
import threading
import unittest

from clogs_process import AppTest, Server, ndjson, run, wait_until

BATCH = 20


class Load(threading.Thread):
    """Sends numbered records until stopped; `acknowledged` is how many are on disk."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.acknowledged = 0
        self.stopped = threading.Event()
        self.failure = ""

    def run(self) -> None:
        while not self.stopped.is_set():
            first = self.acknowledged
            reply = self.server.post_logs(ndjson({"n": n} for n in range(first, first + BATCH)))
            if reply.status != 201:
                self.failure = reply.text
                return
            self.acknowledged = first + BATCH

    def finish(self) -> None:
        self.stopped.set()
        self.join(timeout=60)


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.http_port}"


class AdminTest(AppTest):
    def numbers(self, directory: str) -> list[int]:
        done = run("query", "{:limit 100000000 :order-by [[:n :asc]]}", "--data-dir", directory,
                   "--format", "ndjson", timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line)["n"] for line in done.stdout.splitlines()]

    def leftovers(self) -> list[str]:
        return glob.glob(self.path("*.partial*"))


class BackupTest(AdminTest):
    def test_a_backup_under_load_has_all_that_was_acknowledged_before(self) -> None:
        server = self.serve()
        load = Load(server)
        load.start()
        self.addCleanup(load.finish)
        wait_until(lambda: load.acknowledged > 500 or load.failure, 60, "some load")
        before = load.acknowledged
        done = run("backup", self.path("copy"), "--url", url(server))
        self.assertEqual(done.returncode, 0, done.stderr)
        load.finish()
        self.assertEqual(load.failure, "")
        verified = run("verify", self.path("copy"))
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        numbers = self.numbers(self.path("copy"))
        self.assertGreaterEqual(len(numbers), before)
        self.assertEqual(numbers, list(range(len(numbers))))
        self.assertEqual(self.leftovers(), [])
        # It is a store: a server starts on it.
        with Server(self.path("copy")) as copy:
            self.assertEqual(copy.count(), len(numbers))

    def test_a_repeated_batch_is_known_to_the_copy(self) -> None:
        server = self.serve()
        self.assertEqual(server.post_logs('{"n":0}\n', Clogs_Batch_Id="p/1").status, 201)
        self.assertEqual(run("backup", self.path("copy"), "--url", url(server)).returncode, 0)
        with Server(self.path("copy")) as copy:
            again = copy.post_logs('{"n":0}\n', Clogs_Batch_Id="p/1")
            self.assertEqual(again.status, 201)
            self.assertEqual(copy.count(), 1)

    def test_offline(self) -> None:
        run("ingest", "-", "--data-dir", self.path("data"), stdin=b'{"n":0}\n{"n":1}\n')
        done = run("backup", self.path("copy"), "--data-dir", self.path("data"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"2 records", done.stdout)
        self.assertEqual(self.numbers(self.path("copy")), [0, 1])

    def test_what_cannot_be_is_1_and_leaves_nothing(self) -> None:
        run("ingest", "-", "--data-dir", self.path("data"), stdin=b'{"n":0}\n')
        os.mkdir(self.path("full"))
        self.write("full/file", "x")
        for arguments in (("full", "--data-dir", self.path("data")),
                          ("copy", "--data-dir", self.path("none")),
                          ("copy", "--url", "http://127.0.0.1:1")):
            done = run("backup", self.path(arguments[0]), *arguments[1:])
            self.assertEqual(done.returncode, 1, arguments)
            self.assertTrue(done.stderr.startswith(b"clogs: "), done.stderr)
        self.assertFalse(os.path.exists(self.path("copy")))
        self.assertEqual(os.listdir(self.path("full")), ["file"])
        self.assertEqual(self.leftovers(), [])

    def test_a_directory_that_a_server_holds_is_refused_with_the_way_out(self) -> None:
        self.serve()
        done = run("backup", self.path("copy"), "--data-dir", self.path("data"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"--url", done.stderr)


class DeleteTest(AdminTest):
    def test_an_acknowledged_delete_survives_kill_9(self) -> None:
        server = self.serve()
        server.post_logs(ndjson({"n": n, "user": "eve" if n % 2 else "bob"} for n in range(10)))
        done = run("delete", '[:= :user "eve"]', "--url", url(server))
        server.kill()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, b"deleted 5 records (deletion 1)\n")
        server.start()
        self.assertEqual(server.count(), 5)
        self.assertEqual(server.count('[:= :user "eve"]'), 0)
        # What comes later and matches is kept.
        server.post_logs('{"n":10,"user":"eve"}\n')
        self.assertEqual(server.count('[:= :user "eve"]'), 1)
        self.assertEqual(server.stop(), 0)
        lines = run("cat", self.path("data")).stdout.splitlines()
        self.assertEqual(len(lines), 6)
        self.assertEqual(run("verify", self.path("data")).returncode, 0)

    def test_a_dry_run_says_what_would_go(self) -> None:
        server = self.serve()
        server.post_logs(ndjson({"n": n} for n in range(10)))
        done = run("delete", "[:< :n 3]", "--dry-run", "--url", url(server))
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.decode().splitlines()
        self.assertEqual(lines[0], "3 records would be deleted, among them")
        self.assertEqual(sorted(lines[1:]), ["  {:n 0}", "  {:n 1}", "  {:n 2}"])
        self.assertEqual(server.count(), 10)

    def test_on_a_terminal_it_shows_and_asks(self) -> None:
        server = self.serve()
        server.post_logs(ndjson({"n": n} for n in range(4)))
        for answer, code, left in (("n", 1, 4), ("", 1, 4), ("y", 0, 3)):
            controller, terminal = pty.openpty()
            os.write(controller, answer.encode() + b"\n")
            done = run("delete", "[:= :n 0]", "--url", url(server), stdin=terminal)
            os.close(terminal)
            os.close(controller)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(b"1 record would be deleted, among them\n  {:n 0}\n", done.stderr)
            self.assertIn(b"Delete 1 record? [y/N]", done.stderr)
            self.assertEqual(server.count(), left)

    def test_the_server_logs_each_deletion(self) -> None:
        server = self.serve("--config", self.write("clogs.edn", "{:log {:keep true}}"))
        server.post_logs(ndjson({"n": n} for n in range(4)))
        run("delete", "[:< :n 2]", "--url", url(server))
        self.assertEqual(server.stop(), 0)
        told = run("query", '{:where {:message "records deleted"}}', "--data-dir", server.data_dir,
                   "--tenant", "clogs", "--format", "ndjson")
        rows = [json.loads(line) for line in told.stdout.splitlines()]
        self.assertEqual([(row["deletion"], row["matched"]) for row in rows], [("1", "2")])
        self.assertIn("[:< :n 2]", rows[0]["query"])

    def test_offline_and_reindex_takes_the_bytes_away(self) -> None:
        data = self.path("data")
        run("ingest", "-", "--data-dir", data,
            stdin=b'{"n":0,"secret":"hunter2"}\n{"n":1}\n{"n":2,"secret":"hunter2"}\n')
        before = run("cat", data, "--meta").stdout.splitlines()[1]
        done = run("delete", "[:exists :secret]", "--data-dir", data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.numbers(data), [1])
        copy = run("backup", self.path("copy"), "--data-dir", data)
        self.assertEqual(copy.returncode, 0, copy.stderr)
        self.assertEqual(self.numbers(self.path("copy")), [1])

        def holds_secret() -> bool:
            return any(b"hunter2" in path.read_bytes()
                       for path in pathlib.Path(data, "edn").rglob("*.edn"))

        self.assertTrue(holds_secret())
        done = run("reindex", "--data-dir", data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"removed 2 records", done.stdout)
        self.assertFalse(holds_secret())
        self.assertEqual(self.numbers(data), [1])
        # The record behind a removed one keeps its id.
        self.assertEqual(run("cat", data, "--meta").stdout.splitlines(), [before])
        self.assertEqual(run("verify", data).returncode, 0)

    def test_what_would_delete_everything_has_to_say_so(self) -> None:
        data = self.path("data")
        run("ingest", "-", "--data-dir", data, stdin=b'{"n":0}\n')
        for text in ("{}", "{:where [:and]}", "{:where [:= :n 0] :limit 1}", "[:equals :n 0]"):
            done = run("delete", text, "--data-dir", data)
            self.assertEqual(done.returncode, 1, text)
            self.assertIn(b"Invalid query", done.stderr)
        self.assertEqual(self.numbers(data), [0])
        self.assertEqual(run("delete", ":true", "--data-dir", data).returncode, 0)
        self.assertEqual(self.numbers(data), [])

    def test_a_directory_that_is_not_there_is_not_made(self) -> None:
        for verb in (("delete", ":true"), ("reindex",)):
            done = run(*verb, "--data-dir", self.path("none"))
            self.assertEqual(done.returncode, 1)
            self.assertFalse(os.path.exists(self.path("none")))

    def test_wrong_usage_is_2(self) -> None:
        for arguments in (("delete",), ("backup",), ("reindex",), ("delete", ":true", "--dry"),
                          ("reindex", "--url", "http://127.0.0.1:1")):
            self.assertEqual(run(*arguments).returncode, 2, arguments)

    def test_reindex_of_a_directory_in_use_is_refused(self) -> None:
        self.serve()
        done = run("reindex", "--data-dir", self.path("data"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"cannot be used", done.stderr)


class RightsTest(AdminTest):
    def test_delete_and_backup_need_query_and_admin(self) -> None:
        config = self.write("clogs.edn", """{:api-keys [
            {:name "reader" :secret "reader-secret-0123456789" :rights #{:query}}
            {:name "ops" :secret "ops-secret-0123456789abc" :rights #{:query :admin :ingest}}]}""")
        server = self.serve("--config", config)
        ops = {"Authorization": "Bearer ops-secret-0123456789abc"}
        self.assertEqual(server.request("POST", "/logs", '{"n":1}',
                                        {"Content-Type": "application/json", **ops}).status, 201)
        edn = {"Content-Type": "application/edn"}
        reader = {"Authorization": "Bearer reader-secret-0123456789"}
        self.assertEqual(server.request("POST", "/delete", ":true", edn).status, 401)
        self.assertEqual(server.request("POST", "/delete", ":true", edn | reader).status, 403)
        self.assertEqual(server.request("GET", "/backup", None, reader).status, 403)
        refused = run("backup", self.path("copy"), "--url", url(server), "--api-key",
                      "reader-secret-0123456789")
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"no right to admin", refused.stderr)
        deleted = server.request("POST", "/delete", ":true", edn | ops)
        self.assertEqual(deleted.status, 200, deleted.text)
        self.assertEqual(deleted.json()["matched"], 1)
        self.assertEqual(server.stop(), 0)
        log = pathlib.Path(self.path("data", "deletions.edn")).read_text(encoding="utf-8")
        self.assertIn(':by "ops" :matched 1 :query {:where :true}', log)


if __name__ == "__main__":
    unittest.main()
