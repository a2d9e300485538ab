"""Workflows run what developers run, with few rights and an end to their patience."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WORKFLOWS = {file.stem: yaml.safe_load(file.read_text()) for file in FILES}
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def commands(workflow: str) -> list[str]:
    steps = [step for job in WORKFLOWS[workflow]["jobs"].values() for step in job["steps"]]
    return [line.strip() for step in steps for line in step.get("run", "").splitlines()]


def test_ci_runs_the_same_three_commands_as_developers():
    said = commands("ci")
    assert "make check" in said
    assert any(line.startswith("make test") for line in said)
    assert any(line.endswith(".ci/run") for line in said)
    whole = (ROOT / ".ci" / "run").read_text()
    assert "\nmake test" in whole
    assert "\nmake lint" in whole


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_make_is_asked_for_exists(name):
    for line in commands(name):
        for target in re.findall(r"\bmake ([a-z]+)", line):
            assert target in TARGETS


@pytest.mark.parametrize("name", WORKFLOWS)
def test_files_that_commands_name_are_there(name):
    for line in commands(name):
        for path in re.findall(r"(?:requirements|tools|\.ci)/[\w.-]+", line):
            assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", WORKFLOWS)
def test_rights_are_few_and_every_job_ends(name):
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 90
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            if "uses" in step:
                assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]), step["uses"]


def test_every_engine_has_its_tests_and_every_test_its_engine():
    """Each test runs in exactly one job: one marker for each server, the rest without both."""
    matrix = WORKFLOWS["ci"]["jobs"]["test"]["strategy"]["matrix"]["include"]
    asked = {one["engine"]: one["only"] for one in matrix}
    servers = set(asked) - {"duckdb"}
    markers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    known = {line.split(":")[0] for line in markers["markers"]}
    assert servers <= known
    assert asked["duckdb"] == " and ".join(f"not {name}" for name in sorted(servers))
    assert all(asked[name] == name for name in servers)


def test_notes_of_a_release_are_the_words_of_the_changelog():
    sys.path.insert(0, str(ROOT / "tools"))
    from release_notes import notes

    changelog = "# Changes\n\n## [Unreleased]\n\n- later\n\n## [1.2.3] - 2026-01-02\n\n- cups\n"
    assert notes(changelog, "1.2.3") == "- cups"
    with pytest.raises(SystemExit, match=r"nothing of 1\.2\.4"):
        notes(changelog, "1.2.4")


def test_a_tag_that_is_not_the_version_makes_no_release():
    words = [sys.executable, str(ROOT / "tools" / "release_notes.py"), "v99.0.0"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "the tag is v99.0.0" in done.stderr


def test_the_wheel_is_tried_without_the_sources_before_the_image_is_built():
    said = commands("ci")
    (demo,) = [place for place, line in enumerate(said) if "shopkeeper demo" in line]
    assert said[demo].startswith('cd "$RUNNER_TEMP"')
    assert any("dist/*.whl" in line for line in said[:demo])
    assert any(line.startswith("docker build") for line in said[demo:])


def test_the_site_shows_templates_of_others_as_they_stand():
    """Jekyll reads `{{ }}` in every page: outside the index it stands in `raw`, unseen."""
    for page in (ROOT / "docs").rglob("*.md"):
        text = page.read_text()
        if page != ROOT / "docs" / "index.md":
            text = re.sub(r"\{% raw %\}.*?\{% endraw %\}", "", text, flags=re.DOTALL)
            assert "{{" not in text, page
            assert "{%" not in text, page
