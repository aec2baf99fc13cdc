"""What is said of releases as time goes by: before their end, near it and after it."""

import pytest

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import MeshView
from service_mesh.model.instants import DAY, seconds_of
from service_mesh.model.kinds import DEPLOYMENT
from service_mesh.model.resource import Resource
from service_mesh.rules.registry import load_rules
from service_mesh.status.windows import support_of


def _istiod(image: str) -> Resource:
    labels = {"app": "istiod"}
    containers = [{"name": "discovery", "image": image}]
    spec = {"template": {"metadata": {"labels": labels}, "spec": {"containers": containers}}}
    metadata = {"name": "istiod", "namespace": "istio-system", "labels": labels}
    return Resource({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec})


def _node(name: str, version: str) -> Resource:
    status = {"nodeInfo": {"kubeletVersion": version}}
    return Resource({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": status})


def _view(image: str, now: str | None) -> MeshView:
    return MeshView([_istiod(image)], captures={"": Capture(seconds_of(now) if now else None, None)})


def _said(image: str, now: str | None, code: str = "ST401") -> list[tuple[str, str | None]]:
    view, check = _view(image, now), load_rules().get(code).check
    assert check is not None
    drafts = check(view.of_kind(DEPLOYMENT)[0], view)
    return [(draft.message, draft.severity.value if draft.severity else None) for draft in drafts]


_OVER = "got its last fixes on 2026-07-01, so holes found in it stay open"


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-05-31T00:00:00Z", []),
        ("2026-06-10T12:00:00Z", [("'Istio 1.28' gets its last fixes on 2026-07-01, in 21 days", "info")]),
        ("2026-07-01T12:00:00Z", [("'Istio 1.28' gets its last fixes on 2026-07-01, in 0 days", "info")]),
        ("2026-07-02T00:00:01Z", [(f"'Istio 1.28' {_OVER}", None)]),
        (None, []),
    ],
)
def test_end_is_noted_within_a_month_and_told_once_it_has_passed(now: str | None, said: list[object]) -> None:
    assert _said("docker.io/istio/pilot:1.28.10", now) == said


@pytest.mark.parametrize(
    "image",
    [
        "registry.redhat.io/openshift-service-mesh/istio-pilot:1.26.2",
        "mcr.microsoft.com/oss/istio/pilot:1.25.3",
        "docker.io/istio/pilot:1.20.1-fixed-7",
        "docker.io/istio/pilot@sha256:0123",
        "docker.io/istio/pilot:1.31.2",
    ],
)
def test_builds_of_vendors_and_open_releases_are_left_alone(image: str) -> None:
    assert _said(image, "2026-11-20T12:00:00Z") == []


def test_release_without_fixes_is_not_blamed_for_lacking_some() -> None:
    assert _said("docker.io/istio/pilot:1.30.2", "2026-11-20T12:00:00Z", "ST402") == [
        ("'Istio 1.30.2' lacks fixes that came with 1.30.4: ISTIO-SECURITY-2026-006", None)
    ]
    assert _said("docker.io/istio/pilot:1.29.2", "2026-11-20T12:00:00Z", "ST402") == []


@pytest.mark.parametrize(
    ("image", "now", "text"),
    [
        (
            "istio/pilot:1.30.2",
            "2026-11-20T12:00:00Z",
            "1.30.2: supported until six weeks after 1.32; newest patch seen 1.30.5; Kubernetes 1.32 to 1.36",
        ),
        (
            "istio/pilot:1.27.3",
            "2026-11-20T12:00:00Z",
            "1.27.3: out of support since 2026-04-07; Kubernetes 1.29 to 1.33",
        ),
        ("istio/pilot:1.27.3", None, "1.27.3: supported until 2026-04-07; Kubernetes 1.29 to 1.33"),
        ("istio/pilot:1.18.3", "2026-11-20T12:00:00Z", "1.18.3: out of support before 2024-06-25"),
        ("istio/pilot:1.99.3", "2026-11-20T12:00:00Z", ""),
        ("registry.redhat.io/x/pilot:1.27.3", "2026-11-20T12:00:00Z", ""),
    ],
)
def test_support_of_a_mesh_is_one_sentence(image: str, now: str | None, text: str) -> None:
    assert support_of(_view(image, now), "istio") == text


def test_kubernetes_near_its_end_is_a_note() -> None:
    node = _node("a", "v1.35.9")
    end = seconds_of("2027-03-01T00:00:00Z")
    assert end is not None
    view, check = MeshView([node], captures={"": Capture(end - 20 * DAY, None)}), load_rules().get("ST409").check
    assert check is not None
    assert [(draft.message, draft.severity) for draft in check(node, view)] == [
        ("'Kubernetes 1.35' gets its last fixes on 2027-02-28, in 20 days", "info")
    ]


def test_kubelet_is_called_newer_only_where_the_api_server_is_known() -> None:
    nodes = [_node("a", "v1.35.9"), _node("b", "v1.36.1")]
    check = load_rules().get("ST410").check
    assert check is not None
    told = [
        [draft.message for node in nodes for draft in check(node, MeshView(nodes, captures={"": capture}))]
        for capture in (Capture(), Capture(kubernetes="1.35.9"))
    ]
    assert told == [[], ["kubelet of node 'b' is of 1.36, 1 minor release ahead of the API server's 1.35"]]
