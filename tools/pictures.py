"""Pictures: the few small pictures of the README, taken of the demo shop.

python tools/pictures.py demo-shop
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import screenshots
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
INTO = ROOT / "docs" / "pictures"
# Picture → screenshot it is made from.
PICTURES = {
    "report": "report-desk",
    "overview": "overview-desk",
    "demand": "demand-desk",
    "phone": "churn-phone",
}
HEIGHT = 450
COLOURS = 192


def main() -> None:
    """Takes them, and makes them small."""
    shop = sys.argv[1] if len(sys.argv) > 1 else "demo-shop"
    INTO.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pages = ["--page", "overview", "--page", "demand", "--page", "churn"]
        for more in (pages, ["--width", "desk", "--page", "report"]):
            sys.argv = ["screenshots.py", folder, "--shop", shop, *more]
            screenshots.main()
        for name, source in PICTURES.items():
            with Image.open(Path(folder) / f"{source}.png") as found:
                size = (round(found.width * HEIGHT / found.height), HEIGHT)
                small = found.convert("RGB").resize(size, Image.Resampling.LANCZOS)
                small.quantize(COLOURS).save(INTO / f"{name}.png", optimize=True)
                print(f"{name}.png {(INTO / f'{name}.png').stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
