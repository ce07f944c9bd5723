"""gunicorn's workers, which are forked, with and without the application loaded before."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys

import pytest

APP = """
import clogs
clogs.configure(flush_interval=3600.0)  # nothing is sent before the end
log = clogs.get_logger("web")
log.info("loaded")
def app(environ, start_response):
    log.info("served", path=environ["PATH_INFO"])
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""
LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")
# Seconds that an answer and the end of the workers may take on a busy machine.
LIMIT = 60


@pytest.mark.parametrize("preload", [True, False], ids=["preload", "each"])
def test_workers_send_all_they_have_when_they_end(server, tmp_path, preload):
    service = f"gunicorn-{preload}"
    (tmp_path / "web.py").write_text(APP)
    master = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "web:app", "-w", "2", "-b", "127.0.0.1:0",
         *(["--preload"] * preload)],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "CLOGS_ENDPOINT": server.endpoint, "CLOGS_SERVICE": service})
    try:
        assert master.stderr is not None
        text = ""
        for line in master.stderr:
            text += line
            found = LISTENING.search(line)
            if found:
                break
        else:
            raise AssertionError(f"gunicorn did not start:\n{text}")
        for number in range(20):
            connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=LIMIT)
            connection.request("GET", f"/{number}")
            assert connection.getresponse().read() == b"ok"
            connection.close()
    finally:
        master.terminate()
        master.communicate(timeout=LIMIT)
    records = server.records(service)
    served = [record["path"] for record in records if record["message"] == "served"]
    assert sorted(served) == sorted(f"/{number}" for number in range(20))
    loaded = {record["process.pid"] for record in records if record["message"] == "loaded"}
    assert len(loaded) == (1 if preload else 2)
