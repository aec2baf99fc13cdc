"""One API server for the tests of this folder in each process that runs them, or the reason why there is none."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.kube.binaries import UnavailableError, provide
from tests.kube.checks import Bases, read_bases
from tests.kube.client import Client
from tests.kube.cluster import Cluster
from tests.kube.releases import CRDS, named
from tests.kube.server import ApiServer
from tools.conformance import CORPORA


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "kube: asks a real API server; needs its programs or Go, and the folder of CRDs")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.kube)


@pytest.fixture(scope="session")
def crds() -> Path:
    folder = named()
    if folder is None:
        pytest.skip(f"no API server was asked: {CRDS} names no folder of CRD files")
    return folder


@pytest.fixture(scope="session")
def corpora() -> Path:
    folder = Path(os.environ.get(CORPORA) or "-")
    if not folder.is_dir():
        pytest.skip(f"no API server was asked: {CORPORA} names no folder of cases")
    return folder


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, crds: Path) -> Iterator[ApiServer]:
    del crds  # without it there is nothing to ask, and nothing is built
    try:
        binaries = provide()
    except UnavailableError as error:
        pytest.skip(f"no API server was asked: {error}")
    with ApiServer(binaries, tmp_path_factory.mktemp("kube")) as running:
        yield running


@pytest.fixture(scope="session")
def cluster(server: ApiServer, crds: Path) -> Iterator[Cluster]:
    with closing(Client(server.port, server.context)) as client:
        yield Cluster.of(client, crds)


@pytest.fixture(scope="session")
def bases(cluster: Cluster, corpora: Path) -> Bases:
    return read_bases(cluster, corpora)
