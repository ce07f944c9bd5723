"""The Java applications in examples/: started, asked, and their stored records compared."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

# Seconds; what says nothing is ended.
LIMIT = 120
BOOT4 = pathlib.Path(__file__).resolve().parent / "spring-boot-starter/boot4"
EXAMPLES = pathlib.Path(__file__).resolve().parents[1] / "examples"


@contextlib.contextmanager
def started(command: list[str], ready: str, **variables: str) -> Iterator[re.Match[str]]:
    """A running process; `ready` is found in a line that it prints. It ends with its input, or by SIGTERM."""
    process = subprocess.Popen(
        command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, **variables})
    late = threading.Timer(LIMIT, process.kill)
    late.start()
    drain = threading.Thread(target=lambda: process.stdout and process.stdout.read())
    try:
        text = ""
        assert process.stdout is not None
        for line in process.stdout:
            text += line
            found = re.search(ready, line)
            if found:
                break
        else:
            raise AssertionError(f"{command[0]} did not start:\n{text}")
        drain.start()
        yield found
    finally:
        if "--ends-with-input" not in command:
            process.terminate()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(timeout=LIMIT)  # it delivers what waits
        late.cancel()
        if drain.ident is not None:
            drain.join()
        process.stdout.close()


def ask(address: str, path: str, method: str = "POST") -> int:
    request = urllib.request.Request(f"http://{address}{path}", method=method,
                                     headers={"X-Request-ID": f"id{path}", "X-Tenant": "acme"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


class ExamplesTest(unittest.TestCase):
    http = ""
    grpc = ""

    @classmethod
    def setUpClass(cls) -> None:
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        command = [os.environ["CLOGS_BINARY"], "serve", "--data-dir", folder, "--http",
                   "127.0.0.1:0", "--grpc", "127.0.0.1:0"]
        found = cls.enterClassContext(started(command, r"ready http=(\S+) grpc=(\S+)"))
        cls.http, cls.grpc = found[1], found[2]

    def records(self, service: str) -> dict[str, dict[str, dict[str, Any]]]:
        """By path of the request, then by message."""
        query = f'{{:time "1h" :where {{:service "{service}"}} :limit 1000}}'
        answer = subprocess.run(
            [os.environ["CLOGS_BINARY"], "query", query, "--format", "ndjson", "--url",
             f"http://{self.http}"], check=True, capture_output=True, text=True)
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for line in answer.stdout.splitlines():
            record = json.loads(line)
            path = str(record.get("request.id", "id")).removeprefix("id")
            self.assertNotIn(record["message"], found.setdefault(path, {}), "stored once")
            found[path][record["message"]] = record
        return found

    def requests(self, service: str, folder: str, libraries: pathlib.Path, main: str, ready: str,
                 *arguments: str) -> dict[str, dict[str, Any]]:
        path = f"{EXAMPLES / folder / 'target/classes'}:{(libraries / 'target/classpath').read_text()}"
        command = ["java", f"-Dio.clogs.library={os.environ['CLOGS_JNI']}", "-cp", path, main, *arguments]
        with started(command, ready, CLOGS_ENDPOINT=self.grpc, CLOGS_SERVICE=service) as found:
            address = f"127.0.0.1:{found[1]}"
            self.assertEqual(ask(address, "/cart/A-1"), 201)
            self.assertEqual(ask(address, "/cart/nothing"), 404)
            self.assertEqual(ask(address, "/cart/B-2"), 500)
            if folder == "spring-boot":
                self.assertEqual(ask(address, "/health", "GET"), 200)
            if libraries == BOOT4:
                url = f"http://{address}/actuator/health"
                with urllib.request.urlopen(url, timeout=30) as answer:
                    health = json.load(answer)
                self.assertEqual(health["components"]["clogs"]["status"], "UP")
        return self.records(service)

    def has(self, record: dict[str, Any], **wanted: Any) -> None:
        self.assertEqual({key: record.get(key) for key in wanted}, wanted)

    def test_logback_stores_what_its_requests_logged(self) -> None:
        found = self.requests("logback", "java-logback", EXAMPLES / "java-logback", "shop.Shop",
                              r"serves 127.0.0.1:(\d+)", "0", "--ends-with-input")
        self.has(found["/cart/A-1"]["added A-1"], level="info", sku="A-1", left=2, logger="shop.Shop")
        self.has(found["/cart/nothing"]["no such article nothing"], level="warn", sku="nothing")
        failed = found["/cart/B-2"]["request failed"]
        self.has(failed["exception"], type="java.lang.IllegalStateException",
                 message="B-2 is sold out")

    def test_spring_boot_stores_what_its_requests_logged_and_a_record_of_each(self) -> None:
        self.spring("boot3", EXAMPLES / "spring-boot")

    def test_the_same_application_does_on_spring_boot_4(self) -> None:
        self.spring("boot4", BOOT4)

    def spring(self, service: str, libraries: pathlib.Path) -> None:
        found = self.requests(
            service, "spring-boot", libraries, "shop.ShopApplication", r"started on port (\d+)",
            "--server.port=0", "--server.address=127.0.0.1", "--clogs.request.skip=/health,/actuator/**",
            "--management.endpoint.health.show-details=always")
        self.assertNotIn("/health", found)
        self.has(found["/cart/A-1"]["added A-1"], level="info", sku="A-1", left=2,
                 **{"http.route": "/cart/{sku}"})
        self.has(found["/cart/A-1"]["request finished"], level="info", tenant="acme",
                 **{"http.request.method": "POST", "http.response.status_code": 201})
        self.has(found["/cart/nothing"]["request finished"], level="warn",
                 **{"http.response.status_code": 404})
        failed = found["/cart/B-2"]["request failed"]
        self.has(failed, level="error", **{"http.response.status_code": 500})
        self.has(failed["exception"], message="B-2 is sold out")
        self.assertTrue(any(message.startswith("Started ShopApplication") for message in found[""]))


if __name__ == "__main__":
    unittest.main()
