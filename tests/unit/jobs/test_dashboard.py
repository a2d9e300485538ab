"""The dashboard's server: this machine only, no telemetry; a taken port is said."""

from __future__ import annotations

import socket

import pytest

from shopkeeper.errors import ServerUnavailableError
from shopkeeper.jobs.dashboard import command_of, dashboard
from shopkeeper.workspace import Workspace


def test_the_server_listens_here_and_tells_nobody(tmp_path):
    command = command_of(Workspace(tmp_path, environment={}), 4711)
    for flag in (
        "--server.address=127.0.0.1",
        "--server.port=4711",
        "--server.headless=true",
        "--browser.gatherUsageStats=false",
        "--server.enableXsrfProtection=true",
        "--server.maxUploadSize=200",
        "--client.showErrorDetails=none",
    ):
        assert flag in command
    hosts = [flag for flag in command if flag.startswith("--server.allowedHosts=")]
    assert {flag.partition("=")[2] for flag in hosts} == {"localhost", "127.0.0.1"}


def test_every_option_is_known_to_the_server(tmp_path):
    from streamlit import config

    known = set(config.get_config_options())
    command = command_of(Workspace(tmp_path, environment={}), 4711)
    asked = {part.removeprefix("--").partition("=")[0] for part in command[3:]}
    assert len(asked) > 20
    assert asked <= known


def test_a_port_that_is_taken_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        shop = Workspace(tmp_path, overrides=[f"dashboard.port={port}"], environment={})
        with pytest.raises(ServerUnavailableError, match=str(port)):
            dashboard(shop)
