"""Service is marked for export to other clusters in a way that exports nothing.

## Why it matters
The mirror of another cluster selects Services by label: `mirror.linkerd.io/exported` with `true` for access through the
gateway or `remote-discovery` for access from pod to pod, and `mirror.linkerd.io/federated` with `member`. An annotation
of that name, or another value, is selected by no Link as Linkerd makes it, and the Service never turns up there.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  annotations: {mirror.linkerd.io/exported: "true"}
spec:
  selector: {app: cart}
  ports: [{port: 80}]
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  labels: {mirror.linkerd.io/exported: "true"}
spec:
  selector: {app: cart}
  ports: [{port: 80}]
```

## When it stays quiet
The label stands beside the annotation. A value that a Link selects which is loaded, and `false`, which says on
purpose that nothing is exported. A value that is near to none of these is a note: Links of other clusters may have
selectors of their own.

## Fix safety
Moving the annotation to the labels and the nearest value are offered; unsafe, because the Service is exported then.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_LINK, SERVICE
from service_mesh.model.moves import moved
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.rules.linkerd._annotations import EXPORTED, FEDERATED
from service_mesh.rules.rule import rule

_VALUES: Mapping[str, tuple[str, ...]] = {EXPORTED: ("true", "remote-discovery"), FEDERATED: ("member",)}
_OFF = frozenset({"", "false", "disabled", "no", "none"})
_SELECTORS = ("spec.selector", "spec.remoteDiscoverySelector", "spec.federatedServiceSelector")


@rule(
    "LD171",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(SERVICE,),
    where=has_linkerd,
    reads=(LINKERD_LINK,),
    sources=(
        "linkerd/linkerd2: pkg/healthcheck/healthcheck_labels.go",
        "linkerd/linkerd2: multicluster/cmd/link.go",
        "https://linkerd.io/2/reference/multicluster/",
    ),
    upstream=("l5d-data-plane-services-annotations",),
)
def export_mark_ineffective(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the annotation of that name, and a label with a value that no Link selects."""
    metadata, annotations, labels = (
        resource.get(path) for path in ("metadata", "metadata.annotations", "metadata.labels")
    )
    for name, values in _VALUES.items():
        label = labels.key(name) if labels is not None else None
        annotation = annotations.key(name) if annotations is not None else None
        if annotation is not None and annotation.text and label is None and metadata is not None:
            fix = moved(annotation, metadata, "labels", "write it as a label")
            message = f"'{name}' is read as a label and has no effect as an annotation"
            yield annotation.finding(message, fix=fix, anchor=Anchor.KEY)
        elif label is not None and label.text and label.text not in (*values, *_OFF) and not _is_chosen(resource, mesh):
            near = nearest(label.text, values, unique=True) or (values[0] if len(values) == 1 else None)
            shown = " and ".join(f"'{value}'" for value in values)
            message = f"'{label.text}' is no value that Links select, which are {shown}"
            severity = None if near else Severity.INFO
            yield label.finding(message, fix=Fix.replace(label, near) if near else None, severity=severity)


def _is_chosen(service: Resource, mesh: MeshView) -> bool:
    """Whether a Link that is loaded, which is one of another cluster, selects the Service by what it has."""
    selectors = (link.get(path) for link in mesh.of_kind(LINKERD_LINK) for path in _SELECTORS)
    labels = {name: value for name, value in service.labels.items() if isinstance(value, str)}
    return any(label_selector(node).matches(labels) for node in selectors if node is not None and node.value)
