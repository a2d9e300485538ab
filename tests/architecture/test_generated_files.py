"""What is generated is up to date, and every command, setting and error has its line."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_generated_files_are_up_to_date():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "generate.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_decision_is_numbered_once():
    numbers = [file.name[:4] for file in (ROOT / "docs" / "decisions").glob("0*.md")]
    assert sorted(numbers) == [f"{place:04}" for place in range(1, len(numbers) + 1)]


def test_locks_name_no_address():
    for file in (ROOT / "requirements").glob("*.lock"):
        assert "://" not in file.read_text()
