"""Each command and snippet of README and guides runs, and each figure in them is true."""

import contextlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    "README.md",
    "docs/guides/airflow.md",
    "docs/guides/api.md",
    "docs/guides/dashboards-in-other-tools.md",
    "docs/guides/dashboard.md",
    "docs/guides/dbt.md",
    "docs/guides/dvc.md",
    "docs/guides/every-night.md",
    "docs/guides/first-steps.md",
    "docs/guides/how-to-design-a-test.md",
    "docs/guides/large-shops.md",
    "docs/guides/mlflow.md",
    "docs/guides/object-storage.md",
    "docs/guides/one-person-one-customer.md",
    "docs/guides/other-shops.md",
    "docs/guides/spark.md",
    "docs/guides/publish-to-postgres.md",
    "docs/guides/quality-for-others.md",
    "docs/guides/cloud.md",
    "docs/guides/reading-a-test.md",
    "docs/guides/trying-settings.md",
    "docs/guides/your-own-files.md",
    "docs/guides/what-will-sell.md",
    "docs/guides/sales.md",
    "docs/guides/what-customers-are-worth.md",
    "docs/guides/who-they-are.md",
    "docs/guides/who-is-leaving.md",
    "docs/guides/what-they-want-next.md",
    "docs/guides/what-to-do-on-monday.md",
    "docs/guides/what-happens-in-the-shop.md",
]
# One starts Spark, one goes back and forth in time, the others train a shop once more.
SLOW_PAGES = (
    "docs/guides/every-night.md",
    "docs/guides/large-shops.md",
    "docs/guides/sales.md",
    "docs/guides/spark.md",
    "docs/guides/what-customers-are-worth.md",
    "docs/guides/what-to-do-on-monday.md",
)
# The first page that people try runs as they run it, and one process starts Spark in one way only.
IN_PROCESSES = ("README.md", "docs/guides/spark.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text()
    return [body for found, body in BLOCK.findall(text) if found == language]


def commands(page: str) -> list[str]:
    lines = [line for body in blocks(page, "bash") for line in body.splitlines()]
    plain = [line.split("  #")[0].strip() for line in lines]
    return [line for line in plain if line.startswith("shopkeeper ")]


@pytest.fixture
def place(demo_folder, tmp_path):
    """A folder like a user's: an order file, the demo shop beside it; one for each page."""
    import shutil

    folder = tmp_path / "user"
    folder.mkdir()
    shutil.copytree(demo_folder, folder / "demo-shop")
    header = "order_id,ordered_at,customer_id,product_id,quantity,unit_price\n"
    rows = "".join(f"A{n},2024-03-{n:02},12346,P{n % 3},1,2.50\n" for n in range(13, 29))
    (folder / "orders.csv").write_text(header + rows)
    exports = ROOT / "tests" / "unit" / "sources" / "exports"
    shutil.copy(exports / "shopify.csv", folder / "shopify.csv")
    return folder


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[pytest.mark.slow] if page in SLOW_PAGES else [])
        for page in PAGES
        if commands(page)
    ],
)
def test_commands_run_as_they_stand(page, place, command, process):
    call = process if page in IN_PROCESSES else command
    for line in commands(page):
        done = call(*shlex.split(line)[1:], cwd=place)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")])
def test_python_snippets_run_as_they_stand(page, place):
    for body in blocks(page, "python"):
        if page in IN_PROCESSES:
            words = [sys.executable, "-c", body]
            done = subprocess.run(words, cwd=place, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{body}\n{done.stderr}"
        else:
            with contextlib.chdir(place):
                exec(compile(body, page, "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("page", PAGES)
def test_settings_in_pages_are_valid(page, tmp_path):
    from shopkeeper.settings import load_settings

    for body in blocks(page, "toml"):
        (tmp_path / "shopkeeper.toml").write_text(body)
        load_settings(tmp_path, environment={})


def test_links_lead_somewhere():
    for file in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", file.read_text()):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


@pytest.mark.slow
def test_figures_of_the_readme_are_true(online_retail_ii):
    text = (ROOT / "README.md").read_text()
    quality = online_retail_ii.quality()
    for figure in (
        f"{quality.raw_row_count:,} raw rows = {quality.kept_row_count:,} kept + "
        f"{quality.quarantined_row_count:,} quarantined",
        f"£{quality.raw_amount:,.2f} = £{quality.kept_amount:,.2f} + "
        f"£{quality.quarantined_amount:,.2f}",
    ):
        assert figure in text


@pytest.mark.slow
@pytest.mark.postgres
def test_the_guide_to_postgresql_runs_as_it_stands(postgres, place, process):
    page = "docs/guides/postgres.md"
    for role in ("shopkeeper", "shop_reader"):
        postgres.run(f"DROP ROLE IF EXISTS {role}")
    making, *reading = blocks(page, "sql")
    for statement in making.split(";")[:-1]:
        postgres.run(statement)
    address = postgres.address("shop")
    environment = {
        "SHOPKEEPER_ENGINE__ADDRESS": address,
        "SHOPKEEPER_ENGINE__READER_ROLE": "shop_reader",
    }
    for line in commands(page):
        done = process(*shlex.split(line)[1:], cwd=place, **environment)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    for statement in "".join(reading).split(";")[:-1]:
        assert postgres.run(statement, address)
