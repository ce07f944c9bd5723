"""Tests of ci/check/tidy: each rule on a line that breaks it and one that does not."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).with_name("tidy")


class TidyTest(unittest.TestCase):
    def run_on(self, files: dict[str, str]) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            run = subprocess.run([sys.executable, CHECK, "--root", folder], capture_output=True,
                                 text=True, check=False)
            self.assertEqual(run.stderr, "")
            lines = run.stdout.splitlines()
            self.assertEqual(run.returncode, 1 if lines else 0)
            return lines

    def assert_breaks(self, name: str, line: str, part: str) -> None:
        """`line` in file `name` is refused once, with a message that holds `part`."""
        found = self.run_on({name: "ok\n" + line + "\n"})
        self.assertEqual(1, len(found), (line, found))
        self.assertTrue(found[0].startswith(f"{name}:2: "), found)
        self.assertIn(part, found[0])

    def assert_fine(self, name: str, line: str) -> None:
        self.assertEqual([], self.run_on({name: line + "\n"}), line)

    def test_refused(self) -> None:
        for name, line, part in [
            ("core/a.cc", "throw 1;", "Status"),
            ("server/a.cc", "auto* p = new Thing();", "make_unique"),
            ("server/a.cc", "delete p;", "unique_ptr"),
            ("core/a.h", "std::cout << 1;", "core never prints"),
            ("server/app/a.cc", "std::regex r;", "RE2"),
            ("server/a.cc", "t.detach();", "joined"),
            ("core/a.cc", "// TO" "DO later", "unfinished"),
            ("core/a_test.cc", "std::this_thread::sleep_for(1s);", "sleep"),
            ("server/apptest/x.py", "time.sleep(1)", "sleep"),
            ("core/a_test.cc", "TEST(A, DISABLED_B) {}", "skipped"),
            ("server/store/a.cc", 'getenv("A");', "server/app"),
            ("core/a.cc", "int i = atoi(s);", "from_chars"),
            ("docs/a.txt", "see /ho" "me/me/x", "machine"),
            ("core/a.cc", "\tint a;", "tabs"),
            ("core/a.cc", "int a;" + " " * 100 + "int b;", "columns"),
        ]:
            self.assert_breaks(name, line, part)

    def test_allowed(self) -> None:
        for name, line in [
            ("core/a.cc", "// we throw nothing here, and new things are made elsewhere"),
            ("core/a.cc", 'say("throw new delete");'),
            ("core/a.cc", 'say(R"x(throw "quoted" new Thing)x");'),
            ("core/a.cc", "A(const A&) = delete;"),
            ("core/a.cc", "int big = 1'000'000; int x = renew(y); char c = '\"'; f();"),
            ("core/a_test.cc", "throw std::runtime_error(what);"),
            ("server/a.cc", "return new Reactor();  // tidy-ok: gRPC owns it until OnDone"),
            ("server/app/a.cc", 'getenv("CLOGS_HTTP");'),
            ("server/a.cc", "return std::unique_ptr<Store>(new Store(dir));"),
            ("README.md", "a line over a hundred columns " + "is fine in prose " * 10),
        ]:
            self.assert_fine(name, line)

    def test_long_files_need_a_reason(self) -> None:
        long = "int a;\n" * 501
        self.assertIn("501 lines", self.run_on({"core/a.cc": long})[0])
        self.assertEqual([], self.run_on(
            {"core/a.cc": long, "ci/check/long-files": "core/a.cc  one table of states\n"}))
        self.assertIn("no reason", self.run_on(
            {"core/a.cc": long, "ci/check/long-files": "core/a.cc\n"})[0])
        self.assertIn("short again", self.run_on(
            {"core/a.cc": "int a;\n", "ci/check/long-files": "core/a.cc  was long\n"})[0])

    def test_large_blob(self) -> None:
        self.assertIn("bytes", self.run_on({"docs/a.bin": "x" * (1 << 20) + "y"})[0])

    def test_missing_line_break_at_the_end(self) -> None:
        self.assertEqual(["core/a.h:1: no line break at the end"], self.run_on({"core/a.h": "x"}))


if __name__ == "__main__":
    unittest.main()
