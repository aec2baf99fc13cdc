"""Values for Linkerd's chart set a number of replicas that the chart does not read.

## Why it matters
One value, `controllerReplicas`, is for the destination, identity and proxy-injector controllers. Names such as
`destinationReplicas` and `identityReplicas` are passed over without a word, and the control plane that was to be highly
available runs with one pod of each.

## Wrong
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: linkerd-control-plane, namespace: linkerd}
spec:
  chart: {spec: {chart: linkerd-control-plane, sourceRef: {kind: HelmRepository, name: linkerd}}}
  interval: 1h
  values:
    destinationReplicas: 3
    identityReplicas: 3
```

## Right
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: linkerd-control-plane, namespace: linkerd}
spec:
  chart: {spec: {chart: linkerd-control-plane, sourceRef: {kind: HelmRepository, name: linkerd}}}
  interval: 1h
  values:
    controllerReplicas: 3
```

## When it stays quiet
Values files and releases that are not Linkerd's by their chart or by other values; other names, which are not looked
at: the charts of distributions have values of their own.

## Fix safety
None is offered: the number may differ from what is right for all three.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import HELM_RELEASE, HELM_VALUES
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_UNREAD = ("destinationReplicas", "identityReplicas", "proxyInjectorReplicas", "policyReplicas")
_MARKS = frozenset(
    {
        "clusterNetworks",
        "controllerReplicas",
        "enablePodAntiAffinity",
        "identityTrustAnchorsPEM",
        "identityTrustDomain",
        "linkerdVersion",
        "policyController",
        "profileValidator",
        "proxyInit",
        "proxyInjector",
    }
)
_CHARTS = frozenset({"linkerd-control-plane", "linkerd2", "linkerd-enterprise-control-plane"})


@rule(
    "LD190",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(HELM_RELEASE, HELM_VALUES),
    needs=_UNREAD,
    sources=("linkerd/linkerd2: charts/linkerd-control-plane/values.yaml", "https://linkerd.io/2/features/ha/"),
)
def chart_replicas_unread(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each of these values among those of Linkerd."""
    for values in _values(resource):
        for name in _UNREAD:
            node = values.get(name)
            if node is not None:
                message = (
                    f"value '{name}' is not read by Linkerd's chart, whose 'controllerReplicas' is for all of them"
                )
                yield node.finding(message, anchor=Anchor.KEY)


def _values(resource: Resource) -> Iterator[Node]:
    """The maps of values that are Linkerd's: by the chart of a release, by other values, or by a subchart's name."""
    top = resource.root if resource.kind == HELM_VALUES else resource.get("spec.values")
    if top is None or not isinstance(top.value, dict):
        return
    chart = resource.get("spec.chart.spec.chart")
    is_linkerd = chart is not None and resource.kind == HELM_RELEASE and chart.text in _CHARTS
    if is_linkerd or not _MARKS.isdisjoint(map(str, top.value)):
        yield top
    for name in _CHARTS:
        nested = top.key(name)
        if nested is not None:
            yield nested
