"""One fault is told once: what a rule leaves to another one, and what it reads of certificates."""

import base64

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._certificates import end_of, is_certificate
from service_mesh.rules.registry import load_rules

_UTC, _GENERAL = 0x17, 0x18


def _codes(resource: Resource) -> list[str]:
    mesh = MeshView([resource], Complete.YES)
    rules = (rule for rule in load_rules() if resource.kind in rule.about and rule.family == "istio")
    return sorted(rule.code for rule in rules if rule.check and list(rule.check(resource, mesh)))


def _filter(operation: str, sub_filter: dict[str, str] | None) -> Resource:
    wanted = {"name": "envoy.filters.network.tcp_proxy"} | ({"subFilter": sub_filter} if sub_filter else {})
    patch = {
        "applyTo": "HTTP_FILTER",
        "match": {"context": "SIDECAR_INBOUND", "listener": {"filterChain": {"filter": wanted}}},
        "patch": {"operation": operation, "value": {"name": "envoy.filters.http.lua"}},
    }
    return Resource(
        {
            "apiVersion": "networking.istio.io/v1alpha3",
            "kind": "EnvoyFilter",
            "metadata": {"name": "filters", "namespace": "shop"},
            "spec": {"targetRefs": [{"kind": "Gateway", "name": "public"}], "configPatches": [patch]},
        }
    )


@pytest.mark.parametrize("operation", ["ADD", "INSERT_AFTER", "INSERT_BEFORE", "REMOVE", "REPLACE"])
@pytest.mark.parametrize("sub_filter", [None, {"name": "envoy.filters.http.router"}])
def test_patch_that_fits_no_connection_manager_is_told_by_one_rule(
    operation: str, sub_filter: dict[str, str] | None
) -> None:
    told = {"IS130", "IS131", "IS132", "IS133", "IS134", "IS136"}
    assert [code for code in _codes(_filter(operation, sub_filter)) if code in told] == ["IS136"]


def test_delegate_that_delegates_is_not_told_to_lack_an_action() -> None:
    spec = {"http": [{"delegate": {"name": "card"}}]}
    metadata = {"name": "pay", "namespace": "shop"}
    route = Resource(
        {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": metadata, "spec": spec}
    )
    assert [code for code in _codes(route) if code in {"IS184", "IS198"}] == ["IS184"]


def _der(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content


def _pem(*times: bytes, version: bytes = b"") -> bytes:
    fields = version + _der(0x02, b"\x01") + _der(0x30, b"") + _der(0x30, b"") + _der(0x30, b"".join(times))
    body = base64.b64encode(_der(0x30, _der(0x30, fields)))
    return b"-----BEGIN CERTIFICATE-----\n" + body + b"\n-----END CERTIFICATE-----\n"


_START = _der(_UTC, b"230101000000Z")


@pytest.mark.parametrize(
    ("content", "end"),
    [
        (_pem(_START, _der(_UTC, b"230102000000Z")), "20230102000000"),
        (_pem(_START, _der(_UTC, b"990102000000Z")), "19990102000000"),
        (_pem(_START, _der(_GENERAL, b"20600102030405Z")), "20600102030405"),
        (_pem(_START, _der(_UTC, b"230102000000Z"), version=_der(0xA0, _der(0x02, b"\x02"))), "20230102000000"),
        (_pem(_START, _der(_UTC, b"230102000000+0100")), ""),
        (_pem(_START, _der(0x04, b"20230102000000Z")), ""),
        (_pem(_START), ""),
        (b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", ""),
        (b"-----BEGIN CERTIFICATE-----\nMIAA\n-----END CERTIFICATE-----\n", ""),
        (b"no certificate", ""),
    ],
)
def test_end_of_a_certificate_is_read_where_it_can_be(content: bytes, end: str) -> None:
    assert end_of(content) == end


def test_sequence_that_is_cut_off_is_no_certificate() -> None:
    assert is_certificate(_pem(_START))
    assert not is_certificate(b"-----BEGIN CERTIFICATE-----\nMAUA\n-----END CERTIFICATE-----\n")
