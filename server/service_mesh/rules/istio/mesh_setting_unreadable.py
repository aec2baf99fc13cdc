"""Setting of the mesh configuration has a value that makes istiod refuse all of it.

## Why it matters
istiod reads the mesh configuration as a whole. One value of another type, a switch in quotes or a number where a text
belongs, and it goes on with what it knew before, or with the defaults after a restart: every other setting is lost with
it. `istioctl` refuses such an IstioOperator.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    trustDomain: example.org
    defaultConfig:
      proxyMetadata:
        ISTIO_META_DNS_CAPTURE: true
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    trustDomain: example.org
    defaultConfig:
      proxyMetadata:
        ISTIO_META_DNS_CAPTURE: "true"
```

## When it stays quiet
Numbers in quotes, which protobuf takes; `null`, which counts as absent; fields of settings that other kinds share, such
as `tlsSettings`; `proxyMetadata` in an IstioOperator for 1.23 and older, whose istioctl made texts of it. Annotations
of pods have a rule of their own (IS142).

## Fix safety
Quoting a scalar where a text belongs is offered where it is a field of the object; unsafe, since all other settings
come into force with it.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.durations import go_duration
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ISTIO_OPERATOR
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_fields import Field, settings_below
from service_mesh.rules.istio._mesh_settings import HOLDERS, Settings, mesh_settings
from service_mesh.rules.rule import rule

_CONVERTED_BEFORE = (1, 24)
"""Release up to which istioctl made texts of the variables of proxies in an IstioOperator."""


@rule(
    "IS262",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=HOLDERS,
    sources=(
        "istio/istio: pkg/config/mesh/meshwatcher/collection.go",
        "istio/istio: pkg/util/protomarshal/protomarshal.go (ApplyJSON)",
        "istio/istio: operator/pkg/apis/validation/validation.go (validateMeshConfig)",
        "istio/api: mesh/v1alpha1/config.proto",
    ),
)
def mesh_setting_unreadable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each setting whose value protobuf cannot read as what the setting is."""
    converts = resource.kind == ISTIO_OPERATOR and mesh.release("istio") < _CONVERTED_BEFORE
    for settings in mesh_settings(resource):
        for setting in settings_below(settings.root, settings.message):
            if setting.field is not None and not (converts and setting.name == "proxyMetadata"):
                yield from _faults(settings, setting.node, setting.field)


def _faults(settings: Settings, node: Node, field: Field) -> Iterator[Draft]:
    if node.value is None:
        return
    if field.is_list and not isinstance(node.value, list):
        yield _refused(settings, node, "is no list", field)
    elif field.is_map and not isinstance(node.value, dict):
        yield _refused(settings, node, "is no map", field)
    else:
        for item in node.each("[]") if field.is_list else node.each("{}") if field.is_map else (node,):
            fault = _fault(item.value, field)
            if fault:
                yield _refused(settings, item, fault, field)


def _refused(settings: Settings, node: Node, fault: str, field: Field) -> Draft:
    message = f"'{settings.path(node)}' {fault}, so all of the mesh configuration is refused"
    is_scalar = isinstance(node.value, bool | int | float)
    fix = Fix.quote(node) if settings.text is None and field.form == "s" and is_scalar else None
    return settings.place(node).finding(message, fix=fix)


def _fault(value: object, field: Field) -> str:
    if value is None or field.form == "*":
        return ""
    if field.words:
        return _fault_of_choice(value, field.words)
    judge = _JUDGES.get(field.form)
    if judge is None:
        return "" if isinstance(value, dict) else "is no map"
    return judge(value)


def _fault_of_choice(value: object, words: tuple[str, ...]) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return ""
    return "" if value in words else f"is none of {', '.join(words)}"


def _text(value: object) -> str:
    return "" if isinstance(value, str) else "is no text"


def _switch(value: object) -> str:
    return "" if isinstance(value, bool) else "is neither true nor false"


def _whole(value: object) -> str:
    if isinstance(value, str):
        return "" if value.removeprefix("-").isascii() and value.removeprefix("-").isdigit() else "is no whole number"
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return "" if is_whole and not isinstance(value, bool) else "is no whole number"


def _number(value: object) -> str:
    if isinstance(value, str):
        try:
            float(value)
        except ValueError:
            return "is no number"
        return ""
    return "" if isinstance(value, int | float) and not isinstance(value, bool) else "is no number"


def _length(value: object) -> str:
    return "" if isinstance(value, str) and go_duration(value) is not None else "is no duration such as '10s'"


_JUDGES = {"s": _text, "b": _switch, "i": _whole, "f": _number, "d": _length}
