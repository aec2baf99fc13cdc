"""A remote secret does not name its cluster.

## Why it matters
Without `--name` the secret names the cluster by the UID of its namespace kube-system. Its proxies call it by what was
installed as `clusterName`, so that istiod finds no cluster for their tokens and does not treat the endpoints that it
reads there as theirs.

## Wrong
```bash
istioctl create-remote-secret --context=east | kubectl apply -f - --context=west
istioctl install --context=east --set values.global.multiCluster.clusterName=east --set values.global.network=east
```

## Right
```bash
istioctl create-remote-secret --context=east --name=east | kubectl apply -f - --context=west
istioctl install --context=east --set values.global.multiCluster.clusterName=east --set values.global.network=east
```

## When it stays quiet
Where the document gives no cluster a name, and for `--type=config`, whose secret names none.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.model.script import Script
from service_mesh.rules.commands._calls import Call, flag_name, flag_values
from service_mesh.rules.commands._clusters import naming, remote_secrets
from service_mesh.rules.rule import script_rule

_UNNAMED = "without '--name' the secret calls the cluster by a UID, and its proxies call it by their 'clusterName'"
_NAMES = ("spec.values.global.multiCluster.clusterName", "global.multiCluster.clusterName")


@script_rule(
    "CM136",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    sources=(
        "istio/istio: istioctl/pkg/multicluster/remote_secret.go",
        "istio/istio: security/pkg/server/ca/authenticate/kubeauth/kube_jwt.go",
    ),
)
def remote_secret_without_name(script: Script) -> Iterator[Draft]:
    """Report remote secrets without a name in a text that names its clusters."""
    if not any(naming(script)) and not any(map(_is_named, script.resources)):
        return
    for call, word in remote_secrets(script):
        if not any(flag_name(one.text) == "name" for one in call.words) and not _is_config(call):
            yield Draft(_UNNAMED, location=word.location)


def _is_config(call: Call) -> bool:
    """Whether it is the kubeconfig of an istiod outside, in which no cluster is named."""
    return "config" in {value for value, _ in flag_values(call.words, "type")}


def _is_named(resource: Resource) -> bool:
    return any(resource.root.text_at(path) for path in _NAMES)
