"""NetworkPolicy closes the port that its pods ask to be scraped at.

## Why it matters
Pods say by annotations at which port Prometheus finds their metrics. A policy that opens the application's ports alone
closes it: the target is down, and alerts that compare numbers stay silent without any.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
  annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9090"}
spec:
  containers: [{name: app, image: "cart:1"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  ingress:
  - ports:
    - {port: 8080}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
  annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9090"}
spec:
  containers: [{name: app, image: "cart:1"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  ingress:
  - ports:
    - {port: 8080}
    - {port: 9090}
```

## When it stays quiet
Some policy for the pods opens the port, by a name or in a range too, or has a rule without ports, whose peers are not
looked at; a policy without rules; no annotation, or one without a port; pods in ambient mode or in Linkerd's mesh,
where connections arrive at another port; it is not known whether they are; a namespace that is not loaded as a whole.
Istio's sidecar takes the annotations over: unless that is turned off, 15020 is the port that is scraped.

## Fix safety
Opening the port in the first rule is offered; unsafe, because it opens it for the peers of that rule.
"""

from collections.abc import Iterator

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.network_policies import is_port_open, policy_rules, selected_by_policy
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Append, Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio import enrolment as istio
from service_mesh.posture.linkerd import enrolment as linkerd
from service_mesh.rules.rule import rule

_SCRAPE, _PORT = "prometheus.io/scrape", "prometheus.io/port"
_MERGE = "prometheus.istio.io/merge-metrics"
_MERGED = 15020
_MOST_WORKLOADS = 50
_LONGEST = 5


@rule(
    "K8126",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(NETWORK_POLICY,),
    reads=(*dict.fromkeys((*istio.ENROLMENT_KINDS, *linkerd.ENROLMENT_KINDS)),),
    needs=("ports",),
    sources=(
        "istio/istio: pkg/kube/inject/webhook.go (applyPrometheusMerge)",
        "https://istio.io/latest/docs/ops/integrations/prometheus/#option-1-metrics-merging",
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
    ),
)
def scrape_port_closed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the ports of a policy that leave out one that is to be scraped."""
    first = next(policy_rules(resource, "ingress"), None)
    if first is None or not mesh.is_complete(resource.namespace, resource.cluster):
        return
    for workload in selected_by_policy(mesh, resource)[:_MOST_WORKLOADS]:
        number = _scraped(mesh, workload)
        if number and not workload.uses_host_network and _is_closed(mesh, workload, resource, number):
            yield _draft(workload, number, first)
            return


def _scraped(mesh: MeshView, workload: Workload) -> int:
    """The port that is scraped: the one that the annotations name, or the sidecar's for it; 0 where it is not known."""
    wanted, port = workload.annotations.get(_SCRAPE), workload.annotations.get(_PORT)
    if wanted != "true" or not isinstance(port, str) or len(port) > _LONGEST or not (port.isascii() and port.isdigit()):
        return 0
    if linkerd.enrolment(mesh, workload).mode is not linkerd.Enrolled.NONE:
        return 0
    mode = istio.enrolment(mesh, workload).mode
    if mode is istio.Enrolled.SIDECAR:
        is_merged = mesh_config(mesh, workload.cluster).setting("enablePrometheusMerge") is not False
        return _MERGED if is_merged and workload.annotations.get(_MERGE) != "false" else 0
    return int(port) if mode is istio.Enrolled.NONE else 0


def _is_closed(mesh: MeshView, workload: Workload, policy: Resource, number: int) -> bool:
    if any(port.text for port in policy.each("spec.ingress[].ports[].port")):
        return False
    return not is_port_open(mesh, workload, "ingress", number)


def _draft(workload: Workload, number: int, first: Node) -> Draft:
    annotations = workload.template.get("metadata.annotations")
    asking = annotations.key(_PORT) if annotations is not None else None
    ports = first.get("ports") or first
    fix = Fix(f"open port {number}", False, (Append(ports.resource, ports.path, {"protocol": "TCP", "port": number}),))
    related = (asking.note("asks to be scraped there"),) if asking is not None else ()
    return ports.finding(
        f"nothing opens port {number} of {workload.title}, which is to be scraped", fix=fix, related=related
    )
