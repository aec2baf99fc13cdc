"""Istio's admission webhooks: which configurations are Istio's, what they name, and what is wrong with a URL."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from service_mesh.model.kinds import MUTATING_WEBHOOK, VALIDATING_WEBHOOK
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["REVISION", "WEBHOOKS", "addressed", "hooks", "is_address", "revisions", "url_fault", "url_host"]

REVISION = "istio.io/rev"
"""Label that names a control plane."""

WEBHOOKS = (MUTATING_WEBHOOK, VALIDATING_WEBHOOK)
"""The two kinds."""

_NAMES = ("istio-sidecar-injector", "istio-validator", "istiod-default-validator")
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_HOST = re.compile(r"(?=.{1,253}\.?$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})?)*\.?")
_AUTHORITY = re.compile(r"(?:\[(?P<v6>[^\]]*)\]|(?P<host>[^:\[\]]*))(?::(?P<port>[0-9]{0,5}))?")


def hooks(resource: Resource) -> tuple[Node, ...]:
    """The webhooks of a configuration of Istio; none of anybody else's.

    (`istio/istio: pkg/config/analysis/analyzers/webhook/webhook.go`, isIstioWebhook and extractRevisions)
    """
    found = tuple(resource.each("webhooks[]"))
    is_named = any(hook.text_at("name").endswith("istio.io") for hook in found)
    return found if is_named or next(revisions(resource), None) is not None else ()


def addressed(resource: Resource) -> tuple[Node, ...]:
    """The webhooks of a configuration that an installation of Istio made, which has to say where istiod is.

    (`istio/istio: pkg/config/analysis/analyzers/externalcontrolplane/externalcontrolplane.go`)
    """
    return tuple(resource.each("webhooks[]")) if resource.name.startswith(_NAMES) else ()


def revisions(resource: Resource) -> Iterator[str]:
    """Revisions that a configuration names in its label and in its selectors."""
    label = resource.labels.get(REVISION)
    if isinstance(label, str):
        yield label
    for selector in ("namespaceSelector", "objectSelector"):
        for labels in resource.each(f"webhooks[].{selector}.matchLabels"):
            found = labels.key(REVISION)
            if found is not None and found.text:
                yield found.text
        for expression in resource.each(f"webhooks[].{selector}.matchExpressions[]"):
            if expression.text_at("key") == REVISION:
                yield from (value.text for value in expression.each("values[]") if value.text)


def url_fault(url: str) -> str:
    """What the API server or a resolver refuses in the URL of a webhook, completed as a sentence; empty for nothing.

    (`kubernetes/kubernetes: staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go`, ValidateWebhookURL)
    """
    match = _URL.fullmatch(url)
    if match is None:
        return "is no URL"
    if match["scheme"].lower() != "https":
        return "does not begin with 'https://'"
    if "@" in match["authority"]:
        return "carries a user name"
    if "?" in match["rest"] or "#" in match["rest"]:
        return "carries a query or a fragment"
    host = url_host(url)
    if not host:
        return "names no host"
    return "" if is_address(host) or _HOST.fullmatch(host) else "names no valid host"


def url_host(url: str) -> str:
    """The host of a URL without its port; empty where there is none."""
    match = _URL.fullmatch(url)
    parts = _AUTHORITY.fullmatch(match["authority"]) if match is not None else None
    return (parts["v6"] or parts["host"] or "") if parts is not None else ""


def is_address(host: str) -> bool:
    """Tell whether a host is an IP address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
