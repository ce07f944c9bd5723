"""Tests of ci/check/includes on small trees."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).with_name("includes")
EDGES = """
# set(CLOGS_EDGES_core_queue core_base)
set(CLOGS_EDGES_core_base "")
set(CLOGS_EDGES_core_edn core_base)
set(CLOGS_EDGES_core_record core_edn
  proto)
set(CLOGS_EDGES_server_ingest core_record)
set(CLOGS_EDGES_server_store core_record server_ingest)
set(CLOGS_EDGES_server_query core_record server_store)
set(CLOGS_EDGES_server_query_language ${CLOGS_EDGES_core_record})
set(CLOGS_NEVER server_ingest:server_query server_query:server_ingest)
set(CLOGS_NARROW_server_store_server_ingest sink.h)
"""


class IncludesTest(unittest.TestCase):
    def run_on(self, files: dict[str, str]) -> list[str]:
        """The check's output lines for a tree; each file is its text."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {"ci/cmake/Edges.cmake": EDGES, **files}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            run = subprocess.run([sys.executable, CHECK, "--root", folder], capture_output=True,
                                 text=True, check=False)
            self.assertEqual(run.stderr, "")
            lines = run.stdout.splitlines()
            self.assertEqual(run.returncode, 1 if lines else 0)
            return lines

    def test_allowed(self) -> None:
        self.assertEqual([], self.run_on({
            "core/edn/a.h": '#include <vector>\n#include "core/base/b.h"\n#include "core/edn/c.h"\n',
            "core/record/r.cc": '#include "core/base/b.h"\n#include "clogs/v1/record.pb.h"\n',
            "server/store/s.h": '#include "server/ingest/sink.h"\n',
            "server/ingest/sink.h": '#include "core/record/r.h"\n',
            "server/query/language/l.h": '#include "core/edn/a.h"\n',
            "server/query/q_test.cc": '#include "server/store/s.h"\n',
        }))

    def test_back_edge(self) -> None:
        self.assertEqual(
            ["core/base/b.h:2: core_base may not include core_edn (core/edn/a.h)"],
            self.run_on({"core/base/b.h": '#pragma once\n#include "core/edn/a.h"\n'}))

    def test_pair_that_never_meets(self) -> None:
        self.assertEqual(
            ["server/query/q.cc:1: server_query may not include server_ingest "
             "(server/ingest/sink.h)"],
            self.run_on({"server/query/q.cc": '#include "server/ingest/sink.h"\n'}))

    def test_pair_that_never_meets_through_a_header(self) -> None:
        self.assertEqual(
            ["server/query/q.cc:1: server_query sees server/ingest/sink.h through "
             "server/store/s.h"],
            self.run_on({"server/query/q.cc": '#include "server/store/s.h"\n',
                         "server/store/s.h": '#include "server/ingest/sink.h"\n'}))

    def test_narrow_edge(self) -> None:
        self.assertEqual(
            ["server/store/s.cc:1: server_store may include only sink.h of server_ingest, "
             "not server/ingest/service.h"],
            self.run_on({"server/store/s.cc": '#include "server/ingest/service.h"\n'}))

    def test_include_that_does_not_start_at_the_root(self) -> None:
        self.assertEqual(
            ["core/base/b.cc:1: includes start at the root: core/base/b.h"],
            self.run_on({"core/base/b.cc": '#include "b.h"\n', "core/base/b.h": ""}))

    def test_folder_without_a_row(self) -> None:
        self.assertEqual(
            ["core/queue/q.h:1: its folder has no row in ci/cmake/Edges.cmake"],
            self.run_on({"core/queue/q.h": ""}))


if __name__ == "__main__":
    unittest.main()
