"""Headline measures as DVC compares them: name → value, from `shopkeeper show overview --json`."""

from __future__ import annotations

import json
import sys


def main() -> None:
    """Reads the answer from standard input, and prints its measures."""
    answer = json.load(sys.stdin)
    told = {measure["name"]: measure["value"] for measure in answer["measures"]}
    values = {name: None if value is None else float(value) for name, value in told.items()}
    json.dump(values, sys.stdout, indent=1, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
