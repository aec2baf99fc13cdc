"""Kinds that the parts of a mesh write themselves are known, though nothing checks them."""

import pytest

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.judgement import Outcome
from service_mesh.catalog.unlisted import UNLISTED
from service_mesh.model.resource import Resource

_KINDS = [(group, name) for group, names in UNLISTED.items() for name in names]


@pytest.mark.parametrize(("group", "name"), _KINDS, ids=[name for _, name in _KINDS])
def test_kind_without_schema_is_not_called_unknown(group: str, name: str) -> None:
    object_ = Resource({"apiVersion": f"{group}/v2", "kind": name, "metadata": {"name": "one"}})
    judgement = Catalogue.bundled().check(object_)
    assert (judgement.outcome, judgement.faults) == (Outcome.NOT_CHECKED, ())


def test_slip_in_such_a_kind_is_still_told() -> None:
    slip = Resource({"apiVersion": "cilium.io/v2", "kind": "CiliumEndpiont", "metadata": {"name": "one"}})
    assert [code for code, _ in Catalogue.bundled().check(slip).faults] == ["SC111"]
