"""Proxy waits longer before it ends than its pod is given.

## Why it matters
A proxy may stay until open requests are done. The kubelet kills whatever still runs when the grace period of the pod is
over, 30 seconds unless it is set: the proxy is killed while it waits, and the requests it waited for fail.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  annotations:
    linkerd.io/inject: enabled
    config.linkerd.io/proxy-enable-native-sidecar: "false"
    config.alpha.linkerd.io/proxy-wait-before-exit-seconds: "60"
spec:
  containers: [{name: app, image: "cart:1"}]
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  annotations:
    linkerd.io/inject: enabled
    config.linkerd.io/proxy-enable-native-sidecar: "false"
    config.alpha.linkerd.io/proxy-wait-before-exit-seconds: "60"
spec:
  terminationGracePeriodSeconds: 90
  containers: [{name: app, image: "cart:1"}]
```

## When it stays quiet
The wait is shorter than the grace period; it is set for a namespace or for the whole mesh and not on the pods; values
that are no whole number of seconds; native sidecars of Linkerd, which do not wait and are the default from 2.20 on. For
Istio it is `terminationDrainDuration` in `proxy.istio.io/config`.

## Fix safety
None is offered: whether the wait or the grace period is wrong is not known.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS
from service_mesh.posture.linkerd.settings import SETTING_KINDS
from service_mesh.rules.kubernetes._sidecars import is_native_in_linkerd
from service_mesh.rules.rule import rule
from service_mesh.source.embedded import embedded_map

_OF_LINKERD = "config.alpha.linkerd.io/proxy-wait-before-exit-seconds"
_OF_ISTIO = "proxy.istio.io/config"
_DRAIN = "terminationDrainDuration"
_EARLY = "EXIT_ON_ZERO_ACTIVE_CONNECTIONS"
_SECONDS = re.compile(r"(?:(?P<minutes>[0-9]{1,4})m)?(?:(?P<seconds>[0-9]{1,5})s)?")
_WHOLE = re.compile(r"[0-9]{1,6}")
_USUAL = 30


@rule(
    "K8109",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=tuple(sorted(WORKLOADS)),
    reads=(*SETTING_KINDS, *INSTALLATION_KINDS),
    needs=(_OF_LINKERD, _OF_ISTIO),
    sources=(
        "https://linkerd.io/2/tasks/graceful-shutdown/",
        "istio/istio: pkg/envoy/agent.go",
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
    ),
)
def drain_cut_short(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each wait of a proxy that is not over when the pod is killed."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource:
        return
    given = workload.template.get("spec.terminationGracePeriodSeconds")
    grace = _USUAL if given is None or given.value is None else given.value
    if type(grace) is not int:
        return
    for node, seconds in _waits(mesh, workload):
        if seconds >= grace:
            related = (given.note("is the grace period"),) if given is not None else ()
            message = f"the proxy waits {seconds} s before it ends, and the pod is killed after {grace!s:.10} s"
            yield node.finding(message, related=related)


def _waits(mesh: MeshView, workload: Workload) -> Iterator[tuple[Node, int]]:
    annotations = workload.template.get("metadata.annotations")
    waiting = annotations.key(_OF_LINKERD) if annotations is not None else None
    if waiting is not None and _WHOLE.fullmatch(waiting.text) and not is_native_in_linkerd(mesh, workload):
        yield waiting, int(waiting.text)
    config = annotations.key(_OF_ISTIO) if annotations is not None else None
    if config is not None and _DRAIN in config.text and _EARLY not in config.text:
        text = (embedded_map(config.text) or {}).get(_DRAIN)
        match = _SECONDS.fullmatch(text) if isinstance(text, str) and text else None
        if match:
            yield config, 60 * int(match["minutes"] or 0) + int(match["seconds"] or 0)
