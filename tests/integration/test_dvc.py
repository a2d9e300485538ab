"""DVC runs the shop: `dvc repro` gives what a run gives, and a remote gives it back elsewhere."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shopkeeper import Workspace, run
from shopkeeper.jobs.initialise import ensure_source

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
HEADER = "order_id,ordered_at,customer_id,product_id,quantity,unit_price\n"
# Their fingerprints hold when files were read, which is another time in each folder.
KNOW_WHEN_READ = ("batches", "raw_orders", "reconciliation")


@pytest.fixture(scope="session")
def dvc_programs(once) -> Path:
    """DVC in an environment of its own, as those who use it have it."""

    def maker(folder: Path) -> None:
        uv = str(Path(sys.executable).parent / "uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
        python = str(folder / "bin" / "python")
        install = [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes"]
        subprocess.run([*install, "-r", str(ROOT / "requirements" / "dvc.lock")], check=True)

    return once("dvc-environment", maker) / "bin"


@pytest.fixture
def do(dvc_programs, tmp_path):
    """Runs a program in a folder: DVC, git, or Shopkeeper as its users call it."""
    programs = tmp_path / "programs"
    programs.mkdir()
    ours = programs / "shopkeeper"
    ours.write_text(
        f'#!/bin/sh\nexec env PYTHONPATH={ROOT / "src"} {sys.executable} -m shopkeeper "$@"\n'
    )
    ours.chmod(0o755)
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("PYTHON")},
        "PATH": f"{programs}:{dvc_programs}:{os.environ['PATH']}",
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(tmp_path / "site"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }

    def call(words: str, folder: Path) -> str:
        done = subprocess.run(
            words.split(), cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return call


def write_orders(folder: Path, month: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = "".join(
        f"{month}-{n},2025-{month:02}-{1 + n % 28:02},c{n % 7},p{n % 3},{1 + n % 2},4.50\n"
        for n in range(40)
    )
    (folder / f"2025-{month:02}.csv").write_text(HEADER + rows)


def published(shop: Path) -> dict[str, tuple[str, str]]:
    """Gives of each published table its fingerprint, and the hash of its rows."""
    workspace = Workspace(shop)
    found = {}
    for name, table in workspace.published.tables.items():
        rows = workspace.engine.collect(workspace.table(name)).to_pylist()
        # When files were read is the one thing that differs from run to run.
        told = [{k: v for k, v in r.items() if k.strip("_") != "loaded_at"} for r in rows]
        content = hashlib.sha256(repr(told).encode()).hexdigest()
        found[name] = ("" if name in KNOW_WHEN_READ else table.fingerprint, content)
    return found


def test_repro_gives_what_a_run_gives_and_a_remote_gives_it_back(do, tmp_path):
    shop, plain = tmp_path / "shop", tmp_path / "plain"
    for folder in (shop, plain):
        write_orders(folder / "orders", 1)
        ensure_source(folder, folder / "orders")
    for name in ("dvc.yaml", "measures.py"):
        shutil.copy(ROOT / "integrations" / "dvc" / name, shop)
    for words in ("git init -q", "dvc init -q", "dvc add orders", "dvc repro"):
        do(words, shop)
    run(Workspace(plain))
    assert published(shop) == published(plain)
    assert "up to date" in do("dvc repro", shop)

    before = json.loads((shop / "measures.json").read_text())
    write_orders(shop / "orders", 2)
    do("dvc add orders", shop)
    assert "run" in do("dvc status", shop)
    do("dvc repro", shop)
    assert json.loads((shop / "measures.json").read_text())["order_count"] == 80
    assert before["order_count"] == 40

    do("shopkeeper check", shop)
    assert "up to date" in do("dvc status", shop)
    (tmp_path / "remote").mkdir()
    do(f"dvc remote add -d backup {tmp_path / 'remote'}", shop)
    do("dvc push", shop)
    do("git add -A", shop)
    do("git -c user.name=a -c user.email=a@b.example commit -qm shop", shop)
    do(f"git clone -q {shop} {tmp_path / 'elsewhere'}", tmp_path)
    do("dvc pull", tmp_path / "elsewhere")
    assert published(tmp_path / "elsewhere") == published(shop)
    assert (tmp_path / "elsewhere" / "orders" / "2025-02.csv").exists()

    settings = shop / "shopkeeper.toml"
    settings.write_text(settings.read_text().replace("[shop]", "[shop]\nas_of = 2025-01-20"))
    assert "shopkeeper.toml" in do("dvc status run", shop)
