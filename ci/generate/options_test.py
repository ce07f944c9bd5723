"""Tests of ci/generate/options.py: what it writes, what it refuses, and that it sees a drift."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
from typing import Any

import options

SCRIPT = pathlib.Path(__file__).with_name("options.py")
FLAG: dict[str, Any] = {"name": "be_quick", "kind": "flag", "default": True,
                        "group": "g", "doc": "Hurry."}
WAIT: dict[str, Any] = {"name": "wait_max", "kind": "duration", "default": 1500, "min": 0, "max": 9000,
                        "group": "g", "doc": "Patience."}


class OptionsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def run_on(self, entries: list[dict[str, Any]], *flags: str) -> tuple[int, str]:
        source = self.root / options.SOURCE
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(json.dumps({"options": entries}))
        run = subprocess.run([sys.executable, SCRIPT, "--root", self.root, *flags],
                             capture_output=True, text=True, check=False)
        self.assertEqual(run.stderr, "")
        return run.returncode, run.stdout

    def test_writes_all_outputs_and_finds_them_right(self) -> None:
        self.assertEqual(self.run_on([FLAG, WAIT]), (0, ""))
        for name in options.OUTPUTS:
            self.assertTrue((self.root / name).is_file(), name)
        self.assertEqual(self.run_on([FLAG, WAIT], "--check"), (0, ""))

    def test_check_names_the_first_line_of_a_drift_and_writes_nothing(self) -> None:
        self.run_on([FLAG])
        page = self.root / "docs/sdk-options.md"
        text = page.read_text().replace("Hurry.", "Wait.")
        page.write_text(text)
        status, output = self.run_on([FLAG], "--check")
        line = next(i for i, row in enumerate(text.splitlines(), 1) if "Wait." in row)
        self.assertEqual((status, page.read_text()), (1, text))
        self.assertIn(f"docs/sdk-options.md:{line}: ", output)

    def test_spellings_of_each_language(self) -> None:
        wait = options.Option(**WAIT)
        self.assertEqual((wait.snake, wait.camel, wait.pascal, wait.node, wait.environment),
                         ("wait_max", "waitMax", "WaitMax", "waitMaxMs", "CLOGS_WAIT_MAX_MS"))
        self.assertEqual(options.cpp_member(wait), "std::chrono::milliseconds wait_max{1500};")
        self.assertEqual(options.docs_default(wait), "1500 ms")

    def test_refuses_an_entry_that_means_nothing(self) -> None:
        wrong: list[tuple[dict[str, Any], str]] = [
            ({"kind": "colour"}, "no kind"), ({"default": 1}, "no bool"),
            ({"kind": "choice", "default": "c", "choices": ["a"]}, "choices"),
            ({**WAIT, "default": 9001}, "out of its range"), ({**WAIT, "max": 0}, "no range"),
            ({"kind": "texts", "default": "a"}, "begin empty"), ({"colour": 1}, "colour")]
        for change, part in wrong:
            status, output = self.run_on([{**FLAG, **change}])
            self.assertEqual(status, 1, change)
            self.assertIn(part, output)
        self.assertIn("same name", self.run_on([FLAG, FLAG])[1])


if __name__ == "__main__":
    unittest.main()
