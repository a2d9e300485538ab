"""Shop app: Streamlit's server with a first sight of each page in its document."""

from __future__ import annotations

from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

from shopkeeper.dashboard.first_sight import FirstSight

app = App(Path(__file__).with_name("show_shop.py"), middleware=[Middleware(FirstSight)])
