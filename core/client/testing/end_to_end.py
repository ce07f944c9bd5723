"""The C++ client against the real server: what a process logs is stored, each record exactly once.

Its arguments are the paths of core_client_log_records and core_client_ask_server.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import unittest
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "server/apptest"))

from clogs_process import AppTest, Server, clean_environment, ndjson, wait_until  # noqa: E402

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else ""
ASK = sys.argv.pop(1) if len(sys.argv) > 1 else ""
EXIT_TIMEOUT_S = 120
EACH_RECORD = """{:aggregations {:count [:count]
                                 :different [:count-distinct :n {:exact true}]
                                 :first [:min :n]
                                 :last [:max :n]}}"""


class Logging:
    """A process that logs; its client is made from `options`, the CLOGS_* variables."""

    def __init__(self, **options: str) -> None:
        variables = {f"CLOGS_{name.upper()}": value for name, value in options.items()}
        self.process = subprocess.Popen(
            [PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=clean_environment() | variables)

    def tell(self, command: str, first: int, count: int) -> str:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{command} {first} {count}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self) -> dict[str, Any]:
        """The client's counts after it waited for delivery."""
        out, errors = self.process.communicate(timeout=EXIT_TIMEOUT_S)
        if self.process.returncode not in (0, 1):
            raise AssertionError(f"exit code {self.process.returncode}: {errors}")
        counts = dict(json.loads(out))
        counts["errors"] = errors
        return counts

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


class EndToEndTest(AppTest):
    def log(self, **options: str) -> Logging:
        logging = Logging(**options)
        self.addCleanup(logging.stop)
        return logging

    def assert_delivered(self, counts: dict[str, Any], records: int) -> None:
        self.assertTrue(counts["delivered"], counts)
        self.assertEqual(counts["sent"], records, counts)
        self.assertEqual((counts["dropped"], counts["rejected"]), (0, 0), counts)

    def assert_stored_once(self, server: Server, records: int, **headers: str) -> None:
        reply = server.request("POST", "/query", EACH_RECORD, {
            "Content-Type": "application/edn", "Accept": "application/json", **headers})
        self.assertEqual(reply.status, 200, reply.text)
        self.assertEqual(reply.json()["data"], [
            {"count": records, "different": records, "first": 0, "last": records - 1}])

    def test_every_record_is_stored_once(self) -> None:
        server = self.serve()
        logging = self.log(endpoint=f"127.0.0.1:{server.grpc_port}", on_full="block",
                           block_timeout_ms="60000")
        self.assertEqual(logging.tell("log", 0, 100_000), "logged")
        self.assert_delivered(logging.end(), 100_000)
        self.assert_stored_once(server, 100_000)

    def test_a_server_that_is_killed_under_load_costs_nothing_with_a_spool(self) -> None:
        server = self.serve()
        server.grpc_address = f"127.0.0.1:{server.grpc_port}"
        logging = self.log(endpoint=server.grpc_address, on_full="spool", retry_initial_ms="20",
                           retry_max_ms="200", spool_directory=self.path("spool"))
        each = 20_000
        for cycle in range(5):
            before = server.count()
            self.assertEqual(logging.tell("log", cycle * each, each), "logged")
            wait_until(lambda seen=before: server.count() > seen, what="records of this cycle")
            server.kill()
            server.start()
        self.assert_delivered(logging.end(), 5 * each)
        self.assert_stored_once(server, 5 * each)

    def test_records_logged_while_no_server_is_there_arrive_when_it_comes(self) -> None:
        server = self.serve()
        server.grpc_address = f"127.0.0.1:{server.grpc_port}"
        server.kill()
        logging = self.log(endpoint=server.grpc_address, on_full="spool", retry_initial_ms="20",
                           retry_max_ms="200", spool_directory=self.path("spool"))
        self.assertEqual(logging.tell("log", 0, 50_000), "logged")
        server.start()
        self.assert_delivered(logging.end(), 50_000)
        self.assert_stored_once(server, 50_000)

    def test_an_api_key_is_sent(self) -> None:
        config = self.write("clogs.edn", """{:api-keys [
            {:name "shop" :secret "the-secret-of-the-shop-0123456789" :rights #{:ingest :query}}]}""")
        server = self.serve("--config", config)
        key = "the-secret-of-the-shop-0123456789"
        logging = self.log(endpoint=f"127.0.0.1:{server.grpc_port}", api_key=key)
        self.assertEqual(logging.tell("log", 0, 1000), "logged")
        self.assert_delivered(logging.end(), 1000)
        self.assert_stored_once(server, 1000, Authorization=f"Bearer {key}")

    def certificate(self, name: str, issuer: str = "") -> tuple[str, str]:
        """PEM files of a certificate for localhost and of its key; self-signed without an issuer."""
        certificate, key = self.path(f"{name}.pem"), self.path(f"{name}.key")
        signed = (["-CA", self.path(f"{issuer}.pem"), "-CAkey", self.path(f"{issuer}.key"),
                   "-addext", "basicConstraints=critical,CA:FALSE"] if issuer else [])
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext",
             "subjectAltName=DNS:localhost", *signed, "-keyout", key, "-out", certificate],
            check=True, capture_output=True)
        return certificate, key

    def test_a_server_behind_tls_is_checked_and_used(self) -> None:
        certificate, key = self.certificate("server")
        secure = self.serve("--tls-cert", certificate, "--tls-key", key)
        logging = self.log(endpoint=f"https://127.0.0.1:{secure.grpc_port}",
                           tls_ca_file=certificate, tls_server_name="localhost")
        self.assertEqual(logging.tell("log", 0, 1000), "logged")
        self.assert_delivered(logging.end(), 1000)
        self.assertEqual(secure.stop(), 0)
        # Read without TLS, by a server of the same data.
        self.assert_stored_once(self.serve(), 1000)

    def test_a_server_that_wants_a_certificate_gets_it_and_refuses_who_has_none(self) -> None:
        certificate, key = self.certificate("server")
        authority, _ = self.certificate("authority")
        client_certificate, client_key = self.certificate("client", issuer="authority")
        secure = self.serve("--tls-cert", certificate, "--tls-key", key,
                            "--tls-client-ca", authority)
        trusting = {"endpoint": f"https://127.0.0.1:{secure.grpc_port}",
                    "tls_ca_file": certificate, "tls_server_name": "localhost"}
        logging = self.log(tls_cert_file=client_certificate, tls_key_file=client_key, **trusting)
        self.assertEqual(logging.tell("log", 0, 1000), "logged")
        self.assert_delivered(logging.end(), 1000)

        nobody = self.log(retry_max_age_ms="1000", retry_initial_ms="20", **trusting)
        self.assertEqual(nobody.tell("log", 1000, 10), "logged")
        counts = nobody.end()
        self.assertEqual((counts["sent"], counts["dropped"]), (0, 10), counts)
        self.assertIn("certificate", counts["errors"])
        self.assertEqual(secure.stop(), 0)
        self.assert_stored_once(self.serve(), 1000)

    def test_a_child_and_its_parent_both_log(self) -> None:
        server = self.serve()
        logging = self.log(endpoint=f"127.0.0.1:{server.grpc_port}", on_full="block",
                           block_timeout_ms="60000")
        self.assertEqual(logging.tell("log", 0, 5000), "logged")
        self.assertEqual(logging.tell("fork", 5000, 5000), "child 0")
        self.assertEqual(logging.tell("log", 10_000, 5000), "logged")
        self.assert_delivered(logging.end(), 10_000)
        self.assert_stored_once(server, 15_000)

    def test_the_second_endpoint_takes_over_from_one_that_is_not_there(self) -> None:
        gone = self.serve(data="gone")
        port_of_nobody = gone.grpc_port
        gone.kill()
        server = self.serve()
        logging = self.log(
            endpoint=f"127.0.0.1:{port_of_nobody},127.0.0.1:{server.grpc_port}",
            retry_initial_ms="20", retry_max_ms="200")
        self.assertEqual(logging.tell("log", 0, 5000), "logged")
        self.assert_delivered(logging.end(), 5000)
        self.assert_stored_once(server, 5000)

    def test_two_live_servers_take_over_from_each_other_and_share_no_record(self) -> None:
        servers = [self.serve(data=name) for name in ("first", "second")]
        for server in servers:
            server.grpc_address = f"127.0.0.1:{server.grpc_port}"
        first, second = servers
        logging = self.log(
            endpoint=",".join(server.grpc_address for server in servers), on_full="spool",
            spool_directory=self.path("spool"), retry_initial_ms="20", retry_max_ms="100",
            connect_timeout_ms="1000", block_timeout_ms="60000")
        each = 5000
        for cycle, (going, coming) in enumerate([(second, first), (first, second)] * 2):
            # `coming` takes what is logged while the other is away.
            if going.process is not None and cycle > 0:
                going.kill()
            before = coming.count()
            self.assertEqual(logging.tell("log", cycle * each, each), "logged")
            wait_until(lambda seen=before, to=coming: to.count() > seen, what="the other's records")
            if going.process is None:
                going.start()
        self.assert_delivered(logging.end(), 4 * each)
        stored = [row["n"] for server in servers for row in server.query(
            "{:select [:n] :limit 100000}")["data"]]
        self.assertEqual(sorted(stored), list(range(4 * each)))
        self.assertGreater(min(server.count() for server in servers), 0)

    def ask(self, server: Server, *words: str) -> subprocess.CompletedProcess[str]:
        variables = {"CLOGS_ENDPOINT": f"127.0.0.1:{server.grpc_port}"}
        return subprocess.run([ASK, *words], capture_output=True, text=True, check=False,
                              timeout=EXIT_TIMEOUT_S, env=clean_environment() | variables)

    def test_a_query_brings_its_rows_and_its_summary(self) -> None:
        server = self.serve()
        server.post_logs(ndjson({"message": "tick", "n": n} for n in range(5000)))
        answer = self.ask(server, "query",
                          "{:where [:< :n ?most] :order-by [:n] :select [:n] :limit 4000}",
                          "most", "3000")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        *rows, count = answer.stdout.splitlines()
        self.assertEqual([json.loads(row) for row in rows], [{"n": n} for n in range(3000)])
        self.assertEqual(count, "count 3000")

    def test_a_wrong_query_fails_with_the_reason(self) -> None:
        answer = self.ask(self.serve(), "query", "{:where [:no-such-operator :n]}")
        self.assertEqual((answer.returncode, answer.stdout), (1, ""))
        self.assertIn("no-such-operator", answer.stderr)

    def test_a_tail_brings_matching_records_as_they_come_until_it_is_cancelled(self) -> None:
        server = self.serve()
        tail = subprocess.Popen(
            [ASK, "tail", '{:where [:= :message "wanted"]}', "3"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            env=clean_environment() | {"CLOGS_ENDPOINT": f"127.0.0.1:{server.grpc_port}"})
        self.addCleanup(tail.communicate)
        self.addCleanup(tail.kill)

        def posts_until_it_ends() -> bool:
            # The client cannot see when the server began to follow, so records keep coming.
            server.post_logs(ndjson([{"message": "other"}, {"message": "wanted"}]))
            return tail.poll() is not None

        wait_until(posts_until_it_ends, what="the end of the tail")
        out, errors = tail.communicate()
        self.assertEqual(tail.returncode, 0, errors)
        first, *rows = out.splitlines()
        self.assertEqual(first, "following")
        self.assertGreaterEqual(len(rows), 3)
        self.assertEqual({json.loads(row)["message"] for row in rows}, {"wanted"})


if __name__ == "__main__":
    if not (os.access(PROGRAM, os.X_OK) and os.access(ASK, os.X_OK)):
        sys.exit("usage: end_to_end.py LOG_RECORDS ASK_SERVER")
    unittest.main()
