"""Every row of the fault table: the fault is found where it is, its healthy twin has no problem."""

from collections import Counter

import pytest

from service_mesh.rules.registry import load_rules
from tests.status.faults import Row, healthy, healthy_names, problems, rows

_ROWS = list(rows())
_TOPICS = {
    "control-plane",
    "data-plane",
    "gateways",
    "certificates",
    "versions",
    "configuration",
    "multi-cluster",
    "pre-install",
}


@pytest.mark.parametrize("row", _ROWS, ids=[row.fault for row in _ROWS])
def test_one_changed_fact_is_found_where_it_is(row: Row) -> None:
    assert problems(row.changed, row.beside) == sorted(row.expected)


@pytest.mark.parametrize("name", healthy_names())
def test_healthy_cluster_has_no_problem(name: str) -> None:
    assert problems(healthy(name)) == []


def test_rows_have_names_of_their_own_and_known_topics() -> None:
    assert [name for name, count in Counter(row.fault for row in _ROWS).items() if count > 1] == []
    assert {row.topic for row in _ROWS} <= _TOPICS


def test_every_problem_names_a_command() -> None:
    assert [row.fault for row in _ROWS for problem in row.expected if not problem.next] == []


def test_every_health_rule_has_a_row() -> None:
    found = {problem.code for row in _ROWS for problem in row.expected}
    assert {rule.code for rule in load_rules().about_health()} - found == set()
