"""First paint of each page of the dashboard, and when it can be used.

    python benchmarks/dashboard.py --shop FOLDER

Each page is opened in a new session of Chromium that keeps nothing, as by a reader who types its
address for the first time. Painted: its heading and first content stand. Live: Streamlit's own
page has taken their place, its script has ended, and everything can be chosen.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIMIT_SECONDS = 2.0
# What a page has to say, or where it asks: a section, a form, a field, a heading below the title.
CONTENT = ".section, [data-testid=stForm], [data-testid=stTextInput], [data-testid=stMain] h2"


def main() -> None:
    """Measures each page some times, and prints the medians and the worst."""
    parser = argparse.ArgumentParser(description="First paint of each page.")
    parser.add_argument("--shop", type=Path, required=True)
    parser.add_argument("--page", nargs="*", help="only these pages")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--warm", type=float, default=15.0, help="seconds for the server to start")
    parser.add_argument("--save", type=Path, help="where the figures are kept, as JSON")
    asked = parser.parse_args()
    spec = importlib.util.spec_from_file_location("screenshots", ROOT / "tools" / "screenshots.py")
    assert spec is not None
    assert spec.loader is not None
    tools = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tools)
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    late = 0
    loads = [os.getloadavg()[0]]
    kept: dict[str, dict[str, float]] = {}
    with tools.serving(asked.shop) as address, tools.browsing() as browser:
        time.sleep(asked.warm)
        wanted = {n: p for n, p in tools.addresses().items() if not asked.page or n in asked.page}
        for name, place in wanted.items():
            found = [_opened(browser, f"{address}/{place}") for _ in range(asked.times)]
            painted, live = (sorted(each) for each in zip(*found, strict=True))
            middle = len(found) // 2
            kept[name] = {
                "painted_seconds": round(painted[middle], 2),
                "live_seconds": round(live[middle], 2),
            }
            late += painted[middle] > LIMIT_SECONDS
            print(
                f"{name:<18} painted {painted[middle]:5.2f} s (worst {painted[-1]:.2f} s)   "
                f"live {live[middle]:5.2f} s (worst {live[-1]:.2f} s)",
                flush=True,
            )
    if asked.save:
        loads.append(os.getloadavg()[0])
        told = {"pages": kept, "times": asked.times, "cpus": os.cpu_count(), "load_average": loads}
        asked.save.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    print(f"load after: {os.getloadavg()[0]:.1f}; {late} pages painted after {LIMIT_SECONDS:.0f} s")


def _opened(browser: object, address: str) -> tuple[float, float]:
    """Gives when a page was painted, and when it was live."""
    page = browser.new_page()  # type: ignore[attr-defined]
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator("h1").first.wait_for()
    page.locator(CONTENT).first.wait_for()
    painted = time.perf_counter() - started
    page.locator("#first").wait_for(state="detached")
    page.wait_for_selector('[data-test-script-state="notRunning"]')
    live = time.perf_counter() - started
    page.close()
    return painted, live


if __name__ == "__main__":
    main()
