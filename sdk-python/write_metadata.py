"""write_metadata.py PROJECT STAGE TAG: the .dist-info of a wheel whose files lie in STAGE."""

from __future__ import annotations

import pathlib
import shutil
import sys

import tomllib
from pyproject_metadata import StandardMetadata


def main() -> None:
    project, stage = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    settings = tomllib.loads((project / "pyproject.toml").read_text())
    metadata = StandardMetadata.from_pyproject(settings, project)
    folder = stage / f"{metadata.name}-{metadata.version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_bytes(bytes(metadata.as_rfc822()))
    (folder / "WHEEL").write_text(
        f"Wheel-Version: 1.0\nGenerator: clogs\nRoot-Is-Purelib: false\nTag: {sys.argv[3]}\n")
    (folder / "licenses").mkdir()
    shutil.copy(project.parent / "LICENSE", folder / "licenses")


if __name__ == "__main__":
    main()
