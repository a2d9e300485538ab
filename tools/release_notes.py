"""Release notes: what the changelog says of one version; fails where the version is another."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Prints the notes of the tag that is named."""
    if len(sys.argv) != 2:
        sys.exit("usage: release_notes.py v1.2.3")
    tag = sys.argv[1]
    text = (ROOT / "src" / "shopkeeper" / "version.py").read_text()
    version = re.findall(r'VERSION = "([^"]+)"', text)[0]
    if tag != f"v{version}":
        sys.exit(f"error: the tag is {tag}, the package is {version}")
    print(notes((ROOT / "CHANGELOG.md").read_text(), version))


def notes(changelog: str, version: str) -> str:
    """Gives the section of a version, without its heading.

    Raises:
        SystemExit: There is no such section, or it is empty.
    """
    sections = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    for section in sections:
        heading, _, body = section.partition("\n")
        if heading.split()[0].strip("[]") == version and body.strip():
            return body.strip()
    sys.exit(f"error: CHANGELOG.md says nothing of {version}")


if __name__ == "__main__":
    main()
