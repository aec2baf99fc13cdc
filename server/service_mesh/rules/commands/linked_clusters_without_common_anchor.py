"""Clusters are linked whose Linkerd made its own trust anchor each.

## Why it matters
`linkerd install` without certificates makes a trust anchor of its own in every cluster. Proxies of one cluster do not
trust those of the other then: the link exists, services are mirrored, and every request through the gateway fails.

## Wrong
```bash
linkerd --context=west install | kubectl --context=west apply -f -
linkerd --context=east install | kubectl --context=east apply -f -
linkerd --context=east multicluster link-gen --cluster-name east | kubectl --context=west apply -f -
```

## Right
```bash
linkerd --context=west install --set-file identityTrustAnchorsPEM=root.crt -f issuer.yaml > west.yaml
linkerd --context=east install --set-file identityTrustAnchorsPEM=root.crt -f issuer.yaml > east.yaml
linkerd --context=east multicluster link-gen --cluster-name east | kubectl --context=west apply -f -
```

## When it stays quiet
Where the document does not install Linkerd itself, where any command makes or names certificates, or an object of
cert-manager stands in it, and where values come from a file. Only the first link is reported.

## Fix safety
No fix is offered: text is not edited, and the anchor has to be made first.
"""

from collections.abc import Iterator
from itertools import islice

from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.script import Script
from service_mesh.rules.commands._linkerd_steps import brings_certificates, has_values, links, planes_installed
from service_mesh.rules.rule import script_rule

_STRANGERS = "the clusters share no trust anchor: each 'linkerd install' here makes its own, so no request gets across"


@script_rule(
    "CM131",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    sources=(
        "linkerd/linkerd2: multicluster/cmd/check.go (clusters share trust anchors)",
        "https://linkerd.io/2/tasks/installing-multicluster/",
    ),
)
def linked_clusters_without_common_anchor(script: Script) -> Iterator[Draft]:
    """Report links between clusters that were installed without certificates."""
    planes = list(planes_installed(script))
    if not planes or any(map(has_values, planes)) or brings_certificates(script):
        return
    for word in islice(links(script), 1):
        yield Draft(_STRANGERS, location=word.location)
