"""Files of the world as records: text of several shapes, other loggers' JSON, compressed."""

import gzip
import json
import unittest

from clogs_process import AppTest, run

LINES = {
    "syslog.log": "Jun 14 15:16:01 combo sshd[19939]: check pass; user unknown",
    "iso.log": "2024-03-05 10:11:12,345 ERROR [main] org.example.Server: port is taken",
    "pino.ndjson": '{"level":50,"time":1700000000123,"msg":"boom","pid":1,"hostname":"h"}',
    "zap.ndjson": '{"level":"warn","ts":1700000000.5,"caller":"a.go:1","msg":"slow"}',
    "docker.ndjson": '{"log":"hello\\n","stream":"stderr","time":"2024-01-01T00:00:00.5Z"}',
}


class FilesTest(AppTest):
    def rows(self, *arguments: str) -> list[dict[str, object]]:
        done = run("query", "{:order-by [:message]}", *arguments, "--format", "ndjson")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_known_shapes_have_time_level_and_message(self) -> None:
        for name, line in LINES.items():
            self.write(name, line + "\n")
        rows = {str(row["message"]): row for row in self.rows(self.folder, "--year", "2024")}
        self.assertEqual(len(rows), len(LINES))
        self.assertEqual(rows[LINES["syslog.log"]]["timestamp"], "2024-06-14T15:16:01Z")
        iso = rows[LINES["iso.log"]]
        self.assertEqual(iso["timestamp"], "2024-03-05T10:11:12.345Z")
        self.assertEqual(str(iso["level"]).lower(), "error")
        errors = run("query", '{:where [:= :level :error] :aggregations {:n [:count]}}',
                     self.folder, "--format", "ndjson")
        self.assertEqual(json.loads(errors.stdout), {"n": 2}, "the text line and pino's level 50")
        self.assertEqual(rows["slow"]["caller"], "a.go:1")
        self.assertTrue(any("hello" in message for message in rows))

    def test_time_zone_of_lines_without_one(self) -> None:
        path = self.write("a.log", "2024-07-01 12:00:00,000 INFO x\n")
        self.assertEqual(self.rows(path, "--tz", "Europe/Berlin")[0]["timestamp"],
                         "2024-07-01T10:00:00Z")
        wrong = run("query", "{}", path, "--tz", "Mars/Olympus")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn(b"Mars/Olympus", wrong.stderr)

    def test_truncated_gzip_is_told_and_the_rest_answers(self) -> None:
        whole = gzip.compress(b"".join(b'{"n":%d}\n' % i for i in range(20000)))
        path = self.write("a.ndjson.gz", whole[: len(whole) // 2])
        done = run("query", "{:aggregations {:n [:count]}}", path, "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        self.assertIs(answer["partial"], True)
        self.assertTrue(answer["warnings"])
        self.assertGreater(answer["data"][0]["n"], 1000)

    def test_containers_traces_and_printed_json(self) -> None:
        self.write("pod.log", "2024-05-01T10:00:00.5Z stdout P hel\n"
                              "2024-05-01T10:00:00.6Z stdout F lo\n")
        self.write("docker.log", '{"log":"{\\"msg\\":\\"inner\\"}\\n","stream":"stderr",'
                                 '"time":"2024-05-01T10:00:00Z"}\n')
        self.write("printed.json", '[\n  {\n    "msg": "printed"\n  }\n]\n')
        trace = ("2024-03-05 10:11:12 ERROR failed\njava.io.IOException: gone\n"
                 "\tat a.B.c(B.java:1)")
        with gzip.open(self.path("app.log.gz"), "wt") as file:
            file.write(trace + "\n")
        rows = {str(row["message"]): row for row in self.rows(self.folder)}
        self.assertEqual(set(rows), {"hello", "inner", "printed", trace})
        self.assertEqual(rows["hello"]["timestamp"], "2024-05-01T10:00:00.5Z")
        self.assertEqual(rows["inner"]["stream"], "stderr")
        self.assertIn("'type': 'java.io.IOException'", str(rows[trace]["exception"]))
        apart = self.rows(self.path("app.log.gz"), "--multiline", "off")
        self.assertEqual(len(apart), 3)

    def test_traces_from_standard_input_are_joined(self) -> None:
        done = run("ingest", "-", "--data-dir", self.path("data"),
                   stdin=b"ERROR a\n\tat b.C.d(C.java:1)\nINFO c\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"2 records of 1 file stored", done.stderr)

    def test_broken_printed_json_is_refused_by_its_line(self) -> None:
        path = self.write("a.json", '{\n  "a": 1\n}\n{\n  "b": "x\n}\n{\n  "c": 3\n}\n')
        done = run("ingest", "--data-dir", self.path("data"), path)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"a.json:4: line 4, column 1: a JSON object that does not end by line 5",
                      done.stderr)
        self.assertEqual(run("cat", self.path("data")).stdout, b"{:a 1}\n{:c 3}\n")

    def test_ingest_counts_what_it_refused(self) -> None:
        path = self.write("a.ndjson", '{"n":1}\n{"n":\n{"level":{}}\n{"n":2}\n')
        done = run("ingest", "--format", "ndjson", "--data-dir", self.path("data"), path)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"2 records of 1 file stored", done.stderr)
        self.assertIn(b"2 refused", done.stderr)
        self.assertIn(b"a.ndjson:2:", done.stderr)
        self.assertEqual(run("cat", self.path("data")).stdout, b"{:n 1}\n{:n 2}\n")


if __name__ == "__main__":
    unittest.main()
