"""Containers: nothing has a default password, nothing runs as root, all is watched."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from shopkeeper.settings import load_settings
from shopkeeper.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "integrations" / "containers"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
MANIFESTS = list(yaml.safe_load_all((FOLDER / "kubernetes" / "shopkeeper.yaml").read_text()))
SECRET = re.compile("PASS|SECRET|KEY|HASH|CONN", re.IGNORECASE)
WANTED = {"postgres", "mlflow", "airflow", "api", "dashboard", "metabase", "jobs", "door"}


def test_all_services_are_there_and_all_but_the_jobs_are_watched():
    assert set(SERVICES) == WANTED
    for name, service in SERVICES.items():
        assert ("healthcheck" in service) == (name != "jobs"), name
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_no_secret_has_a_default():
    asked = set()
    for service in SERVICES.values():
        for name, value in (service.get("environment") or {}).items():
            if SECRET.search(name):
                assert re.search(r"\$\{(\w+):\?[^}]+\}", value), name
    for found in re.finditer(r"\$\{(\w+)([^}]*)\}", (FOLDER / "compose.yaml").read_text()):
        assert found[2].startswith(":?"), found[0]
        asked.add(found[1])
    lines = (FOLDER / "example.env").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert asked == set(given) - {"COMPOSE_PROJECT_NAME"}
    assert {value for name, value in given.items() if name in asked} == {""}


def test_ports_open_to_this_machine_only():
    for service in SERVICES.values():
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:")
    # It asks nobody for a password, so only the door may speak with it.
    assert "ports" not in SERVICES["dashboard"]
    assert SERVICES["dashboard"]["network_mode"] == "service:door"
    assert "basic_auth" in (FOLDER / "Caddyfile").read_text()


def test_images_are_named_by_version_and_ours_run_without_root():
    for service in SERVICES.values():
        assert ":" in service["image"]
        assert not service["image"].endswith(":latest")
    for file in (ROOT / "Dockerfile", FOLDER / "airflow.Dockerfile"):
        lines = file.read_text().splitlines()
        assert [line for line in lines if line.startswith("USER ")][-1].startswith("USER 10001:")


def test_everything_that_the_image_needs_is_let_in():
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    }
    for file in (ROOT / "Dockerfile", FOLDER / "airflow.Dockerfile"):
        for line in file.read_text().splitlines():
            if line.startswith("COPY ") and "--from" not in line:
                for source in line.split()[1:-1]:
                    assert source in let_in
                    assert (ROOT / source).exists()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = re.findall(r"EXTRAS[=:] ?([\w,]+)", (ROOT / "Dockerfile").read_text())
    extras += [SERVICES["mlflow"]["build"]["args"]["EXTRAS"]]
    for extra in ",".join(extras).split(","):
        assert extra in project["optional-dependencies"]


def plain_settings() -> dict[str, dict[str, str]]:
    config = next(one for one in MANIFESTS if one["kind"] == "ConfigMap")
    return {"compose": SERVICES["jobs"]["environment"], "kubernetes": config["data"]}


@pytest.mark.parametrize("where", ["compose", "kubernetes"])
def test_settings_in_environments_are_settings(where, tmp_path):
    given = {n: v for n, v in plain_settings()[where].items() if n.startswith("SHOPKEEPER_")}
    found = load_settings(tmp_path, environment=given).settings
    assert found.publish.reader_role == "reader"


def test_every_command_in_containers_is_a_command():
    import typer

    from shopkeeper.cli.main import app

    known = set(typer.main.get_command(app).commands) | {"dashboard"}
    said = [SERVICES[name]["command"][0] for name in ("api", "dashboard")]
    said += re.findall(r"shopkeeper (\w+)", (ROOT / "Procfile").read_text())
    for pod in pods():
        for container in (*pod.get("initContainers", ()), *pod["containers"]):
            said.append(container["args"][0])
    assert len(said) >= 7
    assert set(said) <= known


def pods() -> list[dict]:
    found = [one["spec"]["template"]["spec"] for one in MANIFESTS if one["kind"] == "Deployment"]
    jobs = [one["spec"]["jobTemplate"] for one in MANIFESTS if one["kind"] == "CronJob"]
    return found + [job["spec"]["template"]["spec"] for job in jobs]


def test_pods_are_restricted():
    assert len(pods()) == 2
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        for container in (*pod.get("initContainers", ()), *pod["containers"]):
            assert container["image"] == f"shopkeeper:{VERSION}"
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"]
            assert context["allowPrivilegeEscalation"] is False
            assert context["capabilities"] == {"drop": ["ALL"]}
            assert "memory" in container["resources"]["limits"]
