"""Value of Istio's chart is one that the chart does not use.

## Why it matters
Helm and istioctl take any value and say nothing of those that no template uses. Many settings that were values once
belong to the mesh configuration now: written in the old place they change nothing.

## Wrong
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  values:
    global:
      proxy: {concurrency: 2}
```

## Right
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  meshConfig:
    defaultConfig: {concurrency: 2}
```

## When it stays quiet
Values that are not known to have been used ever: a chart around Istio's may have values of its own. In the text of the
injector's ConfigMap, which an installation wrote, they are a note. Misspelt names are told of in `global.proxy`,
`pilot` and `sidecarInjectorWebhook` only, and only with one near name.

## Fix safety
Renaming a misspelt value is offered where it is a field of the object; unsafe, since it comes into force then. Moving a
value to the mesh configuration is not offered.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_settings import VALUES, chart_values
from service_mesh.rules.rule import rule
from service_mesh.source.embedded import embedded_map

_MOVED: Mapping[str, str] = {
    "global.proxy.concurrency": "meshConfig.defaultConfig.concurrency",
    "global.proxy.accessLogFile": "meshConfig.accessLogFile",
    "global.proxy.accessLogFormat": "meshConfig.accessLogFormat",
    "global.proxy.accessLogEncoding": "meshConfig.accessLogEncoding",
    "global.proxy.dnsRefreshRate": "meshConfig.dnsRefreshRate",
    "global.proxy.protocolDetectionTimeout": "meshConfig.protocolDetectionTimeout",
    "global.proxy.envoyAccessLogService": "meshConfig.defaultConfig.envoyAccessLogService",
    "global.proxy.envoyMetricsService": "meshConfig.defaultConfig.envoyMetricsService",
    "global.proxy.envoyStatsd": "meshConfig.defaultConfig.statsdUdpAddress",
    "global.enableTracing": "meshConfig.enableTracing",
    "global.configRootNamespace": "meshConfig.rootNamespace",
    "global.localityLbSetting": "meshConfig.localityLbSetting",
    "global.outboundTrafficPolicy": "meshConfig.outboundTrafficPolicy",
    "global.trustDomainAliases": "meshConfig.trustDomainAliases",
    "global.defaultConfigVisibilitySettings": "meshConfig.defaultServiceExportTo",
}
"""Value that is used no more -> the setting that replaces it."""

_UNUSED: Mapping[str, str] = {
    **{path: f"'{setting}' replaces it" for path, setting in _MOVED.items()},
    "global.mtls": "a PeerAuthentication replaces it",
    "global.controlPlaneSecurityEnabled": "proxies always talk to istiod over mTLS",
    "global.disablePolicyChecks": "it went with Mixer",
    "global.policyCheckFailOpen": "it went with Mixer",
    "global.useMCP": "it went with Galley",
    "galley": "it is part of istiod since 1.5",
    "mixer": "it was removed in 1.8",
    "nodeagent": "it is part of the proxy's container",
}
"""Value that is used no more -> what there is to know; sources: values and templates of 1.20 to 1.31, release notes."""

_KNOWN: Mapping[str, str] = {
    "global.proxy": "autoInject capNetBindService clusterDomain componentLogLevel enableCoreDump excludeInboundPorts "
    "excludeIPRanges excludeOutboundPorts holdApplicationUntilProxyStarts image includeInboundPorts includeIPRanges "
    "includeOutboundPorts lifecycle logLevel outlierLogPath privileged readinessFailureThreshold "
    "readinessInitialDelaySeconds readinessPeriodSeconds resources seccompProfile startupProbe statusPort tracer "
    "variant",
    "pilot": "affinity autoscaleBehavior autoscaleEnabled autoscaleMax autoscaleMin cni configMap cpu crlConfigMapName "
    "deploymentAnnotations deploymentLabels enabled env envVarFrom extraContainerArgs hub image initContainers "
    "ipFamilies ipFamilyPolicy istiodRemote jwksResolverExtraRootCA keepaliveMaxServerConnectionAge memory "
    "nodeSelector podAnnotations podLabels replicaCount resources rollingMaxSurge rollingMaxUnavailable seccompProfile "
    "serviceAccountAnnotations serviceAnnotations tag taint tolerations topologySpreadConstraints traceSampling "
    "trustedZtunnelName trustedZtunnelNamespace variant volumeMounts volumes",
    "sidecarInjectorWebhook": "alwaysInjectSelector defaultTemplates enableNamespacesByDefault injectedAnnotations "
    "injectionURL neverInjectSelector reinvocationPolicy rewriteAppHTTPProbe templates",
}
"""Section -> its values (manifests/charts/istio-control/istio-discovery/values.yaml, values_types.proto)."""

_INJECTOR = "istio-sidecar-injector"
_SHOWN = 3


@rule(
    "IS269",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CONFIG_MAP, *VALUES),
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/values.yaml",
        "istio/istio: operator/pkg/apis/values_types.proto",
        "https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/",
    ),
)
def chart_value_ignored(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each value that no template of Istio's chart uses."""
    if resource.kind == CONFIG_MAP:
        yield from _of_injector(resource)
        return
    values = chart_values(resource)
    if values is not None:
        for path, why in _UNUSED.items():
            node = values.get(path)
            if node is not None and node.value is not None:
                yield node.finding(f"value '{path}' is not used by Istio's chart: {why}", anchor=Anchor.KEY)
        for section, names in _KNOWN.items():
            yield from _misspelt(values, section, tuple(names.split()))


def _of_injector(config: Resource) -> Iterator[Draft]:
    """One finding for the text of a ConfigMap: an old one has dozens of such values, and nobody wrote them."""
    text = config.get("data.values")
    if text is None or not config.name.startswith(_INJECTOR):
        return
    values = Node(config, (), embedded_map(text.text))
    unused = [path for path in _UNUSED if (node := values.get(path)) is not None and node.value is not None]
    if unused:
        shown = ", ".join(f"'{path}'" for path in unused[:_SHOWN])
        more = f" and {len(unused) - _SHOWN} more" if len(unused) > _SHOWN else ""
        yield text.finding(f"these values are not used by the injector: {shown}{more}", severity=Severity.INFO)


def _misspelt(values: Node, section: str, known: tuple[str, ...]) -> Iterator[Draft]:
    for node in values.each(f"{section}.{{}}"):
        name = str(node.path[-1])
        if name in known or f"{section}.{name}" in _UNUSED:
            continue
        near = nearest(name, known, unique=True)
        if near is not None:
            fix = Fix.rename(node, near) if values.get(f"{section}.{near}") is None else None
            message = f"value '{section}.{name[:80]}' is not used by Istio's chart, '{near}' is"
            yield node.finding(message, fix=fix, anchor=Anchor.KEY)
