"""Credentials reach the server that asks for them, and no file, log, record or message that we leave."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from checkouts import Checkout

pytestmark = pytest.mark.workflow
BODY = b"what the server gives to those it knows\n"
# By the way in which they are given.
IN_ADDRESS, IN_QUERY, IN_NETRC = "pw-in-the-address", "token-in-the-query", "pw-in-netrc"
IN_ENVIRONMENT = {
    "HF_TOKEN": "hf_FakeFakeFakeFake",
    "KAGGLE_USERNAME": "fake-kaggle-user",
    "KAGGLE_KEY": "0123456789abcdef-kaggle",
    "AWS_SECRET_ACCESS_KEY": "fake/aws+secret",
    "PIP_INDEX_URL": "http://me:pip-index-secret@127.0.0.1:9/simple",
}
SECRETS = [IN_ADDRESS, IN_QUERY, IN_NETRC, "pip-index-secret"]
SECRETS += [value for name, value in IN_ENVIRONMENT.items() if name.endswith(("TOKEN", "KEY"))]


class Server(ThreadingHTTPServer):
    """Gives BODY to whoever knows the password; `/echo` refuses, and quotes what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[str] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        user = base64.b64decode(given).decode()
        self.server.seen.append(f"{self.path} {user}")
        if "/echo" in self.path:
            self.send_error(403, f"no {self.path} for {user}")
        elif user.partition(":")[2] in (IN_ADDRESS, IN_NETRC):
            self.send_response(200)
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY)
        else:
            self.send_error(401)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def copy(source: Checkout, server: Server, tmp_path_factory) -> Checkout:
    """A checkout whose catalogue names files of the server, and a home folder with a .netrc."""
    copy = source.moved_to(tmp_path_factory.mktemp("secrets") / "a clone")
    here = f"127.0.0.1:{server.server_port}"
    addresses = {
        "address.txt": f"http://me:{IN_ADDRESS}@{here}/address.txt?token={IN_QUERY}",
        "netrc.txt": f"http://localhost:{server.server_port}/netrc.txt",
        "echo.txt": f"http://me:{IN_ADDRESS}@{here}/echo.txt?token={IN_QUERY}",
        "gone.txt": f"http://me:{IN_ADDRESS}@127.0.0.1:9/gone.txt?token={IN_QUERY}",
        "wrong.txt": f"http://me:{IN_ADDRESS}@{here}/wrong.txt?token={IN_QUERY}",
    }
    with open(copy.folder / "config/datasets.csv", "a", encoding="utf-8") as out:
        for name, url in addresses.items():
            out.write(f"toy,{name},1,CC0,us,,{'0' * 64 if name == 'wrong.txt' else ''},{url},,official\n")
    home = copy.folder.parent / "home"
    home.mkdir()
    (home / ".netrc").write_text(f"machine localhost\nlogin me\npassword {IN_NETRC}\n", "utf-8")
    (home / ".netrc").chmod(0o600)
    return copy


def holding_secrets(*folders: Path) -> list[str]:
    """Files that hold one of the secrets, in their name or in their bytes."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert files
    return [
        str(path)
        for path in files
        for secret in SECRETS
        if secret.encode() in path.read_bytes() or secret in path.name
    ]


def test_downloads_that_succeed_and_fail_leave_no_secret_anywhere(copy, server, tmp_path):
    home = str(copy.folder.parent / "home")
    changes = IN_ENVIRONMENT | {
        "HOME": home,
        "no_proxy": "127.0.0.1,localhost",
        "RECKON_CACHE": str(tmp_path),
    }
    wanted = [f"results/raw/toy/{name}.txt" for name in ("address", "netrc", "echo", "gone", "wrong")]
    done = copy.snakemake("-p", "--keep-going", "--", *wanted, configs=(), **changes)
    assert done.returncode == 1
    made = {path.name: path.read_bytes() for path in (copy.folder / "results/raw/toy").iterdir()}
    records = {f"{name}.prov.json" for name in ("address.txt", "netrc.txt")}
    assert made.keys() == {"address.txt", "netrc.txt"} | records
    assert made["address.txt"] == made["netrc.txt"] == BODY
    assert f"/address.txt?token={IN_QUERY} me:{IN_ADDRESS}" in server.seen
    assert f"/netrc.txt me:{IN_NETRC}" in server.seen

    said = {path.stem: path.read_text("utf-8") for path in (copy.folder / "results/logs/raw/toy").iterdir()}
    assert "toy/address.txt: from http://***@127.0.0.1" in said["address.txt"]
    assert "403" in said["echo.txt"]
    assert "cannot be fetched from http://***@127.0.0.1:9/gone.txt?***" in said["gone.txt"]
    assert "wrong checksum of what came from http://***@127.0.0.1" in said["wrong.txt"]
    assert [text for text in said.values() if "Traceback" in text] == []
    assert [secret for secret in SECRETS if secret in done.stdout] == []
    assert holding_secrets(copy.folder / "results", copy.folder / ".snakemake", tmp_path) == []


def test_a_catalogue_that_cannot_be_read_is_quoted_without_its_secrets(copy):
    catalogue = copy.folder / "config/datasets.csv"
    line = f"toy,ftp.txt,1,CC0,us,,,ftp://me:{IN_ADDRESS}@host/a?token={IN_QUERY},,official"
    with copy.edited("config/datasets.csv", line):
        done = copy.snakemake("-n", "--", "results/raw/toy/ftp.txt", configs=())
    assert done.returncode == 1
    assert f"{catalogue}:" in done.stdout
    assert "url: 'ftp://***@host/a?***'; use https://" in done.stdout
    assert [secret for secret in SECRETS if secret in done.stdout] == []
