"""Value of a metric's tag is text, where an expression is expected.

## Why it matters
The value of a tag is an expression over attributes of the request. Plain text is read as names of attributes, hyphens
as minus signs: there are no such attributes, so the tag never has that text. Text needs quotes within the quotes of
YAML.

## Wrong
```yaml
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: mesh-default, namespace: istio-system}
spec:
  metrics:
  - providers:
    - name: prometheus
    overrides:
    - match: {metric: ALL_METRICS}
      tagOverrides:
        source_cluster: {value: "production-us-east-1"}
```

## Right
```yaml
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: mesh-default, namespace: istio-system}
spec:
  metrics:
  - providers:
    - name: prometheus
    overrides:
    - match: {metric: ALL_METRICS}
      tagOverrides:
        source_cluster: {value: "'production-us-east-1'"}
```

## When it stays quiet
One name of the expression is an attribute that Envoy knows, or a name that a filter may have set (`istio_operationId`).
Whether an expression makes sense otherwise is not judged.

## Fix safety
Quoting the text is offered where it consists of letters, digits and `-_./:` only; unsafe, since the metric gets another
tag.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import TELEMETRY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_NAMES = """
    cluster_metadata cluster_name connection destination filter_state listener_direction listener_metadata metadata node
    plugin_name plugin_root_id plugin_vm_id request response route_metadata route_name source upstream
    upstream_filter_state upstream_host_metadata xds
"""
"""Attributes of Envoy (https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/advanced/attributes) and of its
Wasm extensions, which Istio's metrics take too."""

_ATTRIBUTES = frozenset(_NAMES.split())
_LITERALS = frozenset({"true", "false", "null", "in"})
_SET_BY_FILTERS = "istio_"
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?!\w|\s*\()")
_PLAIN = re.compile(r"[\w./:-]+")
_LONGEST = 2000


@rule(
    "IS274",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(TELEMETRY,),
    sources=(
        "istio/proxy: source/extensions/filters/http/istio_stats/istio_stats.cc (getOrCreateExpression)",
        "https://istio.io/latest/docs/reference/config/telemetry/#MetricsOverrides-TagOverride",
    ),
)
def tag_value_unquoted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each tag whose value consists of names that are no attributes."""
    for tag in resource.each("spec.metrics[].overrides[].tagOverrides.{}"):
        value = tag.get("value")
        if value is not None and value.text and len(value.text) <= _LONGEST and _is_text(value.text):
            shown, name = value.text[:80], tag.path[-1]
            message = f"'{shown}' is read as an expression and names no attribute, so tag '{name}' lacks this text"
            yield value.finding(message, fix=_quoted(value))


def _is_text(value: str) -> bool:
    names = [name for name in _NAME.findall(_QUOTED.sub(" ", value)) if name not in _LITERALS]
    return bool(names) and not any(name in _ATTRIBUTES or name.startswith(_SET_BY_FILTERS) for name in names)


def _quoted(value: Node) -> Fix | None:
    if not _PLAIN.fullmatch(value.text):
        return None
    return Fix.replace(value, f"'{value.text}'", title="quote the text within the expression")
