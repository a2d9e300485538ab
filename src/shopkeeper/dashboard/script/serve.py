"""Serve: brings in what pages need, so that nobody waits for it, and starts Streamlit."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from streamlit.web import cli

from shopkeeper.dashboard.app import shown_shop
from shopkeeper.dashboard.asking import warm


def main() -> None:
    """Starts the server with the options of this command; answers are asked meanwhile."""
    threading.Thread(target=warm, args=(shown_shop(),), daemon=True).start()
    script = Path(__file__).with_name("shop_app.py")
    sys.argv = ["streamlit", "run", str(script), *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
