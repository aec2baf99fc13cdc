"""Link of Linkerd's multicluster extension has a setting that the service mirror cannot work with.

## Why it matters
The CRD takes any text in the fields of a Link, even for ports and durations, and requires none. The service mirror
parses them when it needs them, and what it cannot read shows in its log alone: Services are then not mirrored, get no
endpoints behind their mirror, or go on to be sent to a gateway that nobody probes.

## Wrong
```yaml
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: east, namespace: linkerd-multicluster}
spec:
  targetClusterName: east
  clusterCredentialsSecret: cluster-credentials-east
  gatewayAddress: gateway.east.example.com
  gatewayPort: mc-gateway
  gatewayIdentity: linkerd-gateway.linkerd-multicluster.serviceaccount.identity.linkerd.cluster.local
  selector: {matchLabels: {mirror.linkerd.io/exported: "true"}}
```

## Right
```yaml
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: east, namespace: linkerd-multicluster}
spec:
  targetClusterName: east
  clusterCredentialsSecret: cluster-credentials-east
  gatewayAddress: gateway.east.example.com
  gatewayPort: "4143"
  gatewayIdentity: linkerd-gateway.linkerd-multicluster.serviceaccount.identity.linkerd.cluster.local
  selector: {matchLabels: {mirror.linkerd.io/exported: "true"}}
```

## When it stays quiet
Fields that are left out, but for selectors: a Link in files may be completed later. Port, identity and probe of a Link
without `gatewayAddress`, as in a flat network, where nothing reads them. Whether the gateway answers, and whether the
credentials are there, is told by the health of a cluster.

## Fix safety
No fix: a Link is generated from the cluster that it leads to.
"""

import re
from collections.abc import Callable, Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.durations import go_duration
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_LINK
from service_mesh.model.ports import port_in
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_CLUSTER = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_COUNT = re.compile(r"[0-9]{1,10}")
_NO_HOST = re.compile(r"[\s/\[\]]|^[^:]*:[^:]*$")
"""What stands in no host name and no IP address: spaces, schemes, brackets, and one colon as before a port."""

_SELECTORS = ("spec.selector", "spec.remoteDiscoverySelector", "spec.federatedServiceSelector")


def _is_port(text: str) -> bool:
    number = port_in(text.removeprefix("+"))
    return number is not None and number > 0


def _is_duration(text: str) -> bool:
    return go_duration(text) is not None


def _is_count(text: str) -> bool:
    return _COUNT.fullmatch(text) is not None and int(text) < 2**32


_FORMS: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("spec.gatewayPort", _is_port, "is no port number, so that mirrored Services get no endpoints"),
    ("spec.probeSpec.port", _is_port, "is no port number, so that the gateway is not probed"),
    ("spec.probeSpec.period", _is_duration, "is no duration such as '3s', so that the gateway is not probed"),
    ("spec.probeSpec.timeout", _is_duration, "is no duration such as '30s', so that no probe succeeds"),
    ("spec.probeSpec.failureThreshold", _is_count, "is no whole number, so that the gateway is not probed"),
)


@rule(
    "LD197",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(LINKERD_LINK,),
    sources=(
        "linkerd/linkerd2: multicluster/service-mirror/cluster_watcher.go",
        "linkerd/linkerd2: multicluster/service-mirror/probe_worker.go",
        "https://linkerd.io/2/reference/multicluster/",
    ),
)
def link_settings_unusable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report names, addresses, ports, durations and selectors that the service mirror cannot use."""
    yield from _cluster(resource)
    address = resource.get("spec.gatewayAddress")
    if address is not None and address.text:
        unfit = [part for part in address.text.split(",") if _NO_HOST.search(part)]
        if unfit:
            yield address.finding(f"'{unfit[0][:80]}' is no host name and no IP address, so that it does not resolve")
        yield from _forms(resource)
    yield from _selectors(resource)


def _cluster(link: Resource) -> Iterator[Draft]:
    name = link.get("spec.targetClusterName")
    if name is not None and name.text and not _CLUSTER.fullmatch(name.text):
        shown = name.text[:80]
        yield name.finding(f"'{shown}' cannot stand in names of Services, so that 'NAME-{shown}' is mirrored for none")


def _forms(link: Resource) -> Iterator[Draft]:
    for path, fits, fault in _FORMS:
        node = link.get(path)
        if node is not None and node.text and not fits(node.text):
            yield node.finding(f"'{node.text[:80]}' {fault}")


def _selectors(link: Resource) -> Iterator[Draft]:
    """An empty selector selects nothing here, other than in Kubernetes."""
    written = [node for path in _SELECTORS if (node := link.get(path)) is not None and isinstance(node.value, dict)]
    parts = (node.get(name) for node in written for name in ("matchLabels", "matchExpressions"))
    if written and not any(part is not None and part.value for part in parts):
        yield written[0].finding("an empty selector selects no Service in a Link, so that nothing is mirrored")
