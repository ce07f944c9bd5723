"""`clogs ingest --once`: the same command again stores nothing twice, whatever ended the first."""

import pathlib
import signal
import subprocess
import unittest

from clogs_process import BINARY, AppTest, clean_environment, run, wait_until

RECORDS = 60_000
BATCH = 100


class OnceTest(AppTest):
    def write_numbers(self, name: str, count: int) -> str:
        return self.write(name, "".join(
            f"2026-11-23 20:25:57 INFO request {i}\n" for i in range(count)))

    def numbers(self, data: str) -> list[int]:
        lines = run("cat", data).stdout.decode().splitlines()
        return sorted(int(line.rsplit("request ", 1)[1].rstrip('"}')) for line in lines)

    def test_kill_in_the_middle_and_run_again(self) -> None:
        path = self.write_numbers("app.log", RECORDS)
        server = self.serve()
        command = ["ingest", "--once", "--batch", str(BATCH), path,
                   "--url", f"http://127.0.0.1:{server.http_port}"]
        first = subprocess.Popen([BINARY, *command], env=clean_environment(),
                                 stderr=subprocess.DEVNULL)
        wait_until(lambda: server.count() > 0 or first.poll() is not None, what="a stored batch")
        first.send_signal(signal.SIGKILL)
        self.assertEqual(first.wait(timeout=30), -signal.SIGKILL, "killed before its end")
        stored = server.count()
        self.assertGreater(stored, 0)
        self.assertLess(stored, RECORDS)

        second = run(*command)
        self.assertEqual(second.returncode, 0, second.stderr)
        self.assertIn(f"{stored} had been stored before".encode(), second.stderr)
        third = run(*command)
        self.assertEqual(third.returncode, 0, third.stderr)
        self.assertIn(b"0 records of 1 file stored", third.stderr)
        self.assertIn(f"{RECORDS} had been stored before".encode(), third.stderr)
        self.assertEqual(server.count(), RECORDS)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.numbers(self.path("data")), list(range(RECORDS)))

    def test_a_kill_of_the_server_too(self) -> None:
        path = self.write_numbers("app.log", 5_000)
        server = self.serve()
        url = f"http://127.0.0.1:{server.http_port}"
        self.assertEqual(run("ingest", "--once", path, "--url", url).returncode, 0)
        server.kill()
        again = self.serve()
        url = f"http://127.0.0.1:{again.http_port}"
        self.assertEqual(run("ingest", "--once", path, "--url", url).returncode, 0)
        self.assertEqual(again.count(), 5_000)

    def test_a_data_directory_and_more_sequences_than_a_window(self) -> None:
        path = self.write_numbers("app.log", 4_200)
        for stored in (4_200, 0):
            done = run("ingest", "--once", "--batch", "1", path, "--data-dir", self.path("data"),
                       timeout=300)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"{stored} records of 1 file stored".encode(), done.stderr)
        self.assertEqual(self.numbers(self.path("data")), list(range(4_200)))

    def test_other_content_is_stored(self) -> None:
        data = self.path("data")
        path = self.write_numbers("app.log", 10)
        run("ingest", "--once", path, "--data-dir", data)
        pathlib.Path(path).write_text("2026-11-23 20:25:57 INFO request 77\n", encoding="utf-8")
        self.assertEqual(run("ingest", "--once", path, "--data-dir", data).returncode, 0)
        copy = self.write_numbers("copy.log", 10)
        self.assertEqual(run("ingest", "--once", copy, "--data-dir", data).returncode, 0)
        self.assertEqual(self.numbers(data), sorted([*range(10), 77, *range(10)]))

    def test_without_it_twice_is_twice(self) -> None:
        path = self.write_numbers("app.log", 10)
        for _ in range(2):
            run("ingest", path, "--data-dir", self.path("data"))
        self.assertEqual(len(self.numbers(self.path("data"))), 20)

    def test_it_is_no_restore(self) -> None:
        done = run("ingest", "--once", "--meta", "--data-dir", self.path("data"), "x.edn")
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
