"""The installed client as its users have it: found by CMake and pkg-config, with the example of
examples/cpp and every block of docs/cpp.md and README.md built against it and run against the real
server.

Arguments: the build folder, the C++ compiler.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "server/apptest"))

from clogs_process import AppTest, Server, clean_environment  # noqa: E402

BUILD, COMPILER = sys.argv[1:3] if len(sys.argv) > 2 else ("", "")
LIMIT_S = 240
STRICT = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]
BLOCK = re.compile(r"^```cpp ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What the blocks of the guide are given.
AROUND = """#include <chrono>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <sys/wait.h>
#include <unistd.h>
#include <clogs/client.h>
"""


def run(*command: str | pathlib.Path, stdin: str = "",
        variables: dict[str, str] | None = None) -> str:
    """The standard output of a command that must succeed."""
    done = subprocess.run([str(word) for word in command], input=stdin, text=True,
                          capture_output=True, check=False, timeout=LIMIT_S,
                          env=clean_environment() | (variables or {}))
    if done.returncode != 0:
        raise AssertionError(f"{shlex.join(map(str, command))}: {done.returncode}\n"
                             f"{done.stdout}\n{done.stderr}")
    return done.stdout


def stored(server: Server, service: str) -> list[dict[str, Any]]:
    query = f'{{:where [:= :service "{service}"] :order-by [:timestamp] :limit 1000}}'
    return [json.loads(line) if isinstance(line, str) else line
            for line in server.query(query)["data"]]


class Guide:
    """The blocks of the pages: whole programs, and statements that are made one program."""

    def __init__(self) -> None:
        self.programs: list[tuple[set[str], str]] = []
        functions, calls, includes = [], [], AROUND
        pages = "\n".join((ROOT / page).read_text() for page in ("docs/cpp.md", "README.md"))
        for number, (info, code) in enumerate(BLOCK.findall(pages)):
            words = set(info.split())
            if "program" in words:
                self.programs.append((words, code))
                continue
            lines = code.splitlines()
            includes += "".join(f"{line}\n" for line in lines if line.startswith("#include"))
            body = "\n".join(line for line in lines if not line.startswith("#include"))
            functions.append(f"void block_{number}([[maybe_unused]] const clogs::Client& client,\n"
                             "    [[maybe_unused]] const std::string& spool_directory) {\n"
                             f"{body}\n}}\n")
            if "compile" not in words:
                calls.append(f"  block_{number}(client, argv[1]);\n")
            else:
                calls.append(f"  static_cast<void>(block_{number});\n")
        self.statements = "\n".join([
            includes, *functions, "int main(int, char** argv) {\n  const clogs::Client client;\n",
            *calls, "  return client.close().delivered ? 0 : 1;\n}\n"])


class PackageTest(AppTest):
    prefix: pathlib.Path

    @classmethod
    def setUpClass(cls) -> None:
        folders = contextlib.ExitStack()
        cls.addClassCleanup(folders.close)
        cls.prefix = pathlib.Path(folders.enter_context(tempfile.TemporaryDirectory())) / "clogs"
        run("cmake", "--install", BUILD, "--prefix", cls.prefix, "--component", "sdk")

    def packages(self, *names: str, prefix: pathlib.Path | None = None) -> list[str]:
        """What the compiler is told, by pkg-config."""
        found = next((prefix or self.prefix).glob("lib*/**/pkgconfig"))
        return shlex.split(run("pkg-config", "--cflags", "--libs", *names,
                               variables={"PKG_CONFIG_PATH": str(found)}))

    def compile(self, code: str, name: str, *flags: str) -> str:
        source = self.write(f"{name}.cc", code)
        program = self.path(name)
        run(COMPILER, *STRICT, source, "-o", program, *flags)
        return program

    def environment(self, server: Server, service: str) -> dict[str, str]:
        return {"CLOGS_ENDPOINT": f"127.0.0.1:{server.grpc_port}", "CLOGS_SERVICE": service}

    def test_the_headers_are_all_there_and_need_only_each_other(self) -> None:
        headers = sorted(path.name for path in (self.prefix / "include/clogs").glob("*.h"))
        self.assertEqual(headers, sorted(
            path.name for path in (ROOT / "core/include/clogs").glob("*.h")))
        includes = [f"-includeclogs/{name}" for name in headers if name != "spdlog_sink.h"]
        run(COMPILER, *STRICT, "-fsyntax-only", *includes, "-x", "c++", "/dev/null",
            *self.packages("clogs"))

    def test_cmake_finds_it_and_builds_an_application(self) -> None:
        source, build = self.path("source"), self.path("build")
        shutil.copytree(ROOT / "examples/cpp", source)  # outside the tree
        run("cmake", "-S", source, "-B", build, "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_COMPILER={COMPILER}")
        run("cmake", "--build", build)
        run("ctest", "--test-dir", build, "--output-on-failure")

        server = self.serve()
        run(f"{build}/order_worker", variables=self.environment(server, "orders"),
            stdin="1 acme A-1 4\n2 acme A-1 4\n3 beta B-2 1\nnonsense\n")
        # The orders are shipped side by side: which of 1 and 2 gets the articles is open.
        records = stored(server, "orders")
        of = {(r["message"], r.get("order", "")): r for r in records}
        self.assertEqual(len(records), 8, records)
        [shipped] = [r for r in records if r["message"] == "order shipped"]
        [failed] = [r for r in records if r["message"] == "order failed"]
        self.assertEqual({shipped["order"], failed["order"]}, {"1", "2"})
        self.assertLessEqual({"level": "error", "tenant": "acme", "sku": "A-1",
                              "exception.type": "std::runtime_error",
                              "exception.message": "A-1 is sold out: 1 left"}.items(),
                             failed.items())
        self.assertEqual(of["low stock", shipped["order"]]["left"], 1)
        self.assertLessEqual({"level": "warn", "tenant": "beta", "sku": "B-2"}.items(),
                             of["no such article", "3"].items())
        self.assertEqual(of["not an order", ""]["line"], "nonsense")

    def test_cmake_says_what_is_missing(self) -> None:
        self.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.23)\n"
                   "project(consumer LANGUAGES CXX)\n"
                   "find_package(clogs REQUIRED COMPONENTS client nonsense)\n")
        with self.assertRaisesRegex(AssertionError, "nonsense"):
            run("cmake", "-S", self.folder, "-B", self.path("build"), "-G", "Ninja",
                f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_COMPILER={COMPILER}")

    def test_cmake_has_a_target_for_spdlog(self) -> None:
        [program] = [code for words, code in Guide().programs if "spdlog" in words]
        self.write("shop.cc", program)
        self.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.23)\n"
                   "project(consumer LANGUAGES CXX)\n"
                   "find_package(clogs REQUIRED COMPONENTS spdlog)\n"
                   "add_executable(shop shop.cc)\n"
                   "target_link_libraries(shop PRIVATE clogs::spdlog)\n")
        build = self.path("build")
        run("cmake", "-S", self.folder, "-B", build, "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_COMPILER={COMPILER}")
        run("cmake", "--build", build)
        server = self.serve()
        run(f"{build}/shop", variables=self.environment(server, "shop"))
        first, second = stored(server, "shop")
        self.assertLessEqual({"level": "info", "message": "added a-1",
                              "logger": "shop.cart"}.items(), first.items())
        self.assertLessEqual({"level": "warn", "level_text": "warning", "message": "low stock: 1",
                              "code.function.name": "main"}.items(), second.items())

    def test_the_programs_of_the_guide_do_what_they_say(self) -> None:
        moved = pathlib.Path(self.path("moved"))
        shutil.copytree(self.prefix, moved)
        server = self.serve()
        for number, (words, code) in enumerate(Guide().programs):
            if "spdlog" in words:  # see the target for it
                continue
            name = "clogs-testing" if "testing" in words else "clogs"
            program = self.compile(code, f"program_{number}", *self.packages(name, prefix=moved))
            run(program, variables=self.environment(server, f"program_{number}"))
        self.assertEqual([r["message"] for r in stored(server, "program_0")], ["added"])

    def test_the_blocks_of_the_guide_work(self) -> None:
        program = self.compile(Guide().statements, "guide", "-Wno-unused-variable", "-Wno-shadow",
                               *self.packages("clogs"))
        server = self.serve()
        out = run(program, self.path("spool"),
                  variables=self.environment(server, "guide"))
        self.assertIn('"message":"payment"', out)
        self.assertIn("1 rows", out)
        records = {r["message"]: r for r in stored(server, "guide") + stored(server, "shop")}
        self.assertLessEqual({"left": 1, "price": 9.5, "last": True}.items(),
                             records["low stock"].items())
        self.assertEqual(records["request"]["request"], {"path": "/cart", "tags": ["slow"]})
        self.assertLessEqual({"tenant": "own", "request.id": "r-17", "order": "o-4"}.items(),
                             records["deeper"].items())
        self.assertLessEqual({
            "exception.type": "std::_Nested_exception<std::logic_error>",
            "exception.message": "payment failed",
            "exception.causes": [{"type": "std::runtime_error", "message": "connection reset"}],
        }.items(), records["checkout failed"].items())
        self.assertLessEqual({"from the child", "after", "before", "from anywhere", "imported",
                              "survives kill -9 once its batch is on disk"}, records.keys())

    def test_a_shared_object_that_links_it_exports_none_of_it(self) -> None:
        library = self.compile(
            '#include <clogs/client.h>\n'
            'extern "C" __attribute__((visibility("default"))) bool plugin() {\n'
            '  return clogs::default_client().info("from a plugin").log();\n}\n',
            "plugin.so", "-shared", "-fPIC", "-fvisibility=hidden", *self.packages("clogs"))
        symbols = run("nm", "-D", "--defined-only", "-C", library).splitlines()
        self.assertEqual([line for line in symbols if "plugin" in line][0].split()[-1], "plugin")
        self.assertEqual([line for line in symbols if "clogs::" in line], [])


if __name__ == "__main__":
    if not (os.path.isdir(BUILD) and COMPILER):
        sys.exit("usage: package_test.py BUILD_DIR COMPILER")
    del sys.argv[1:3]
    unittest.main()
