"""Tests of ci/check/coverage on a small build with gcov counters."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).with_name("coverage")
SOURCES = {
    "core/a/a.h": "inline int pick(int x) {\n  if (x > 0) {\n    return 1;\n  }\n  return 2;\n}\n",
    "core/a/a_test.cc": '#include "core/a/a.h"\nint main() {\n  return pick(1) - 1;\n}\n',
    "server/b/b.cc": '#include "core/a/a.h"\nint never() {\n  return pick(2);\n}\n',
}


class CoverageTest(unittest.TestCase):
    def measure(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Builds the sources, runs the test and measures."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            build = root / "build"
            build.mkdir()
            for name, text in SOURCES.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            for name, stem in (("core/a/a_test.cc", "t"), ("server/b/b.cc", "b")):
                subprocess.run(["g++", "--coverage", f"-I{root}", "-c", str(root / name), "-o",
                                f"{stem}.o"], cwd=build, check=True)
            subprocess.run(["g++", "--coverage", "t.o", "-o", "t"], cwd=build, check=True)
            subprocess.run(["./t"], cwd=build, check=True)
            return subprocess.run([sys.executable, CHECK, str(build), "--root", folder, *args],
                                  capture_output=True, text=True, check=False)

    def test_counts_headers_once_and_never_run_units_as_missed(self) -> None:
        run = self.measure("--files")
        self.assertEqual(0, run.returncode, run.stderr)
        # pick: 3 of 4 lines (the condition, one return, the signature); never: 0 of 2.
        self.assertRegex(run.stdout, r"core/a/a\.h +75\.0 % +3 of +4")
        self.assertRegex(run.stdout, r"server/b/b\.cc +0\.0 % +0 of +2")
        self.assertNotIn("a_test", run.stdout)
        self.assertIn("coverage: core 75.0 %, server 0.0 % of lines", run.stdout)

    def test_minimum(self) -> None:
        run = self.measure("--minimum", "70")
        self.assertEqual(1, run.returncode)
        self.assertEqual("coverage: server is under 70 %\n", run.stderr)


if __name__ == "__main__":
    unittest.main()
