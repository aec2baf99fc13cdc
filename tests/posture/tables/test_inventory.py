"""Every subject that a mesh decides about has its table, so that none is left out unseen."""

from importlib import import_module

import pytest

_TABLES = "tests.posture.tables"
_ISTIO = "tests.posture.istio"
_LINKERD = "tests.posture.linkerd"

SUBJECTS: dict[str, dict[str, str]] = {
    "what travels": {
        "Istio: who is in the mesh, by injection": f"{_TABLES}.test_enrolment",
        "Istio: what the server accepts": f"{_TABLES}.test_server_modes",
        "Istio: what the client sends": f"{_TABLES}.test_client_settings",
        "Istio: what comes of both": f"{_TABLES}.test_outcomes",
        "Istio: what passes the proxy by": f"{_TABLES}.test_bypasses",
        "Istio: identities and trust domains": f"{_TABLES}.test_identities",
        "ambient: who is enrolled": f"{_TABLES}.test_enrolment",
        "ambient: tunnels, waypoints and mixes": f"{_TABLES}.test_ambient_transport",
        "ambient: PeerAuthentication at ztunnel": f"{_TABLES}.test_server_modes",
        "ambient: who enforces what": f"{_TABLES}.test_enforcing_proxies",
        "Istio: every sort of client against every sort of server": f"{_ISTIO}.test_transport_table",
        "Linkerd: when a connection is mTLS": f"{_TABLES}.test_linkerd",
        "Linkerd: default policies": f"{_TABLES}.test_linkerd",
        "Linkerd: identities": f"{_TABLES}.test_linkerd",
        "Linkerd: what surprises": f"{_TABLES}.test_linkerd",
        "Cilium: what is encrypted": f"{_TABLES}.test_cilium",
        "Cilium: mutual authentication": f"{_TABLES}.test_cilium",
    },
    "who may call": {
        "Istio: which policies count": f"{_TABLES}.test_authorization_layers",
        "Istio: order of decision and empty forms": f"{_ISTIO}.authorization.test_decision",
        "Istio: fields and conditions": f"{_ISTIO}.authorization.test_rules",
        "Istio: fields of requests on connections and at ztunnel": f"{_ISTIO}.authorization.test_rules",
        "Istio: external authorizers": f"{_ISTIO}.authorization.test_external",
        "Istio: all layers together, waypoints among them": f"{_TABLES}.test_authorization_layers",
        "Linkerd: which Server governs a port": f"{_LINKERD}.test_access",
        "Linkerd: authorizations": f"{_LINKERD}.test_access",
        "Linkerd: routes on Servers and probes": f"{_LINKERD}.test_access",
        "Linkerd: which route wins": f"{_LINKERD}.test_route_matching",
        "Cilium: selection and default deny": f"{_TABLES}.test_cilium",
        "Cilium: peers": f"{_TABLES}.test_cilium",
        "Cilium: ports and requests": f"{_TABLES}.test_cilium",
        "Cilium: authentication that a rule asks for": f"{_TABLES}.test_cilium",
        "Kubernetes: network policies": f"{_TABLES}.test_network_policies",
    },
}

_MODULES = sorted({module for subjects in SUBJECTS.values() for module in subjects.values()})


@pytest.mark.parametrize("module", _MODULES)
def test_table_of_a_subject_has_rows_with_chains(module: str) -> None:
    found = vars(import_module(module))
    tests = [one for name, one in found.items() if name.startswith("test_")]
    marks = [mark for one in tests for mark in getattr(one, "pytestmark", []) if mark.name == "parametrize"]
    assert max(len(mark.args[1]) for mark in marks) >= 8
