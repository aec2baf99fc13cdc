"""Setting of the mesh configuration is none that Istio knows.

## Why it matters
istiod passes over settings it does not know, and so does the injector in `proxy.istio.io/config`: nothing fails, and
what the setting was to bring about does not happen.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    accessLogFille: /dev/stdout
    defaultConfig:
      parentShutdownDuration: 10s
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    accessLogFile: /dev/stdout
    defaultConfig:
      terminationDrainDuration: 10s
```

## When it stays quiet
Names with underscores (`access_log_file`), which protobuf takes too; settings that came with a later release than the
judged one; fields of settings that other kinds share, such as `tlsSettings` and `localityLbSetting`. Values of a chart
whose `meshConfig` has no setting of Istio's at all are another chart's. A name that resembles no setting is a note
only: it may be one of a newer release.

## Fix safety
Renaming to the only near name is offered where the setting is a field of the object; unsafe, since it comes into force
then. Inside a text, the near name stands in the message.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOAD_ENTRY
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_fields import Setting, field_names, settings_below
from service_mesh.rules.istio._mesh_settings import BEARERS, HOLDERS, Settings, mesh_settings, proxy_settings
from service_mesh.rules.rule import rule

_CERTIFICATES = "'DEFAULT_WORKLOAD_CERT_TTL' of istiod and 'SECRET_TTL' of the proxy tell how long certificates last"

_INSTEAD = {
    "workloadCertTtl": _CERTIFICATES,
    "workloadCertTTL": _CERTIFICATES,
    "concurrency": "'defaultConfig.concurrency' is what proxies read",
    "holdApplicationUntilProxyStarts": "'defaultConfig.holdApplicationUntilProxyStarts' is what proxies read",
    "proxyMetadata": "'defaultConfig.proxyMetadata' is what proxies read",
    "meshConfig": "all that stands below it is ignored with it",
}
"""Name that people write -> what they should know."""

_REMOVED = frozenset(
    {
        ("ProxyConfig", "parentShutdownDuration"),
        ("ProxyConfig", "connectTimeout"),
        *(
            ("MeshConfig", name)
            for name in (
                "authPolicy",
                "disableMixerHttpReports",
                "disablePolicyChecks",
                "disableReportBatch",
                "enableClientSidePolicyCheck",
                "enableSdsTokenMount",
                "mixerAddress",
                "mixerCheckServer",
                "mixerReportServer",
                "policyCheckFailOpen",
                "rdsRefreshDelay",
                "reportBatchMaxEntries",
                "reportBatchMaxTime",
                "sdsRefreshDelay",
                "sdsUdsPath",
                "sdsUseK8sSaJwt",
                "sidecarToTelemetrySessionAffinity",
                "terminationDrainDuration",
                "thriftConfig",
            )
        ),
    }
)
"""Settings that older releases had; all were gone in 1.20."""


@rule(
    "IS260",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(*HOLDERS, *BEARERS),
    reads=(WORKLOAD_ENTRY,),
    sources=(
        "istio/istio: pkg/config/mesh/mesh.go",
        "istio/istio: pkg/util/protomarshal/protomarshal.go (ApplyJSON)",
        "istio/api: mesh/v1alpha1/config.proto",
        "istio/api: mesh/v1alpha1/proxy.proto",
    ),
)
def mesh_setting_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each setting of the mesh or of a proxy that has a name nobody reads."""
    held = mesh_settings(resource) if resource.kind in HOLDERS else proxy_settings(resource, mesh)
    for settings in held:
        for setting in settings_below(settings.root, settings.message):
            if setting.field is None:
                yield _unknown(settings, setting)


def _unknown(settings: Settings, setting: Setting) -> Draft:
    path, place = settings.path(setting.node), settings.place(setting.node)
    if (setting.message, setting.name) in _REMOVED:
        return place.finding(f"'{path}' was removed from {settings.whose} and is ignored", anchor=Anchor.KEY)
    message = f"'{path}' is no setting of {settings.whose} and is ignored"
    near = nearest(setting.name, field_names(setting.message), unique=True)
    if setting.name in _INSTEAD:
        return place.finding(f"{message}: {_INSTEAD[setting.name]}", anchor=Anchor.KEY)
    if near is None:
        # It may be one of a release that is newer than what is known here.
        return place.finding(message, severity=Severity.INFO, anchor=Anchor.KEY)
    fix = settings.renamed(setting.node, near)
    return place.finding(f"{message}, '{near}' is one", fix=fix, anchor=Anchor.KEY)
