"""The server's own log records in its store: operators see them, queries of users do not."""

import json
import unittest

from clogs_process import AppTest, run, wait_until

KEYS = {"Ana": "the-key-of-an-operator", "Bob": "the-key-of-somebody"}
CONFIG = """{:log {:keep true}
 :api-keys [{:name "ana" :secret "the-key-of-an-operator" :rights #{:ingest :query :admin}}
            {:name "bob" :secret "the-key-of-somebody" :rights #{:ingest :query}}]}"""


class OwnLogTest(AppTest):
    def ask(self, server, query, who, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return server.request("POST", "/query", query, {
            "Content-Type": "application/edn", "Accept": "application/json",
            "Authorization": "Bearer " + KEYS[who], **named})

    def messages(self, server, query, who, **headers):
        reply = self.ask(server, query, who, **headers)
        self.assertEqual(reply.status, 200, reply.text)
        return [row.get("message") for row in reply.json()["data"]]

    def test_operators_see_it_and_users_do_not(self) -> None:
        server = self.serve("--config", self.write("clogs.edn", CONFIG))
        stored = server.post_logs('{"message":"of the user"}',
                                  Authorization="Bearer " + KEYS["Bob"])
        self.assertEqual(stored.status, 201)
        wait_until(lambda: "ready" in self.messages(server, "{}", "Ana", Clogs_Tenant="clogs"),
                   what="the record of the start")
        self.assertIn("store opened", self.messages(server, "{}", "Ana", Clogs_Tenant="clogs"))
        for query in ("{}", "{:from :clogs}", "{:from [:logs :clogs]}", "{:time \"1h\"}"):
            for who in ("Ana", "Bob"):
                reply = self.ask(server, query, who)
                self.assertNotIn("store opened", reply.text, (query, who))
        named = '{:options {:tenant "clogs"}}'
        self.assertIn("store opened", self.messages(server, named, "Ana"))
        for denied in (self.ask(server, "{}", "Bob", Clogs_Tenant="clogs"),
                       self.ask(server, named, "Bob")):
            self.assertEqual(denied.status, 403)
            self.assertIn("admin", denied.json()["error"])
        # A query that names another tenant than its request is in none.
        self.assertEqual(self.ask(server, '{:options {:tenant "default"}}', "Ana",
                                  Clogs_Tenant="clogs").status, 403)
        self.assertEqual(self.ask(server, "{}", "Ana", Clogs_Tenant="other").status, 403)
        written = server.post_logs('{"a":1}', Authorization="Bearer " + KEYS["Ana"],
                                   Clogs_Tenant="clogs")
        self.assertEqual(written.status, 403)
        metrics = server.request("GET", "/metrics",
                                 headers={"Authorization": "Bearer " + KEYS["Ana"]}).text
        self.assertIn("clogs_log_dropped_total 0", metrics)

    def test_what_is_said_until_the_store_closes_is_read_without_a_server(self) -> None:
        server = self.serve("--config", self.write("clogs.edn", CONFIG))
        self.assertEqual(server.stop(), 0)
        own = run("query", "{:where {:level \"info\"}}", "--data-dir", server.data_dir,
                  "--tenant", "clogs", "--format", "ndjson")
        self.assertEqual(own.returncode, 0, own.stderr)
        by_option = run("query", '{:where {:level "info"} :options {:tenant "clogs"}}',
                        "--data-dir", server.data_dir, "--format", "ndjson")
        self.assertEqual(by_option.stdout, own.stdout)
        rows = [json.loads(line) for line in own.stdout.splitlines()]
        messages = [row["message"] for row in rows]
        for message in ("store opened", "ready", "draining"):
            self.assertIn(message, messages)
        ready = next(row for row in rows if row["message"] == "ready")
        self.assertEqual(ready["logger"], "clogs")
        self.assertIn("127.0.0.1:", ready["http"])
        theirs = run("query", "{}", "--data-dir", server.data_dir, "--format", "ndjson")
        self.assertEqual(theirs.stdout, b"")

    def test_nothing_is_kept_unless_asked_for(self) -> None:
        server = self.serve()
        self.assertEqual(server.stop(), 0)
        own = run("query", "{}", "--data-dir", server.data_dir, "--tenant", "clogs",
                  "--format", "ndjson")
        self.assertEqual(own.returncode, 0, own.stderr)
        self.assertEqual(own.stdout, b"")


if __name__ == "__main__":
    unittest.main()
