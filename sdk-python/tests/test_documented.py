"""Every block of Python in the README and the guide, run against a real server as it stands."""

from __future__ import annotations

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
README = ROOT / "sdk-python" / "README.md"
GUIDE = ROOT / "docs" / "python.md"

# Blocks follow each other in one module, which has what an application would have of its own.
DRIVER = """
import ast, asyncio, inspect, logging, logging.config, pathlib, re, sys, threading
from decimal import Decimal
import clogs
class PaymentError(Exception):
    pass
def pay():
    raise PaymentError("card refused")
names = {"Decimal": Decimal, "PaymentError": PaymentError, "pay": pay, "clogs": clogs, "logging": logging}
ended = threading.Event()
def fail_again_and_again():  # so that a tail, which begins at some time, has what it waits for
    while not ended.wait(0.05):
        clogs.get_logger("noise").error("of the background")
async def main():
    for number, block in enumerate(re.findall(r"```python\\n(.*?)```", pathlib.Path(sys.argv[1]).read_text(),
                                              re.DOTALL), 1):
        thread = threading.Thread(target=fail_again_and_again)
        ended.clear()
        if "clogs.tail" in block:
            thread.start()
        code = compile(block, f"block {number}", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        result = eval(code, names)
        if inspect.isawaitable(result):
            await result
        ended.set()
asyncio.run(main())
if "LOGGING" in names:
    logging.config.dictConfig({"disable_existing_loggers": False, **names["LOGGING"]})
    logging.getLogger("configured").error("by dictConfig")
"""


def run_blocks(server, service, document):
    script = f"import sys; sys.argv[1:] = [{str(document)!r}]\n{DRIVER}"
    done = server.run(service, script)
    assert done.stderr == ""
    return done.stdout


def stored(server, service):
    return {record["message"]: record for record in server.records(service)}


def test_the_blocks_of_the_readme_do_what_they_say(server):
    printed = run_blocks(server, "unused", README)
    assert "payment failed" in printed.splitlines()
    records = stored(server, "shop")
    assert records["added A-1"].items() >= {
        "level": "warn", "logger": "shop.cart", "cart_id": 7, "message.template": "added %s"}.items()
    assert records["added"].items() >= {"level": "info", "sku": "A-1", "price": 9.5}.items()
    assert records["payment failed"].items() >= {
        "level": "error", "tenant": "acme", "user_id": 42, "order": 17,
        "exception.message": "card refused"}.items()
    assert records["by dictConfig"]["level"] == "error"
    assert "low stock" not in records


def test_the_quickstart_is_a_whole_program(server):
    first = re.search(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert first is not None
    before = len(server.records("shop"))
    done = server.run("unused", first[1])
    assert (done.stdout, done.stderr) == ("", "")
    assert len(server.records("shop")) == before + 1


def test_the_blocks_of_the_guide_do_what_they_say(server):
    printed = run_blocks(server, "guide", GUIDE).splitlines()
    assert "added A-1" in printed
    assert "of the background" in printed
    records = stored(server, "orders")
    assert records["added A-1"]["level"] == "warn"
    assert records["packed"].items() >= {"tenant": "acme", "boxes": 2}.items()
    assert records["kept"]["host"] == "hidden"
    assert "GET /health" not in records


@pytest.mark.parametrize("document", [README, GUIDE], ids=["README", "guide"])
def test_files_that_are_named_are_there(document):
    text = document.read_text()
    named = re.findall(r"`(docs/[^`\s]+)`", text) if document == README else [
        f"docs/{name}" for name in re.findall(r"\]\(([^\s)#:]+)", text)]
    assert named
    for name in named:
        assert (ROOT / name).exists(), name


def test_names_that_the_guides_give_exist():
    """As `clogs.x.y` in running text and tables."""
    import importlib

    import clogs
    text = README.read_text() + GUIDE.read_text()
    for path in sorted(set(re.findall(r"\bclogs(?:\.\w+)+", text))):
        if path.startswith("clogs.contrib.django"):  # wants settings: its own tests name it
            continue
        found: object = clogs
        parts = path.split(".")[1:]
        for depth, part in enumerate(parts):
            if not hasattr(found, part):
                importlib.import_module("clogs." + ".".join(parts[:depth + 1]))
            found = getattr(found, part)


def test_the_package_has_the_version_of_its_project():
    import clogs
    project = (ROOT / "sdk-python" / "pyproject.toml").read_text()
    cmake = (ROOT / "CMakeLists.txt").read_text()
    assert f'version = "{clogs.__version__}"' in project
    assert f"project(clogs VERSION {clogs.__version__} " in cmake
    assert (ROOT / "sdk-python" / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
