"""Field of an IstioOperator is none that istioctl knows.

## Why it matters
`istioctl` reads an IstioOperator strictly: one unknown field and it refuses the whole object, so that nothing is
installed or upgraded. Kubernetes settings of a component have the names of Istio (`replicaCount`), autoscaling those of
`autoscaling/v2`.

## Wrong
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  components:
    pilot:
      k8s:
        replicas: 2
```

## Right
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  components:
    pilot:
      k8s:
        replicaCount: 2
```

## When it stays quiet
Below `values`, `unvalidatedValues` and `meshConfig`, which are not read strictly. Fields that 1.23 and older still had
are fine when one of these is the judged release, the old form of metrics included. Upper and lower case count as equal,
as they do for istioctl.

## Fix safety
Renaming to the only near name is offered; unsafe, since the setting comes into force then.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ISTIO_OPERATOR
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_TOP = ("apiVersion", "kind", "metadata", "spec")
_SPEC = (
    "profile installPackagePath hub tag namespace revision compatibilityVersion meshConfig components values "
    "unvalidatedValues"
)
_K8S = (
    "affinity env hpaSpec imagePullPolicy nodeSelector podDisruptionBudget podAnnotations priorityClassName "
    "readinessProbe replicaCount resources service strategy tolerations serviceAnnotations securityContext volumes "
    "volumeMounts overlays"
)
_COMPONENT = ("enabled", "namespace", "hub", "tag", "k8s")
_COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "base": ("enabled", "k8s"),
    **dict.fromkeys(("pilot", "cni", "ztunnel", "istiodRemote", "gateway"), _COMPONENT),
    **dict.fromkeys(("ingressGateways[]", "egressGateways[]"), (*_COMPONENT, "name", "label")),
}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "spec": tuple(_SPEC.split()),
    "spec.components": tuple(name.removesuffix("[]") for name in _COMPONENTS),
    **{f"spec.components.{name}": fields for name, fields in _COMPONENTS.items()},
    **{f"spec.components.{name}.k8s": tuple(_K8S.split()) for name in _COMPONENTS},
}
"""Path -> the fields there (istio/istio: operator/pkg/apis/types.go)."""

_OLD = frozenset({"addonComponents", "defaultRevision", "resourceSuffix", "spec", "status"})
_OLD_BEFORE = (1, 24)
"""Read by `kubectl` and the operator in the cluster too, until that was removed."""

_INSTEAD = {"replicas": "replicaCount"}
_METRICS = {
    "resource": ("name", "target"),
    "containerResource": ("name", "container", "target"),
    "pods": ("metric", "target"),
    "object": ("describedObject", "metric", "target"),
    "external": ("metric", "target"),
}
"""Source of a metric -> its fields in autoscaling/v2."""


@rule(
    "IS268",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(ISTIO_OPERATOR,),
    sources=(
        "istio/istio: operator/pkg/apis/types.go",
        "istio/istio: operator/pkg/apis/validation/validation.go (ParseAndValidateIstioOperator)",
    ),
)
def operator_field_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each field that makes istioctl refuse the object."""
    old = mesh.release("istio") < _OLD_BEFORE
    yield from _unknown(resource.root, _TOP, old=old)
    for path, known in _FIELDS.items():
        for node in resource.each(path):
            yield from _unknown(node, known, old=old)
            if path.endswith(".k8s") and not old:
                yield from _metrics(node)


def _unknown(node: Node, known: tuple[str, ...], *, old: bool) -> Iterator[Draft]:
    taken = {name.lower() for name in known}
    for field in node.each("{}"):
        name = str(field.path[-1])
        # A live object read from a cluster has what the operator wrote into it.
        if name.lower() in taken or (name in _OLD and (old or name == "status")):
            continue
        near = _INSTEAD.get(name) or nearest(name, known, unique=True)
        is_free = isinstance(node.value, dict) and near not in node.value
        fix = Fix.rename(field, near) if near is not None and is_free else None
        message = f"'{_shown(field)}' is no field of an IstioOperator, so istioctl refuses the object"
        yield field.finding(message, fix=fix, anchor=Anchor.KEY)


def _metrics(k8s: Node) -> Iterator[Draft]:
    for source, known in _METRICS.items():
        for node in k8s.each(f"hpaSpec.metrics[].{source}"):
            for field in node.each("{}"):
                if field.path[-1] not in known:
                    message = f"'{_shown(field)}' is no field of autoscaling/v2, so istioctl refuses the object"
                    yield field.finding(message, anchor=Anchor.KEY)


def _shown(node: Node) -> str:
    return ".".join(str(step) for step in node.path)[:120]
