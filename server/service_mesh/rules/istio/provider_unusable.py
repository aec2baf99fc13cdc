"""AuthorizationPolicy hands requests to an authorizer that cannot be asked.

## Why it matters
CUSTOM needs the name of a provider for external authorization in the mesh configuration. Without the name, or with a
name under another action, istiod refuses the policy; with a name that the configuration does not hold, every request
that matches is denied. Two providers for one workload deny what either policy matches, unless istiod is told to allow
that.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: external, namespace: shop}
spec:
  action: CUSTOM
  rules:
  - to:
    - operation: {paths: [/admin*]}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: external, namespace: shop}
spec:
  action: CUSTOM
  provider: {name: opa}
  rules:
  - to:
    - operation: {paths: [/admin*]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    extensionProviders:
    - name: opa
      envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local, port: 9191}
```

## When it stays quiet
The mesh configuration holds the provider as one for external authorization. Where it is not loaded, an unknown name is
reported as not checked. In a Markdown document that writes the mesh configuration several times, one writing with the
provider is enough. Several providers for one workload are fine with `PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS`
(1.30 and later).

## Fix safety
Offered when exactly one provider has a near name; unsafe, because it decides who is asked.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import MeshConfig, mesh_config, written_configs
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import policies_selecting, selected_by, targets
from service_mesh.rules.istio._authorization import action, has_rules
from service_mesh.rules.rule import rule

_EXTERNAL = ("envoyExtAuthzHttp", "envoyExtAuthzGrpc")
_SEVERAL = "PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS"
_SEVERAL_FROM = (1, 30)
_MOST = 50
"""Workloads that are looked at for a second provider."""


@rule(
    "IS207",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY,),
    reads=tuple(dict.fromkeys((*WORKLOAD_KINDS, *INSTALLATION_KINDS))),
    sources=(
        "istio/istio: pkg/config/validation/validation.go",
        "istio/istio: pilot/pkg/security/authz/builder/extauthz.go",
        "istio/istio: pilot/pkg/security/authz/builder/builder.go",
        "https://istio.io/latest/docs/tasks/security/authorization/authz-custom/",
    ),
    upstream=("IST0106",),
)
def provider_unusable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a provider that is missing, out of place, unknown, or one of two for a workload."""
    provider, name = resource.get("spec.provider"), _name(resource)
    if action(resource) != "CUSTOM":
        if provider is not None and provider.value is not None:
            yield provider.finding(f"a provider is for action CUSTOM only, and with {action(resource)} it is refused")
        return
    if name is None:
        if has_rules(resource):
            node = provider or resource.get("spec.action") or resource.root
            yield node.finding("action CUSTOM without 'provider.name' is refused")
        return
    config = mesh_config(mesh, resource.cluster)
    draft = _of_name(name, config)
    if draft is not None and any(_of_name(name, other) is None for other in written_configs(mesh, resource.cluster)):
        return
    if draft is not None:
        yield draft
    elif mesh.release("istio") < _SEVERAL_FROM or not config.flag(_SEVERAL, default=False):
        yield from _of_second(resource, name, mesh)


def _name(policy: Resource) -> Node | None:
    found = policy.get("spec.provider.name")
    return found if found is not None and found.text else None


def _of_name(name: Node, config: MeshConfig) -> Draft | None:
    provider = config.providers.get(name.text)
    if provider is not None and any(kind in provider for kind in _EXTERNAL):
        return None
    if provider is not None:
        message = f"provider '{name.text}' is not for external authorization, so every request that matches is denied"
        return name.finding(message)
    usable = [known for known, settings in config.providers.items() if any(kind in settings for kind in _EXTERNAL)]
    near = nearest(name.text, usable, unique=True)
    message = f"the mesh configuration has no provider '{name.text}', so every request that matches is denied"
    return name.finding(message, fix=Fix.replace(name, near) if near else None, partial=not config.is_known)


def _of_second(policy: Resource, name: Node, mesh: MeshView) -> Iterator[Draft]:
    if targets(policy):
        return
    for workload in selected_by(mesh, policy)[:_MOST]:
        for other in policies_selecting(mesh, AUTHORIZATION_POLICY, workload):
            second = _name(other)
            if action(other) == "CUSTOM" and second is not None and second.text != name.text:
                message = (
                    f"'{workload.title}' gets a second provider, '{second.text}', from '{other.title}': "
                    "what either policy matches is denied"
                )
                yield name.finding(message, related=(second.note("is the other provider"),))
                return
