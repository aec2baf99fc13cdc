"""Services are known whatever the cluster calls its domain, and findings speak of it as it is written."""

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.operations.request import FixMode, Inputs, ValidateRequest
from service_mesh.operations.result import ValidateResult
from service_mesh.operations.validate import validate

_INSTALLED = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: istiod, namespace: istio-system}
spec: {values: {pilot: {}, global: {proxy: {clusterDomain: corp.example}}}}
---
"""
_SHOP = """\
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart]
  http:
  - route:
    - destination: {host: HOST}
"""


def _validated(host: str, *, more: str = _INSTALLED, fix: FixMode = FixMode.NONE) -> ValidateResult:
    text = more + _SHOP.replace("HOST", host)
    return validate(ValidateRequest(Inputs(manifests=text), complete=Complete.YES, fix=fix))


def _said(host: str, *, more: str = _INSTALLED) -> list[tuple[str, str]]:
    return [(f.code, f.message) for f in _validated(host, more=more).findings]


def test_service_is_known_by_the_domain_that_the_installation_names() -> None:
    assert _said("cart.shop.svc.corp.example") == []


def test_other_domain_than_the_clusters_is_not_looked_up() -> None:
    assert _said("absent.shop.svc.cluster.local") == []
    assert [code for code, _ in _said("absent.shop.svc.cluster.local", more="")] == ["IS118"]


@pytest.mark.parametrize("host", ["carts.shop.svc.corp.example", "carts"])
def test_unknown_service_is_named_with_the_clusters_domain(host: str) -> None:
    ((_, message),) = _said(host)
    assert message.startswith("destination 'carts.shop.svc.corp.example' ")


def test_fix_is_written_with_the_clusters_domain() -> None:
    (fixed,) = _validated("carts.shop.svc.corp.example", fix=FixMode.ALL).fixed
    assert fixed.text == _INSTALLED + _SHOP.replace("HOST", "cart.shop.svc.corp.example")


def test_finding_stands_where_the_name_is_written() -> None:
    (finding,) = _validated("carts.shop.svc.corp.example").findings
    assert (finding.line, finding.column, finding.snippet.strip()) == (
        18,
        27,
        "- destination: {host: carts.shop.svc.corp.example}",
    )


def test_allowed_finding_stays_allowed() -> None:
    allowed = _SHOP.replace("HOST", "carts.shop.svc.corp.example").replace(
        "kind: VirtualService\nmetadata: {",
        "kind: VirtualService\nmetadata: {annotations: {service-mesh/allow: 'IS118: comes later'}, ",
    )
    result = validate(ValidateRequest(Inputs(manifests=_INSTALLED + allowed), complete=Complete.YES))
    assert [finding.code for finding in result.findings] == []


@pytest.mark.parametrize("domain", ["'a b'", "'.*'", "'-'", "''", "[x]"])
def test_what_is_no_domain_changes_nothing(domain: str) -> None:
    odd = _INSTALLED.replace("corp.example", domain)
    assert _said("cart.shop.svc.cluster.local", more=odd) == []


def test_domain_is_that_of_the_names_where_no_installation_tells_it() -> None:
    ((_, message),) = _said("carts", more="# cart.shop.svc.corp.example\n")
    assert message.startswith("destination 'carts.shop.svc.corp.example' ")


@pytest.mark.parametrize(
    "other",
    ["cart.shop.svc.cluster.local", "cart.shop.svc.other.example", "absent.shop.svc.corp.example"],
    ids=["the usual domain too", "two domains", "no Service that is loaded"],
)
def test_names_of_several_domains_or_of_no_service_show_no_domain(other: str) -> None:
    first = "absent" if other.startswith("absent") else "cart"
    more = f"# {first}.shop.svc.corp.example\n# {other}\n"
    ((_, message),) = _said("carts", more=more)
    assert message.startswith("destination 'carts.shop.svc.cluster.local' ")


@pytest.mark.parametrize("shared", ["cart.shop.svc.clusterset.local", "project.svc.id.goog/ns/shop/sa/cart"])
def test_shared_names_and_identities_show_no_domain(shared: str) -> None:
    ((_, message),) = _said("carts", more=f"# {shared}\n")
    assert message.startswith("destination 'carts.shop.svc.cluster.local' ")
