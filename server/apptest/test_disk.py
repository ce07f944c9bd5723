"""A real full disk: a small tmpfs of the test's own, where mounting is allowed."""

import os
import subprocess
import unittest

from clogs_process import AppTest, ndjson, run, wait_until


def can_mount() -> bool:
    probe = subprocess.run(
        ["unshare", "--mount", "true"], capture_output=True, check=False, timeout=20)
    return probe.returncode == 0 and os.geteuid() == 0


class FullDiskTest(AppTest):
    def setUp(self) -> None:
        super().setUp()
        os.mkdir(self.path("small"))
        if not can_mount():
            # The same fault is injected below the file interface in server/store's own tests.
            self.skipTest("this machine does not allow a mount")
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", self.path("small")], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.path("small")], check=False)

    def test_a_full_disk_refuses_loses_nothing_and_recovers(self) -> None:
        server = self.serve(data="small/data")
        batch = ndjson({"message": "x" * 1000, "n": i} for i in range(500))
        accepted = 0
        refused = None
        for _ in range(200):
            reply = server.post_logs(batch)
            if reply.status != 201:
                refused = reply
                break
            accepted += reply.json()["accepted"]
        assert refused is not None, "the disk never filled"
        self.assertEqual(refused.status, 503, refused.text)
        self.assertIn("Retry-After", refused.headers)
        self.assertGreater(accepted, 5000)
        self.assertEqual(server.count(), accepted, "reads go on")
        self.assertEqual(server.request("GET", "/health").status, 200)
        wait_until(lambda: server.request("GET", "/readyz").status == 503, what="not ready")

        subprocess.run(["mount", "-o", "remount,size=32m", self.path("small")], check=True)
        wait_until(lambda: server.post_logs('{"message":"back"}\n').status == 201,
                   what="writing again")
        self.assertEqual(server.request("GET", "/readyz").status, 200)
        # The polls above may have stored several.
        back = server.count('[:= :message "back"]')
        self.assertGreaterEqual(back, 1)
        self.assertEqual(server.count(), accepted + back)
        self.assertEqual(server.stop(), 0)
        verified = run("verify", self.path("small/data"))
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)


if __name__ == "__main__":
    unittest.main()
