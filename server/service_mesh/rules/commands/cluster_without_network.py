"""A cluster of several is installed without a network.

## Why it matters
`global.network` says which clusters reach each other's pods directly. Clusters without one count as one network: their
proxies send to the pods of the other cluster, past its east-west gateway, and get no answer where the networks differ.

## Wrong
```bash
istioctl install --set values.global.meshID=mesh1 --set values.global.multiCluster.clusterName=west
istioctl create-remote-secret --context=east --name=east | kubectl apply -f - --context=west
```

## Right
```bash
istioctl install --set values.global.multiCluster.clusterName=west --set values.global.network=network1
istioctl create-remote-secret --context=east --name=east | kubectl apply -f - --context=west
```

## When it stays quiet
Where the document makes no remote secret, names a network anywhere, or gives more values in a file. It is only
mentioned: clusters in one network need no name for it.

## Fix safety
No fix is offered: text is not edited.
"""

import re
from collections.abc import Iterator

from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.model.script import Script
from service_mesh.rules.commands._clusters import naming, remote_secrets
from service_mesh.rules.commands._steps import mentions
from service_mesh.rules.rule import script_rule

_NETWORK = re.compile(r"topology\.istio\.io/network|global\.network=|meshNetworks")
_PATHS = ("spec.values.global.network", "global.network")
_LABEL = "topology.istio.io/network"
_FLAT = "the cluster gets no network: the other clusters send to its pods directly and not through a gateway"


@script_rule(
    "CM135",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    sources=(
        "istio/istio: pilot/pkg/xds/endpoints/ep_filters.go",
        "https://istio.io/latest/docs/setup/install/multicluster/",
    ),
)
def cluster_without_network(script: Script) -> Iterator[Draft]:
    """Report clusters that get a name and no network in a text that links clusters."""
    if mentions(script, _NETWORK) or not any(remote_secrets(script)):
        return
    if any(_has_network(resource) for resource in script.resources):
        return
    for install, word in naming(script):
        if not install.has_file:
            yield Draft(_FLAT, location=word.location)


def _has_network(resource: Resource) -> bool:
    return _LABEL in resource.labels or any(resource.root.text_at(path) for path in _PATHS)
