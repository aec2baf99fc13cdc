"""Mesh configuration is written by hand beside the installation that writes it too.

## Why it matters
The installation owns the ConfigMap `istio`: it writes all of the mesh configuration there. Applied by hand, the
ConfigMap replaces all of that, providers, trust domain and defaults of the installation included, and the next upgrade
takes what was written by hand away.

## Wrong
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  meshConfig: {trustDomain: example.org}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    extensionProviders:
    - name: logs
      envoyFileAccessLog: {path: /dev/stdout}
```

## Right
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  meshConfig:
    trustDomain: example.org
    extensionProviders:
    - name: logs
      envoyFileAccessLog: {path: /dev/stdout}
```

## When it stays quiet
The ConfigMap carries the labels of the chart, so it is what an installation wrote; no installation of the same revision
is in the input, so that the ConfigMap may be all there is; the installation leaves istiod out.

## Fix safety
There is no fix: where the settings are kept is for the operator of the mesh to say.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, HELM_RELEASE, HELM_VALUES, ISTIO_OPERATOR, SAIL_ISTIO
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_settings import chart_values
from service_mesh.rules.rule import rule

_INSTALLATIONS = (ISTIO_OPERATOR, HELM_RELEASE, SAIL_ISTIO, HELM_VALUES)
_MARKS = frozenset(
    {
        "app.kubernetes.io/managed-by",
        "helm.sh/chart",
        "install.operator.istio.io/owning-resource",
        "operator.istio.io/component",
        "release",
    }
)


@rule(
    "IS266",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(CONFIG_MAP,),
    reads=_INSTALLATIONS,
    sources=("istio/istio: manifests/charts/istio-control/istio-discovery/templates/configmap.yaml",),
)
def mesh_config_written_twice(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a mesh configuration that somebody wrote by hand although an installation writes it."""
    text = resource.get("data.mesh")
    if text is None or _MARKS & set(resource.labels):
        return
    prefix, dash, suffix = resource.name.partition("-")
    if prefix != "istio" or bool(dash) != bool(suffix):
        return
    for kind in _INSTALLATIONS:
        for installation in mesh.of_kind(kind):
            node = _writing(installation)
            if node is not None and installation.cluster == resource.cluster and _revision(node) == suffix:
                # A values file is no object, and guides leave out names.
                title = f"'{installation.title}'" if installation.name else kind.name or "chart values"
                message = f"the installation from {title} writes this ConfigMap too, so each takes the other's away"
                yield text.finding(message, related=(node.note("belongs to the installation"),))
                return


def _writing(installation: Resource) -> Node | None:
    """Where an installation that has an istiod says how; None for other ones."""
    if installation.kind != ISTIO_OPERATOR:
        return chart_values(installation)
    profile, enabled = installation.get("spec.profile"), installation.get("spec.components.pilot.enabled")
    leaves_out = (profile is not None and profile.text == "empty") or (enabled is not None and enabled.value is False)
    return None if leaves_out else installation.get("spec")


def _revision(node: Node) -> str:
    revision = node.get("revision")
    return "" if revision is None or revision.text == "default" else revision.text
