"""Start, refuse to start, stop, restart."""

import os
import pathlib
import socket
import unittest

from clogs_process import AppTest, Server, ndjson, run


class ServeTest(AppTest):
    def test_answers_health_readiness_and_metrics(self) -> None:
        server = self.serve()
        self.assertEqual(server.request("GET", "/health").status, 200)
        self.assertEqual(server.request("GET", "/healthz").status, 200)
        self.assertEqual(server.request("GET", "/readyz").status, 200)
        metrics = server.request("GET", "/metrics")
        self.assertEqual(metrics.status, 200)
        self.assertIn("text/plain", metrics.headers["Content-Type"])
        self.assertIn("clogs_", metrics.text)

    def test_sigterm_drains_and_exits_0(self) -> None:
        server = self.serve()
        self.assertEqual(server.post_logs('{"message":"a"}\n').status, 201)
        self.assertEqual(server.stop(), 0)

    def test_records_survive_a_restart(self) -> None:
        first = self.serve()
        reply = first.post_logs(ndjson({"message": f"m{i}", "n": i} for i in range(1000)))
        self.assertEqual(reply.json()["accepted"], 1000)
        self.assertEqual(first.stop(), 0)
        second = self.serve()
        self.assertEqual(second.count(), 1000)
        self.assertEqual(second.count("[:= :n 17]"), 1)

    def test_a_second_instance_is_refused(self) -> None:
        self.serve()
        refused = run("serve", "--data-dir", self.path("data"), "--http", "127.0.0.1:0",
                      "--grpc", "127.0.0.1:0")
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"in use by process", refused.stderr)

    def test_a_taken_port_is_refused_without_a_trace(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            for flags in (["--http", address, "--grpc", "127.0.0.1:0"],
                          ["--http", "127.0.0.1:0", "--grpc", address]):
                refused = run("serve", "--data-dir", self.path("fresh"), *flags)
                self.assertEqual(refused.returncode, 1, refused.stderr)
                self.assertIn(address.encode(), refused.stderr)
                self.assertIn(b"in use", refused.stderr)

    def test_a_foreign_directory_is_refused_and_left_alone(self) -> None:
        os.mkdir(self.path("foreign"))
        self.write("foreign/letter.txt", "dear")
        refused = run("serve", "--data-dir", self.path("foreign"), "--http", "127.0.0.1:0",
                      "--grpc", "127.0.0.1:0")
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"foreign", refused.stderr)
        self.assertEqual(os.listdir(self.path("foreign")), ["letter.txt"])

    def test_an_impossible_data_directory_is_refused(self) -> None:
        self.write("file", "x")
        refused = run("serve", "--data-dir", self.path("file", "data"), "--http", "127.0.0.1:0",
                      "--grpc", "127.0.0.1:0")
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"clogs: ", refused.stderr)

    def test_an_unreadable_configuration_is_refused(self) -> None:
        missing = run("serve", "--config", self.path("none.edn"))
        self.assertEqual(missing.returncode, 1)
        self.assertIn(b"none.edn", missing.stderr)
        broken = run("serve", "--config", self.write("clogs.edn", "{:http"))
        self.assertEqual(broken.returncode, 1)
        self.assertIn(b"line 1", broken.stderr)
        unknown = run("serve", "--config", self.write("clogs.edn", '{:htpp "127.0.0.1:1"}'))
        self.assertEqual(unknown.returncode, 1)
        self.assertIn(b"did you mean :http?", unknown.stderr)

    def test_an_open_address_needs_protection(self) -> None:
        refused = run("serve", "--data-dir", self.path("data"), "--http", "0.0.0.0:0")
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"--insecure", refused.stderr)
        self.assertFalse(os.path.exists(self.path("data")))

    def test_wrong_usage_exits_2_with_a_suggestion(self) -> None:
        wrong = run("serve", "--htpp", "127.0.0.1:0")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn(b"did you mean --http?", wrong.stderr)

    def test_api_keys_guard_http(self) -> None:
        config = self.write(
            "clogs.edn",
            '{:api-keys [{:name "in" :secret "ingest-secret-0001" :rights #{:ingest}}'
            ' {:name "out" :secret "query-secret-00001" :rights #{:query}}]}',
        )
        server = self.serve("--config", config)
        body = '{"message":"a"}\n'
        self.assertEqual(server.post_logs(body).status, 401)
        self.assertEqual(server.post_logs(body, Authorization="Bearer wrong").status, 401)
        self.assertEqual(
            server.post_logs(body, Authorization="Bearer query-secret-00001").status, 403)
        self.assertEqual(
            server.post_logs(body, Authorization="Bearer ingest-secret-0001").status, 201)
        self.assertEqual(server.request("GET", "/health").status, 200)

    def test_configuration_from_the_file_is_used(self) -> None:
        data = self.path("elsewhere")
        config = self.write("clogs.edn", '{:data-dir "%s"}' % data)
        server = Server(data, "--config", config)
        with server:
            self.assertEqual(server.post_logs('{"message":"a"}\n').status, 201)
        self.assertTrue(pathlib.Path(data, "store.edn").exists())


if __name__ == "__main__":
    unittest.main()
