"""Which health rules a part of the health is made of; no rule is out of reach."""

import pytest

from service_mesh.operations.request import Check
from service_mesh.rules.registry import load_rules
from service_mesh.status.checks import codes_of, part_of

_REGISTRY = load_rules()
_PARTS = {rule.code: part_of(rule) for rule in _REGISTRY.about_health()}
_SIMPLE = [check.value for check in Check if check.value not in ("pre-install", "post-install", "upgrade")]


def _parts(*asked: str) -> set[str]:
    return {_PARTS[code] for code in codes_of(asked, _REGISTRY)}


@pytest.mark.parametrize("part", _SIMPLE)
def test_part_takes_the_rules_of_its_name_alone(part: str) -> None:
    assert _parts(part) == {part}


@pytest.mark.parametrize(
    ("part", "taken"),
    [
        ("pre-install", {"pre-install", "versions"}),
        ("post-install", {"control-plane", "data-plane", "gateways", "certificates", "configuration"}),
        ("upgrade", {"versions", "control-plane", "certificates", "data-plane"}),
    ],
)
def test_composed_part_takes_the_rules_of_several(part: str, taken: set[str]) -> None:
    assert _parts(part) == taken


def test_several_parts_are_taken_together() -> None:
    assert codes_of(("gateways", "certificates"), _REGISTRY) == codes_of(("gateways",), _REGISTRY) | codes_of(
        ("certificates",), _REGISTRY
    )


def test_without_a_part_everything_but_pre_install_is_asked() -> None:
    assert _parts() == set(_PARTS.values()) - {"pre-install"}


def test_every_health_rule_belongs_to_a_part_that_can_be_asked_for() -> None:
    assert set(_PARTS.values()) <= {check.value for check in Check}


def test_rules_about_files_are_in_no_part() -> None:
    files = {rule.code for rule in _REGISTRY if not rule.is_about_health}
    assert files
    assert files & codes_of([check.value for check in Check], _REGISTRY) == set()
