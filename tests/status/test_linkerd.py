"""The overview of Linkerd, what a saved `linkerd check` found, and what keeps health rules of Linkerd quiet."""

import json
from collections.abc import Mapping
from functools import cache

import pytest

from service_mesh.cluster.exports import ExportKind, kind_of_export
from service_mesh.mesh.capture import Capture
from service_mesh.mesh.certificates import FACTS
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import DEPLOYMENT, LINKERD_LINK, SECRET, Kind
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import TRUST_ROOTS
from service_mesh.rules.registry import load_rules
from service_mesh.status.health import GatewayHealth, NamespaceHealth
from service_mesh.status.linkerd import health
from service_mesh.status.linkerd_exports import CheckResult, failed_checks
from tests.status.faults import NOW, Row, healthy, rows

_CHECKS = {
    "success": False,
    "categories": [
        {
            "categoryName": "linkerd-identity",
            "checks": [
                {"description": "certificate config is valid", "result": "success"},
                {
                    "description": "issuer cert is valid for at least 60 days",
                    "hint": "https://linkerd.io/2/checks/#l5d-identity-issuer-cert-not-expiring-soon",
                    "error": "issuer certificate will expire on\n  2026-12-01T00:00:00Z",
                    "result": "warning",
                },
            ],
        },
        {"categoryName": "linkerd-viz", "checks": [{"description": "tap API service is running", "result": "error"}]},
        {"categoryName": "empty", "checks": None},
    ],
}


def view(documents: tuple[Mapping[str, object], ...], listed: frozenset[Kind] | None = None) -> MeshView:
    return MeshView([Resource(dict(one)) for one in documents], captures={"": Capture(NOW, listed)})


@cache
def table() -> Mapping[str, Row]:
    return {row.fault: row for row in rows() if row.cluster == "linkerd"}


def fault(name: str) -> tuple[Mapping[str, object], ...]:
    return table()[name].changed


def findings(code: str, mesh: MeshView) -> list[str]:
    check = load_rules().get(code).check
    assert check is not None
    about = load_rules().get(code).about
    return [draft.message for kind in about for one in mesh.of_kind(kind) for draft in check(one, mesh)]


def test_healthy_cluster_is_told_part_by_part() -> None:
    found = health(view(healthy("linkerd")), "")
    assert found is not None
    assert (found.mesh, found.cluster, found.version) == ("linkerd", "", "edge-26.6.3")
    assert found.mode == "high availability, extensions multicluster and viz, linked to east"
    core = [(one.name, one.ready, one.wanted, one.version) for one in found.control_plane if one.namespace == "linkerd"]
    assert core == [
        (name, 3, 3, "edge-26.6.3") for name in ("linkerd-destination", "linkerd-identity", "linkerd-proxy-injector")
    ]
    assert found.data_plane.namespaces == (
        NamespaceHealth("linkerd", "no", 3, 3, 0, 0),
        NamespaceHealth("linkerd-multicluster", "no", 2, 2, 0, 0),
        NamespaceHealth("linkerd-viz", "no", 5, 5, 0, 0),
        NamespaceHealth("shop", "linkerd", 2, 2, 0, 0),
    )
    assert found.gateways == (
        GatewayHealth(
            "linkerd-multicluster/linkerd-gateway",
            "Service",
            ("203.0.113.10",),
            ("mc-gateway:4143/TCP", "mc-probe:4191/TCP"),
            is_programmed=True,
        ),
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a proxy of Linkerd is older than the control plane", NamespaceHealth("shop", "linkerd", 2, 2, 1, 0)),
        ("one of two proxies of Linkerd is not ready", NamespaceHealth("shop", "linkerd", 2, 2, 0, 1)),
        (
            "a pod of a namespace in Linkerd's mesh runs without a proxy",
            NamespaceHealth("tools", "linkerd", 1, 0, 0, 0),
        ),
    ],
)
def test_faults_of_the_data_plane_are_counted_in_their_namespace(name: str, expected: NamespaceHealth) -> None:
    found = health(view(fault(name)), "")
    assert found is not None
    assert expected in found.data_plane.namespaces


def test_gateway_without_an_address_is_not_programmed() -> None:
    found = health(view(fault("the gateway for other clusters has no address")), "")
    assert found is not None
    assert [(one.addresses, one.is_programmed) for one in found.gateways] == [((), False)]


def test_cluster_without_linkerd_has_none() -> None:
    assert health(view(healthy("istio-sidecar")), "") is None
    assert health(view(healthy("linkerd")), "other") is None


def test_failed_checks_of_a_saved_answer_are_told_with_their_hints() -> None:
    assert kind_of_export(_CHECKS) is ExportKind.LINKERD_CHECK
    hint = "https://linkerd.io/2/checks/#l5d-identity-issuer-cert-not-expiring-soon"
    assert failed_checks([("check.json", _CHECKS)]) == (
        CheckResult(
            "linkerd-identity",
            "issuer cert is valid for at least 60 days",
            "warning",
            "issuer certificate will expire on 2026-12-01T00:00:00Z",
            hint,
            "check.json",
        ),
        CheckResult("linkerd-viz", "tap API service is running", "error", file="check.json"),
    )


def test_odd_shapes_tell_of_no_checks() -> None:
    odd: list[object] = [None, [], {"categories": 7}, {"categories": [None, {"checks": [7, {"result": ["error"]}]}]}]
    assert failed_checks([("odd.json", one) for one in odd]) == ()


def test_checks_of_an_answer_without_end_are_cut() -> None:
    many = {"categoryName": "c", "checks": [{"description": "d" * 1000, "result": "error"}] * 5000}
    found = failed_checks([("many.json", {"categories": [many]})])
    assert (len(found), len(found[0].description)) == (200, 400)


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("ST140", "the Deployment of Linkerd's identity is gone", DEPLOYMENT),
        ("ST510", "the credentials of a link are gone", SECRET),
        ("ST511", "nothing mirrors the Services of a linked cluster", DEPLOYMENT),
        ("ST515", "a mirrored Service belongs to no link", LINKERD_LINK),
    ],
)
def test_what_is_missing_is_said_only_where_its_kind_was_listed(code: str, name: str, kind: Kind) -> None:
    documents = fault(name)
    every = frozenset(Resource(dict(one)).kind for one in documents) | {kind, LINKERD_LINK, SECRET, DEPLOYMENT}
    assert len(findings(code, view(documents, every))) == 1
    assert findings(code, view(documents, every - {kind})) == []


def test_proxies_that_wait_for_a_control_plane_without_ready_pods_are_not_said_one_by_one() -> None:
    documents = fault("one of two proxies of Linkerd is not ready")
    assert len(findings("ST231", view(documents))) == 1
    down = [{**one, "status": {}} if _is_identity(one) else one for one in documents]
    assert findings("ST231", view(tuple(down))) == []


def _is_identity(document: Mapping[str, object]) -> bool:
    resource = Resource(dict(document))
    return resource.kind == DEPLOYMENT and resource.name == "linkerd-identity"


def test_bundles_with_a_common_anchor_are_a_warning() -> None:
    row = table()["two linked clusters have no trust anchor in common"]
    ours = _facts(row.changed)
    resources = [Resource(dict(one)) for one in row.changed]
    resources += [Resource(_with_facts(one, ours), cluster="east") for one in row.beside["east"]]
    mesh = MeshView(resources, captures={"": Capture(NOW, None), "east": Capture(NOW, None)})
    assert findings("ST518", mesh) == ["this cluster and 'east' have different sets of trust anchors"]


def _facts(documents: tuple[Mapping[str, object], ...]) -> list[object]:
    (roots,) = (one for one in map(Resource, documents) if one.name == TRUST_ROOTS)
    read = json.loads(str(roots.annotations[FACTS]))
    return list(read["/data/ca-bundle.crt"])


def _with_facts(document: Mapping[str, object], more: list[object]) -> dict[str, object]:
    resource = Resource(document)
    if resource.name != TRUST_ROOTS:
        return dict(document)
    facts = json.dumps({"/data/ca-bundle.crt": [*_facts((document,)), *more]})
    return {**document, "metadata": {**resource.metadata, "annotations": {FACTS: facts}}}
