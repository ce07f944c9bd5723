"""The command line on its own: files, pipes, help, completion, exit codes."""

import gzip
import json
import subprocess
import unittest

from clogs_process import BINARY, AppTest, run

VERBS = ("serve", "query", "tail", "ingest", "cat", "verify", "backup", "delete", "reindex",
         "edn", "sample", "config", "completion")


class CliTest(AppTest):
    def test_every_verb_has_help(self) -> None:
        for verb in VERBS:
            helped = run(verb, "--help")
            self.assertEqual(helped.returncode, 0, verb)
            self.assertIn(b"--help", helped.stdout, verb)
        everything = run("--help").stdout.decode()
        for verb in VERBS:
            self.assertIn(verb, everything)

    def test_version(self) -> None:
        self.assertRegex(run("--version").stdout.decode(), r"^clogs \d+\.\d+\.\d+\n$")

    def test_wrong_usage_is_2(self) -> None:
        for arguments in ((), ("qeury", "{}"), ("query",), ("edn", "--nope"),
                          ("query", "{}", "--format", "xml")):
            wrong = run(*arguments)
            self.assertEqual(wrong.returncode, 2, arguments)
            self.assertTrue(wrong.stderr.startswith(b"clogs: "), wrong.stderr)
        self.assertIn(b"did you mean `clogs query`?", run("qeury", "{}").stderr)

    def test_completion_scripts_are_legal(self) -> None:
        script = run("completion", "bash").stdout
        checked = subprocess.run(["bash", "-n"], input=script, capture_output=True, check=False)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn(b"--data-dir", script)
        self.assertIn(b"complete -c clogs", run("completion", "fish").stdout)
        self.assertIn(b"#compdef clogs", run("completion", "zsh").stdout)

    def test_bash_completion_completes(self) -> None:
        script = run("completion", "bash").stdout.decode() + (
            "COMP_WORDS=(clogs query --da); COMP_CWORD=2; _clogs; echo \"${COMPREPLY[@]}\"\n"
            "COMP_WORDS=(clogs se); COMP_CWORD=1; _clogs; echo \"${COMPREPLY[@]}\"\n")
        done = subprocess.run(["bash"], input=script.encode(), capture_output=True, check=False)
        self.assertEqual(done.stdout.decode().splitlines(), ["--data-dir", "serve"])

    def test_edn_prints_a_form_a_line(self) -> None:
        done = run("edn", stdin=b"{:a 1,\n :b [1 2]} #{x} ; comment\n\"t\"")
        self.assertEqual(done.stdout, b'{:a 1 :b [1 2]}\n#{x}\n"t"\n')
        self.assertEqual(done.returncode, 0)
        self.assertEqual(run("edn", "--json", stdin=b"{:a #{1}}").stdout, b'{"a":[1]}\n')
        self.assertEqual(run("edn", "--typed", stdin=b":a/b").stdout,
                         b'{"t": "kw", "ns": "a", "name": "b"}\n')

    def test_unreadable_edn_is_1_with_line_and_column(self) -> None:
        done = run("edn", stdin=b"1\n[2 }")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, b"1\n")
        self.assertIn(b"line 2, column 4", done.stderr)

    def test_query_on_plain_files_needs_no_server(self) -> None:
        self.write("a.ndjson", '{"level":"error","n":1}\n{"level":"info","n":2}\n')
        self.write("b.edn", "{:level :error :n 3}\n")
        self.write("c.log.gz", gzip.compress(b"2026-11-23 10:00:00,000 ERROR [main] n=4\n"))
        done = run("query", '{:where {:level "error"} :aggregations {:n [:count]}}',
                   "--format", "json", self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["data"], [{"n": 3}])

    def test_query_formats(self) -> None:
        path = self.write("a.ndjson", '{"a":1,"b":"x,y"}\n{"a":2}\n')
        query = "{:order-by [:a] :select [:a :b]}"
        self.assertEqual(run("query", query, path, "--format", "csv").stdout,
                         b'a,b\r\n1,"x,y"\r\n2,\r\n')
        self.assertEqual(run("query", query, path, "--format", "ndjson").stdout,
                         b'{"a":1,"b":"x,y"}\n{"a":2}\n')
        self.assertIn(b"x,y", run("query", query, path, "--format", "table").stdout)
        whole = run("query", query, path, "--format", "edn").stdout
        self.assertIn(b":success true", whole)
        self.assertTrue(whole.endswith(b"}\n"), "an answer is a line")
        self.assertTrue(run("query", query, path, "--format", "json").stdout.endswith(b"}\n"))

    def test_a_bad_query_is_1_with_the_sentence(self) -> None:
        done = run("query", "{:where [:equals :a 1]}", self.write("a.edn", "{:a 1}"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"unknown operator :equals", done.stderr)
        self.assertIn(b"did you mean", done.stderr)

    def test_canonical_prints_the_query_and_its_hash(self) -> None:
        long = run("query", "--canonical", '{:where [:= :level "error"]}').stdout
        short = run("query", "--canonical", '{:where {:level "error"}}').stdout
        upstream = run("query", "--canonical",
                       '{:where {:field :level :operator :eq :value "error"}}').stdout
        self.assertEqual(long, short)
        self.assertEqual(long, upstream)
        self.assertIn(b"sha256:", long)

    def test_ingest_into_a_directory_and_query_it(self) -> None:
        log = self.write("app.log", b"Nov 23 10:00:00 host sshd[1]: Failed password\xff\n" * 3)
        done = run("ingest", "--data-dir", self.path("data"), log)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"3 records", done.stderr)
        found = run("query", '{:where [:phrase :message "failed password"]}', "--data-dir",
                    self.path("data"), "--format", "ndjson")
        self.assertEqual(len(found.stdout.splitlines()), 3, found.stderr)
        self.assertIn("\ufffd", found.stdout.decode())

    def test_ingest_reads_standard_input(self) -> None:
        done = run("ingest", "-", "--data-dir", self.path("data"), stdin=b'{"a":1}\n')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(run("cat", self.path("data")).stdout, b"{:a 1}\n")

    def test_ingest_of_a_missing_file_is_1(self) -> None:
        done = run("ingest", self.path("none.log"), "--data-dir", self.path("data"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"none.log", done.stderr)

    def test_no_server_to_ask(self) -> None:
        done = run("query", "{}", "--url", "http://127.0.0.1:1")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"127.0.0.1:1", done.stderr)

    def test_ingest_query_and_tail_over_http(self) -> None:
        server = self.serve()
        url = f"http://127.0.0.1:{server.http_port}"
        tail = subprocess.Popen([BINARY, "tail", "{:where {:n 2}}", "--url", url, "--format",
                                 "ndjson"], stdout=subprocess.PIPE)
        self.addCleanup(tail.wait)
        self.addCleanup(tail.terminate)
        assert tail.stdout is not None
        self.addCleanup(tail.stdout.close)
        path = self.write("a.ndjson", '{"n":1}\n{"n":2}\n')
        deadline = 20
        first = b""
        while not first and deadline:
            sent = run("ingest", path, "--url", url)
            self.assertEqual(sent.returncode, 0, sent.stderr)
            asked = run("query", "{:where {:n 2} :limit 1}", "--url", url, "--format", "ndjson")
            self.assertEqual(asked.stdout, b'{"n":2}\n')
            import select

            if select.select([tail.stdout], [], [], 1)[0]:
                first = tail.stdout.readline()
            deadline -= 1
        self.assertEqual(json.loads(first)["n"], 2)

    def test_config_show_names_the_origin(self) -> None:
        config = self.write("clogs.edn", '{:http "127.0.0.1:9"}')
        shown = run("config", "show", "--config", config, "--grpc", "127.0.0.1:8").stdout.decode()
        self.assertRegex(shown, r':http "127.0.0.1:9" +; .*clogs.edn')
        self.assertRegex(shown, r':grpc "127.0.0.1:8" +; --grpc')
        self.assertRegex(shown, r':log.level :info +; default')
        self.assertEqual(run("config", "check", config).returncode, 0)
        bad = run("config", "check", self.write("bad.edn", "{:a 1}"))
        self.assertEqual(bad.returncode, 1)

    def test_sample_is_deterministic(self) -> None:
        arguments = ("sample", "--rows", "200", "--end", "2026-11-23T12:00:00Z")
        first = run(*arguments)
        self.assertEqual(first.stdout, run(*arguments).stdout)
        self.assertEqual(len(first.stdout.splitlines()), 200)
        self.assertNotEqual(first.stdout, run(*arguments, "--seed", "2").stdout)


if __name__ == "__main__":
    unittest.main()
