"""write_metadata.py PROJECT STAGE TAG NOTICES: the .dist-info of a wheel whose files lie in STAGE.

NOTICES is a folder with the licences of what is linked into the native module.
"""

from __future__ import annotations

import pathlib
import shutil
import sys

import tomllib
from pyproject_metadata import StandardMetadata


def main() -> None:
    project, stage, notices = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[4])
    settings = tomllib.loads((project / "pyproject.toml").read_text())
    metadata = StandardMetadata.from_pyproject(settings, project)
    folder = stage / f"{metadata.name}-{metadata.version}.dist-info"
    licenses = folder / "licenses"
    licenses.mkdir(parents=True)
    shutil.copy(project / "LICENSE", licenses)
    linked = sorted(one.name for one in notices.iterdir())
    for name in linked:
        shutil.copy(notices / name, licenses)
    metadata.license_files = [*(metadata.license_files or []), *map(pathlib.Path, linked)]
    (folder / "METADATA").write_bytes(bytes(metadata.as_rfc822()))
    (folder / "WHEEL").write_text(
        f"Wheel-Version: 1.0\nGenerator: clogs\nRoot-Is-Purelib: false\nTag: {sys.argv[3]}\n")


if __name__ == "__main__":
    main()
