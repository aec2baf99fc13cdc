"""Link of Linkerd names credentials that do not exist.

## Why it matters
The service mirror reads the other cluster's API with the kubeconfig in this Secret. Without it no Service is mirrored
and none that was is kept up to date.

## Wrong
```yaml
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: east, namespace: linkerd-multicluster}
spec: {targetClusterName: east, gatewayAddress: 203.0.113.20, clusterCredentialsSecret: cluster-credentials-east}
```

## Right
```yaml
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: east, namespace: linkerd-multicluster}
spec: {targetClusterName: east, gatewayAddress: 203.0.113.20, clusterCredentialsSecret: cluster-credentials-east}
---
apiVersion: v1
kind: Secret
metadata: {name: cluster-credentials-east, namespace: linkerd-multicluster}
type: mirror.linkerd.io/remote-kubeconfig
data: {kubeconfig: eA==}
```

## When it stays quiet
Secrets were not listed. Whether the credentials are still accepted cannot be told from here;
`linkerd multicluster check` tries them.

## Fix safety
No fix: the Secret is made from the other cluster, by `linkerd multicluster link-gen`.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_LINK, SECRET
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_KEY = "kubeconfig"


@rule(
    "ST510",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(LINKERD_LINK,),
    reads=(SECRET,),
    sources=("linkerd/linkerd2: multicluster/cmd/check.go", "linkerd/linkerd2: pkg/servicemirror/util.go"),
    upstream=("l5d-smc-target-clusters-access",),
)
def link_credentials_missing(link: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Link whose Secret is not there or holds no kubeconfig."""
    name = link.get("spec.clusterCredentialsSecret")
    if name is None or not name.text or not mesh.is_listed(SECRET, link.cluster):
        return
    secret = mesh.find(SECRET, link.namespace, name.text, link.cluster)
    next_command = command("kubectl", "-n", link.namespace, "get", "secrets")
    if secret is None:
        yield name.problem(f"the credentials '{name.text}' of link '{link.name}' do not exist", next_command)
        return
    data = secret.get("data")
    if data is None or data.key(_KEY) is None:
        message = f"the credentials '{name.text}' of link '{link.name}' hold no '{_KEY}'"
        yield name.problem(message, next_command, related=(secret.root.note("is the Secret"),))
