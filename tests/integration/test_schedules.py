"""Cron and systemd: the files that are shipped are understood, and their commands run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CRON = ROOT / "integrations" / "cron" / "shopkeeper"
UNITS = ROOT / "integrations" / "systemd"
OURS = "/opt/shopkeeper/bin/shopkeeper"


def commands_of_cron() -> list[str]:
    """Gives what cron runs: everything after five fields of time and a user."""
    lines = [line for line in CRON.read_text().splitlines() if re.match(r"[\d*]", line)]
    assert all(line.split()[5] == "shop" for line in lines)
    return [line.split(maxsplit=6)[6].split(" >")[0] for line in lines]


def commands_of_systemd() -> list[str]:
    unit = (UNITS / "shopkeeper@.service").read_text()
    found = re.findall(r"^ExecStart(?:Post)?=(.*)$", unit, re.MULTILINE)
    return [line.replace(OURS, "shopkeeper").replace("%i", "my-shop") for line in found]


def test_cron_and_systemd_do_the_same():
    assert commands_of_cron() == commands_of_systemd()


def test_times_of_cron_and_systemd_are_those_of_the_settings():
    from shopkeeper.settings import ScheduleSettings

    hour, minute = ScheduleSettings().at.split(":")
    assert f"OnCalendar=*-*-* {hour}:{minute}:00" in (UNITS / "shopkeeper@.timer").read_text()
    assert re.search(rf"^{int(minute)} {int(hour)} \* \* \* shop ", CRON.read_text(), re.MULTILINE)


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None and os.environ.get("CI") != "true",
    reason="systemd is not installed",
)
def test_systemd_understands_the_units(tmp_path):
    for file in UNITS.iterdir():
        # It looks whether the program is there, so it gets one that is.
        (tmp_path / file.name).write_text(file.read_text().replace(OURS, sys.executable))
    files = [str(tmp_path / file.name) for file in UNITS.iterdir()]
    done = subprocess.run(
        ["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_the_commands_of_a_night_run(command, demo_folder, tmp_path):
    shop = tmp_path / "my-shop"
    shutil.copytree(demo_folder, shop)
    for line in commands_of_cron():
        words = shlex.split(line.replace("/srv/my-shop", str(shop)))[1:]
        done = command(*words)
        # The made-up shop ended long ago: that nothing is new is an alarm.
        expected = 4 if "monitor" in words else 0
        assert done.returncode == expected, f"{line}\n{done.stderr}"
