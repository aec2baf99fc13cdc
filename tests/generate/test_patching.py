"""Changes to a part of somebody else's object, as commands: done, and taken back."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

import pytest

from service_mesh.generate.patching import doing, undoing
from service_mesh.generate.plan import Patch
from service_mesh.model.kinds import DEPLOYMENT, GATEWAY_API_GATEWAY, NAMESPACE, SIDECAR

_MOVED = Patch(NAMESPACE, "", "shop", {"metadata": {"labels": {"istio-injection": None, "istio.io/rev": "1-31"}}})


def test_a_label_is_taken_away_beside_one_that_is_set() -> None:
    assert list(doing(_MOVED)) == ["kubectl label namespace shop istio-injection- istio.io/rev=1-31 --overwrite"]


def test_labels_come_back_as_they_were() -> None:
    held = {"metadata": {"labels": {"istio-injection": "enabled"}}}
    assert list(undoing(_MOVED, held)) == [
        "kubectl label namespace shop istio-injection=enabled istio.io/rev- --overwrite"
    ]
    assert list(undoing(_MOVED, None)) == ["kubectl label namespace shop istio-injection- istio.io/rev-"]


def test_a_field_that_was_not_there_is_taken_away_again() -> None:
    patch = Patch(DEPLOYMENT, "shop", "cart", {"spec": {"template": {"metadata": {"labels": {"tier": "on"}}}}})
    (done,), (undone,) = tuple(doing(patch)), tuple(undoing(patch, None))
    assert done == (
        "kubectl patch deployment cart -n shop --type merge"
        """ -p '{"spec":{"template":{"metadata":{"labels":{"tier":"on"}}}}}'"""
    )
    assert undone.endswith("""-p '{"spec":{"template":{"metadata":{"labels":{"tier":null}}}}}'""")


def test_a_gateway_is_named_with_its_group() -> None:
    patch = Patch(GATEWAY_API_GATEWAY, "shop", "waypoint", {"metadata": {"labels": {"istio.io/rev": "1-31"}}})
    (done,) = tuple(doing(patch))
    assert done == "kubectl label gateway.gateway.networking.k8s.io waypoint -n shop istio.io/rev=1-31 --overwrite"


def test_a_reference_that_was_not_there_is_taken_away_as_a_whole() -> None:
    reference = {"group": "", "kind": "ConfigMap", "name": "settings"}
    patch = Patch(GATEWAY_API_GATEWAY, "shop", "waypoint", {"spec": {"infrastructure": {"parametersRef": reference}}})
    (undone,) = tuple(undoing(patch, None))
    assert undone.endswith("""-p '{"spec":{"infrastructure":{"parametersRef":null}}}'""")
    held = {"spec": {"infrastructure": {"parametersRef": {**reference, "name": "older"}}}}
    assert '"name":"older"' in next(iter(undoing(patch, held)))


_CLOSED = {"spec": {"outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}, "egress": [{"hosts": ["./*"]}]}}
_NOTED = {"spec": {"template": {"metadata": {"annotations": {"a": "1"}}}}}


def _merge(command: str) -> Any:
    return json.loads(shlex.split(command)[-1])


@pytest.mark.parametrize(
    ("merge", "held", "before"),
    [
        (_CLOSED, {"spec": {}}, {"spec": {"outboundTrafficPolicy": None, "egress": None}}),
        (
            _CLOSED,
            {"spec": {"outboundTrafficPolicy": {"mode": "ALLOW_ANY"}, "egress": [{"hosts": ["*/*"]}]}},
            {"spec": {"outboundTrafficPolicy": {"mode": "ALLOW_ANY"}, "egress": [{"hosts": ["*/*"]}]}},
        ),
        (_NOTED, None, {"spec": {"template": {"metadata": {"annotations": {"a": None}}}}}),
        (
            _NOTED,
            {"spec": {"template": {"metadata": {"labels": {}}}}},
            {"spec": {"template": {"metadata": {"annotations": {"a": None}}}}},
        ),
    ],
)
def test_what_was_there_comes_back(
    merge: Mapping[str, object], held: Mapping[str, object] | None, before: Mapping[str, object]
) -> None:
    patch = Patch(SIDECAR if merge is _CLOSED else DEPLOYMENT, "shop", "one", merge)
    assert [_merge(command) for command in doing(patch)] == [merge]
    assert [_merge(command) for command in undoing(patch, held)] == [before]
