"""Annotation looks like one for Linkerd's proxies, but no release reads it.

## Why it matters
Kubernetes takes every annotation, and the injector reads only those it knows: a misspelt one, or one of a feature that
is gone, is silently without effect.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  annotations:
    linkerd.io/inject: enabled
    config.linkerd.io/skip-outbound-port: "3306"
spec:
  containers:
  - {name: cart, image: example.com/cart:1}
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
    config.linkerd.io/skip-outbound-ports: "3306"
spec:
  containers:
  - {name: cart, image: example.com/cart:1}
```

## When it stays quiet
Names of `config.linkerd.io` that are near to no known one: a newer release may read them. Names in other domains, apart
from `linkerd.io/inject` and a known setting that stands in the wrong one.

## Fix safety
The known name is offered if exactly one is near; unsafe, because it takes effect then and the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import INJECT
from service_mesh.rules.linkerd._annotated import BEARERS, OWNERS, places
from service_mesh.rules.linkerd._annotations import KNOWN, RETIRED, is_config
from service_mesh.rules.rule import rule

_INJECT_LIKE = frozenset({"linkerd.io/injected", "linkerd.io/injection", "linkerd.io/proxy-inject", "linkerd.io/injct"})
_OTHER_DOMAINS = ("linkerd.io", "proxy.linkerd.io")
_SENSES = ("inbound", "outbound", "request", "limit", "cpu", "memory")


@rule(
    "LD174",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=BEARERS,
    where=has_linkerd,
    reads=OWNERS,
    sources=(
        "linkerd/linkerd2: pkg/k8s/labels.go",
        "https://linkerd.io/2/reference/proxy-configuration/",
    ),
)
def proxy_annotation_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each annotation that is near to a known one, or that nothing reads any more."""
    for place in places(resource, mesh):
        for annotation in place.annotations:
            name = str(annotation.path[-1])
            if name not in KNOWN:
                yield from _told(annotation, name, mesh)


def _told(annotation: Node, name: str, mesh: MeshView) -> Iterator[Draft]:
    retired = RETIRED.get(name)
    if retired is not None:
        since, reason = retired
        if mesh.release("linkerd") >= since:
            yield annotation.finding(f"annotation '{name}' is not read any more: {reason}", anchor=Anchor.KEY)
        return
    near = _meant(name)
    if near is not None:
        message = f"annotation '{name[:120]}' is not known to Linkerd"
        yield annotation.finding(message, fix=Fix.rename(annotation, near), anchor=Anchor.KEY)


def _meant(name: str) -> str | None:
    if name in _INJECT_LIKE:
        return INJECT
    domain, _, own = name.partition("/")
    if is_config(name):
        same = (known for known in KNOWN if known.startswith(f"{domain}/") and _sense(known) == _sense(name))
        found = nearest(own, (known.partition("/")[2] for known in same), unique=True)
        exact = next((known for known in sorted(KNOWN) if known.endswith(f"/{own}")), None)
        return exact or (f"{domain}/{found}" if found else None)
    if domain == "config.alpha.linkerd.io" or domain not in _OTHER_DOMAINS:
        return None
    # The proxy marks pods with its own version under this name.
    return f"config.linkerd.io/{own}" if f"config.linkerd.io/{own}" in KNOWN and own != "proxy-version" else None


def _sense(name: str) -> tuple[bool, ...]:
    """Words that turn a name into another setting by few letters: a guess may not change them."""
    return tuple(word in name.lower() for word in _SENSES)
