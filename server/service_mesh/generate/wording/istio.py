"""Callers and requests in the rules of Istio's AuthorizationPolicy.

(https://istio.io/latest/docs/reference/config/security/authorization-policy/)
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service_mesh.generate.parameters.parties import Caller, Scraper
from service_mesh.generate.parameters.requests import Call, PathMatch

__all__ = [
    "Allowance",
    "checked_at",
    "hosted",
    "operation",
    "others_than",
    "request_rule",
    "scraping",
    "sources",
]


_IN_CLUSTER = ".svc.cluster.local"


@dataclass(frozen=True, slots=True)
class Allowance:
    """An ALLOW policy, as `istio/allowance.yaml.j2` writes it.

    Attributes:
        why: What it is for, as the comment above it.
        name: Its name.
        namespace: Its namespace.
        rules: Its rules; it lets nobody in without any.
        selector: Labels of the pods; all of the namespace without them.
        gateways: Names of the Gateways that it is bound to instead, which may be waypoints.
    """

    why: str
    name: str
    namespace: str
    rules: tuple[Mapping[str, Any], ...] = ()
    selector: Mapping[str, str] | None = None
    gateways: tuple[str, ...] = ()


def sources(callers: Iterable[Caller], trust_domain: str) -> list[dict[str, Any]]:
    """The `from` of a rule: accounts as principals, whole namespaces as namespaces."""
    principals, namespaces = _named(callers, trust_domain)
    found = []
    if principals:
        found.append({"source": {"principals": principals}})
    if namespaces:
        found.append({"source": {"namespaces": namespaces}})
    return found


def others_than(callers: Iterable[Caller], trust_domain: str) -> list[dict[str, Any]]:
    """The `from` of a rule for everybody but some: whoever has no certificate is somebody else too."""
    principals, namespaces = _named(callers, trust_domain)
    listed = {"notPrincipals": principals, "notNamespaces": namespaces}
    return [{"source": {name: values for name, values in listed.items() if values}}]


def scraping(scraper: Scraper, namespace: str, trust_domain: str) -> Allowance:
    """The policy that lets metrics be read, where workloads offer them at ports of their own."""
    rule: dict[str, Any] = {"to": [{"operation": {"ports": [str(port) for port in scraper.ports]}}]}
    if scraper.has_proxy:
        return Allowance(
            "Metrics are read.", "scraping", namespace, ({"from": sources((scraper,), trust_domain), **rule},)
        )
    why = "Metrics are read by somebody without a proxy, whom nothing tells from others."
    return Allowance(why, "scraping", namespace, (rule,))


def operation(call: Call, ports: Iterable[int] = ()) -> dict[str, Any]:
    """The `operation` of a rule; empty where nothing is asked of the request."""
    found: dict[str, Any] = {}
    if call.grpc:
        found["methods"] = ["POST"]
        found["paths"] = [f"/{method}" for method in call.grpc]
    if call.methods:
        found["methods"] = list(call.methods)
    if call.paths:
        found["paths"] = [text for path in call.paths for text in _paths(path)]
    if call.hosts:
        found["hosts"] = [text for host in call.hosts for text in _hosts(host)]
    if listed := [str(port) for port in ports]:
        found["ports"] = listed
    return found


def request_rule(origin: list[dict[str, Any]], call: Call, ports: Iterable[int] = ()) -> dict[str, Any]:
    """A rule for one kind of request, all parts of which have to hold at once.

    Args:
        origin: Its `from`; nothing for everybody.
        call: What is requested.
        ports: The ports that it is for; all of them without any.
    """
    rule: dict[str, Any] = {"from": origin} if origin else {}
    if said := operation(call, ports):
        rule["to"] = [{"operation": said}]
    if when := _conditions(call):
        rule["when"] = when
    return rule


def _conditions(call: Call) -> list[dict[str, Any]]:
    """The `when` of a rule."""
    return [{"key": f"request.headers[{one.name}]", "values": [one.value]} for one in call.headers]


def hosted(hosts: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """A gateway for hosts that no Service has: whoever names such a host has one through which it is called."""
    outside = [host for host in hosts if not host.endswith(_IN_CLUSTER)]
    if outside:
        port = {"number": 80, "name": "http", "protocol": "HTTP"}
        spec = {"selector": {"istio": "ingress"}, "servers": [{"port": port, "hosts": outside}]}
        metadata = {"name": "gateway", "namespace": "gateways"}
        yield {"apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": metadata, "spec": spec}


def checked_at(namespace: str, proxy: str) -> str:
    """The command that shows which policies a proxy has."""
    return f"istioctl experimental authz check deploy/{proxy} -n {namespace}"


def _named(callers: Iterable[Caller], trust_domain: str) -> tuple[list[str], list[str]]:
    """Accounts as principals, and whole namespaces."""
    listed = tuple(callers)
    accounts = [f"{trust_domain}/ns/{one.namespace}/sa/{one.service_account}" for one in listed if one.service_account]
    return accounts, [one.namespace for one in listed if not one.service_account]


def _hosts(host: str) -> tuple[str, ...]:
    """A host with and without a port; a wildcard takes both, and a second one would be a plain character."""
    return (host,) if host.startswith("*") else (host, f"{host}:*")


def _paths(path: PathMatch) -> Iterator[str]:
    """A prefix takes the path itself and what is below it; `/x*` would take `/xyz` too."""
    if path.exact is not None:
        yield path.exact
        return
    prefix = (path.prefix or "/").rstrip("/")
    if prefix:
        yield prefix
    yield f"{prefix}/*"
