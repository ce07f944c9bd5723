"""Records in by every body type, and out again equal."""

import gzip
import json
import unittest

from clogs_process import AppTest, ndjson, run

RECORD = {
    "timestamp": "2026-11-23T10:00:00.123456789+01:00",
    "level": "ERROR",
    "message": "päyment \"failed\"\n\tat x",
    "big": 123456789012345678901234567890,
    "rate": 0.5,
    "nested": {"a": [1, "two", None, True], "b": {}},
    "@timestamp": "kept",
}


class LogsTest(AppTest):
    def test_one_json_record(self) -> None:
        server = self.serve()
        reply = server.post_logs(json.dumps(RECORD), "application/json")
        self.assertEqual(reply.status, 201)
        self.assertEqual(reply.json(),
                         {"message": "Log entry stored successfully", "accepted": 1})
        row = server.query("{}")["data"][0]
        self.assertEqual(row, RECORD)
        self.assertEqual(list(row), list(RECORD), "key order")

    def test_arrays_lines_and_edn(self) -> None:
        server = self.serve()
        self.assertEqual(
            server.post_logs('[{"n":1},{"n":2}]', "application/json").json()["accepted"], 2)
        self.assertEqual(server.post_logs('{"n":3}\n{"n":4}').json()["accepted"], 2)
        self.assertEqual(server.post_logs("{:n 5}", "application/edn").json()["accepted"], 1)
        self.assertEqual(
            server.post_logs("[{:n 6} {:n 7}]", "application/edn").json()["accepted"], 2)
        self.assertEqual(
            server.post_logs("{:n 8}\n{:n 9} {:n 10}", "application/edn").json()["accepted"], 3)
        answer = server.query("{:order-by [:n] :select [:n]}")
        self.assertEqual([row["n"] for row in answer["data"]], list(range(1, 11)))

    def test_edn_values_come_back_as_sent(self) -> None:
        server = self.serve()
        sent = ('{:timestamp #inst "2026-11-23T00:00:00.5Z" :a 1.50M :b 22/7 :c \\newline '
                ':d #{:x} :e #my/tag [1 2N] :f #uuid "f81d4fae-7dec-11d0-a765-00a0c91e6bf6" '
                ':g nil "k y" ##Inf 17 :seventeen}')
        self.assertEqual(server.post_logs(sent, "application/edn").status, 201)
        rows = server.query("{}", accept="application/edn")
        self.assertIn(sent, rows)

    def test_bad_records_of_a_batch_are_reported_and_the_good_stored(self) -> None:
        server = self.serve()
        reply = server.post_logs('{"n":1}\n{"n":2,"n":3}\n17\n{}\n{"level":{}}\n{"n":6}\n')
        self.assertEqual(reply.status, 201)
        answer = reply.json()
        self.assertEqual(answer["accepted"], 2)
        self.assertEqual([r["index"] for r in answer["rejected"]], [1, 2, 3, 4])
        for rejected in answer["rejected"]:
            self.assertTrue(rejected["error"])
            self.assertIn("code", rejected["details"])
        self.assertEqual(server.count(), 2)

    def test_a_batch_without_a_good_record_is_400(self) -> None:
        server = self.serve()
        reply = server.post_logs("{}\n[]\n")
        self.assertEqual(reply.status, 400)
        self.assertIs(reply.json()["success"], False)
        self.assertEqual(server.count(), 0)

    def test_unreadable_bodies_are_400_with_the_sentence(self) -> None:
        server = self.serve()
        for body, kind in (("{", "application/json"), ("", "application/json"),
                           ("<a/>", "text/xml"), ("[{:a 1}", "application/edn")):
            reply = server.post_logs(body, kind)
            self.assertEqual(reply.status, 400, (body, kind))
            self.assertTrue(reply.json()["error"].startswith(
                "Invalid request body or unsupported content type: "), reply.text)

    def test_gzip_bodies(self) -> None:
        server = self.serve()
        body = gzip.compress(ndjson({"n": i} for i in range(100)).encode())
        reply = server.post_logs(body, Content_Encoding="gzip")
        self.assertEqual(reply.json()["accepted"], 100)

    def test_a_repeated_batch_is_stored_once_also_after_a_restart(self) -> None:
        server = self.serve()
        body = ndjson({"n": i} for i in range(10)) + "{}\n"
        first = server.post_logs(body, Clogs_Batch_Id="shop-1/7")
        again = server.post_logs(body, Clogs_Batch_Id="shop-1/7")
        self.assertEqual(first.status, 201)
        self.assertEqual(again.json()["accepted"], 10)
        self.assertEqual(again.json()["rejected"], first.json()["rejected"])
        server.stop()
        second = self.serve()
        third = second.post_logs(body, Clogs_Batch_Id="shop-1/7")
        self.assertEqual(third.json()["accepted"], 10)
        self.assertEqual(second.count(), 10)

    def test_a_sequence_below_the_window_is_409(self) -> None:
        server = self.serve()
        self.assertEqual(
            server.post_logs('{"n":1}\n', Clogs_Batch_Id="p/10000").status, 201)
        reply = server.post_logs('{"n":2}\n', Clogs_Batch_Id="p/10")
        self.assertEqual(reply.status, 409)
        self.assertEqual(server.count(), 1)

    def test_streams_are_apart(self) -> None:
        server = self.serve()
        server.post_logs('{"n":1}\n')
        server.post_logs('{"n":2}\n', Clogs_Stream="audit")
        self.assertEqual([r["n"] for r in server.query("{}")["data"]], [1])
        self.assertEqual([r["n"] for r in server.query("{:from :audit}")["data"]], [2])
        self.assertEqual(server.query("{:from :nothing}")["data"], [])

    def test_cat_gives_back_what_was_accepted(self) -> None:
        server = self.serve()
        server.post_logs('{:b 1 :a "x" :timestamp 1700000000}', "application/edn")
        server.stop()
        self.assertEqual(run("cat", self.path("data")).stdout,
                         b'{:b 1 :a "x" :timestamp 1700000000}\n')
        with_meta = run("cat", "--meta", self.path("data")).stdout
        self.assertIn(b":clogs/id", with_meta)
        self.assertIn(b":clogs/received #inst", with_meta)

    def test_what_cat_meta_gave_is_taken_back(self) -> None:
        server = self.serve()
        server.post_logs('{"n":1}\n{"n":2}\n')
        server.stop()
        kept = self.write("kept.edn", run("cat", "--meta", self.path("data")).stdout)
        back = run("ingest", "--meta", "--data-dir", self.path("other"), kept)
        self.assertEqual(back.returncode, 0, back.stderr)
        self.assertEqual(run("cat", "--meta", self.path("other")).stdout,
                         run("cat", "--meta", self.path("data")).stdout)

    def test_tail_sends_each_matching_record(self) -> None:
        import http.client

        server = self.serve()
        connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
        connection.request("GET", "/tail?q=%7B%3Awhere%20%5B%3A%3D%20%3Alevel%20%22error%22%5D%7D")
        response = connection.getresponse()
        self.assertEqual(response.status, 200)
        self.assertIn("text/event-stream", response.headers["Content-Type"])
        server.post_logs('{"level":"info","n":1}\n{"level":"error","n":2}\n')
        while True:
            line = response.readline().decode()
            self.assertNotEqual(line, "", "the stream ended")
            if line.startswith("data:"):
                self.assertEqual(json.loads(line[5:])["n"], 2)
                break
        connection.close()


if __name__ == "__main__":
    unittest.main()
