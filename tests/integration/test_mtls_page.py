# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The snippets of docs/mtls.md: nginx takes them, and does what the page says."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
import requests
import yaml

from unit.client.client_certificates import Company
from unit.client.stub_server import Stub, serve
from unit.free_ports import free_ports

PAGE = Path(__file__).resolve().parents[2] / "docs/mtls.md"
HEADER = "X-JFrog-Client-Cert"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{snippet}
}}
"""
# On a developer's machine nginx is no part of what `make test` installs; the pipeline has it.
needs_nginx = pytest.mark.skipif(
    NGINX is None and not os.environ.get("CI"), reason="nginx is not installed (apt-get install nginx-light)"
)


def snippet(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    return str(found)


@dataclass
class Proxied:
    """nginx with the page's snippet in front of a backend that keeps what it got."""

    url: str
    backend: Stub
    company: Company

    def get(self, client: tuple[Path, Path] | None = None, **headers: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(self.company.ca_path)
            session.cert = tuple(map(str, client)) if client else None  # type: ignore[assignment]
            return session.get(f"{self.url}/artifactory/api/system/ping", headers=headers, timeout=10)

    @property
    def handed_on(self) -> list[str]:
        """The header's values that the backend got with the last request."""
        _method, _path, headers = self.backend.requests[-1]
        return [value for name, value in headers.items() if name.lower() == HEADER.lower()]


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Proxied]:
    assert NGINX is not None, "nginx is not installed, and in the pipeline it has to be"
    company, users = Company(tmp_path), Company(tmp_path, "Users CA")
    server = company.client("127.0.0.1")
    port = free_ports(1)
    with serve(Stub(body=b"OK")) as backend:
        text = snippet("nginx")
        for written, here in {
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "server_name edge-lyon.example.com": "server_name 127.0.0.1",
            "/etc/nginx/tls/edge-lyon.crt": str(server[0]),
            "/etc/nginx/tls/edge-lyon.key": str(server[1]),
            "/etc/nginx/tls/users-ca.crt": str(users.ca_path),
            "http://127.0.0.1:8082": backend.url,
        }.items():
            assert text.count(written) == 1
            text = text.replace(written, here)
        configuration = tmp_path / "nginx.conf"
        configuration.write_text(MAIN.format(folder=tmp_path, snippet=text))
        command = [NGINX, "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-c", str(configuration)]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=20, check=False)
        assert checked.returncode == 0, checked.stderr
        assert "[warn]" not in checked.stderr.replace('the "user" directive', ""), checked.stderr
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(port, process)
            yield Proxied(f"https://127.0.0.1:{port}", backend, company)
        finally:
            process.terminate()
            process.wait(timeout=10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert process.poll() is None, "nginx ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


@needs_nginx
def test_verified_certificate_is_handed_on_whole(proxied: Proxied, tmp_path: Path) -> None:
    client = Company(tmp_path, "Users CA").client("anna@example.com")

    assert proxied.get(client, **{HEADER: "forged"}).text == "OK"
    (handed_on,) = proxied.handed_on
    assert unquote(handed_on).strip() == client[0].read_text().strip()


@needs_nginx
def test_request_without_a_certificate_goes_on_without_the_header_even_when_it_brought_one(proxied: Proxied) -> None:
    assert proxied.get(**{HEADER: "forged", "x-jfrog-client-cert": "forged"}).text == "OK"
    assert proxied.handed_on == []


@needs_nginx
def test_certificate_of_another_authority_is_refused_at_the_door(proxied: Proxied) -> None:
    answer = proxied.get(proxied.company.client("otto"))

    assert answer.status_code == 400
    assert proxied.backend.requests == []


@needs_nginx
def test_edge_is_told_under_which_name_it_was_called(proxied: Proxied) -> None:
    proxied.get()

    assert proxied.backend.requests[-1][2]["X-JFrog-Override-Base-Url"] == "https://127.0.0.1"


def test_settings_of_the_page_take_the_user_out_of_the_name() -> None:
    settings = yaml.safe_load(snippet("yaml"))["edge_access_config"]["security"]["authentication"]["mtls"]

    assert settings["enabled"] is True
    found = re.search(settings["extraction-regex"], "anna@example.com")
    assert found is not None
    assert found[0] == "anna"
