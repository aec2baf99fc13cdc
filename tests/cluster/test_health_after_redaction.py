"""What judges the health of a cluster is still there after secrets were taken out."""

import pytest

from service_mesh.cluster.redaction import redacted
from tests.status.faults import Row, healthy, healthy_names, problems, rows


@pytest.mark.parametrize("name", healthy_names())
def test_healthy_cluster_without_secrets_stays_healthy(name: str) -> None:
    assert problems(tuple(redacted(data) for data in healthy(name))) == []


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.fault)
def test_fault_is_found_without_secrets(row: Row) -> None:
    beside = {name: tuple(redacted(data) for data in held) for name, held in row.beside.items()}
    assert problems(tuple(redacted(data) for data in row.changed), beside) == sorted(row.expected)
