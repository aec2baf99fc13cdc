"""proxy-resources for Istio: annotations of pods, a ProxyConfig, values of charts; in ambient mode, waypoints too."""

from collections.abc import Iterator, Mapping
from typing import Any

from service_mesh.errors import UsageError
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.proxy_resources.parameters import (
    UNPROVED,
    ProxyResources,
    cast,
    questions,
    resources,
)
from service_mesh.generate.parameters.parties import Owner
from service_mesh.generate.plan import Command, Form, Gap, Patch, Plan, Sheet, Step
from service_mesh.generate.site import Site
from service_mesh.generate.wording.restarting import restarted, taken_back
from service_mesh.mesh.workloads import workloads_in
from service_mesh.model.kinds import GATEWAY_API_GATEWAY

__all__ = ["ambient", "sidecar"]

_CONFIG = "proxy.istio.io/config"
_LIMITS = ("2", "1Gi")
_HELM = "helm list -n istio-system names the version of the chart that is installed: VERSION stands for it"


def sidecar(asked: ProxyResources, site: Site) -> Plan:
    """Annotations of pods for workloads, a ProxyConfig for a namespace, values of the chart for the mesh."""
    if asked.waypoint:
        raise InexpressibleError(_NO_WAYPOINT)
    if asked.namespace is not None and not asked.workloads and asked.cpu:
        raise InexpressibleError(_NO_NAMESPACE)
    return Plan(
        steps=tuple(_sidecar_steps(asked, site)),
        questions=tuple(questions(asked)),
        cast=cast(asked),
        verify=tuple(_verify(asked)),
        notes=tuple(_sidecar_notes(asked)),
    )


def _sidecar_steps(asked: ProxyResources, site: Site) -> Iterator[Step]:
    if asked.workloads:
        for one in asked.workloads:
            annotations = dict(_annotations(asked, one, site))
            merge = {"spec": {"template": {"metadata": {"annotations": annotations}}}}
            yield Patch(one.owner, asked.namespace or "", one.name, merge)
    elif asked.namespace is not None:
        yield Sheet("proxy-config.yaml", "istio/proxy-config.yaml.j2", {"asked": asked})
        yield restarted(asked.namespace)
    else:
        _assert_limited(asked)
        yield _values("istiod", "istiod-values.yaml", "istio/proxy-resources-values.yaml.j2", asked)


def _annotations(asked: ProxyResources, owner: Owner, site: Site) -> Iterator[tuple[str, str]]:
    named = {
        "proxyCPU": asked.cpu,
        "proxyMemory": asked.memory,
        "proxyCPULimit": asked.cpu_limit,
        "proxyMemoryLimit": asked.memory_limit,
    }
    yield from ((f"sidecar.istio.io/{name}", text) for name, text in named.items() if text)
    if asked.threads is not None:
        place = f"{asked.namespace}/{owner.name}"
        held = (one for one in workloads_in(site.view, asked.namespace or "") if one.resource.name == owner.name)
        if any(one.annotations.get(_CONFIG) for one in held):
            hint = f"write concurrency: {asked.threads} into it, and leave threads away here"
            raise UsageError(f"the pods of {place} have {_CONFIG} already, and it would be replaced", hint)
        yield _CONFIG, f"concurrency: {asked.threads}"


def _assert_limited(asked: ProxyResources) -> None:
    """What is not given stays as the chart has it: with less than is asked for, no pod would be made.

    (`istio/istio: manifests/charts/istio-control/istio-discovery/values.yaml`, global.proxy and global.waypoint)
    """
    if field := asked.exceeds(*_LIMITS):
        hint = f"give {field}_limit too"
        raise UsageError(f"{field} is more than the limit that the chart sets, {' and '.join(_LIMITS)}", hint)


def _values(release: str, name: str, template: str, asked: ProxyResources) -> Sheet:
    return Sheet(
        name,
        template,
        {"asked": asked, "resources": resources(asked)},
        form=Form.VALUES,
        apply=f"helm upgrade {release} istio/{release} -n istio-system --version VERSION --reuse-values -f {name}",
        undo=f"helm rollback {release} -n istio-system",
    )


def _verify(asked: ProxyResources) -> Iterator[str]:
    place = asked.namespace or "NAMESPACE"
    parts = (f'{{.spec.{sort}[?(@.name=="istio-proxy")].resources}}' for sort in ("initContainers", "containers"))
    yield f"kubectl get pod POD -n {place} -o jsonpath='{''.join(parts)}'"
    yield f"kubectl top pod -n {place} --containers"


def _sidecar_notes(asked: ProxyResources) -> Iterator[str]:
    yield UNPROVED
    if asked.workloads:
        yield "the annotations are those of the pods, so they are replaced"
        if asked.cpu:
            yield "with any of the annotations, the injector drops all requests and limits of the installation"
    elif asked.namespace is not None:
        yield taken_back("those threads")
    else:
        yield "sidecars get it when they are made: restart the workloads afterwards"
        yield from _kept(asked)
        yield _HELM
    if asked.threads is None and asked.cpu_limit:
        yield "the sidecar runs as many threads as its limit has processors, rounded up"


def _kept(asked: ProxyResources) -> Iterator[str]:
    if asked.cpu and not (asked.cpu_limit and asked.memory_limit):
        yield "limits that are not given stay as they are: 2 processors and 1Gi, unless the installation says otherwise"


def ambient(asked: ProxyResources, site: Site) -> Plan:
    """Values of ztunnel's chart for the mesh; for a namespace, what its waypoint is made with."""
    gaps = tuple(_ambient_gaps(asked, site))
    if gaps:
        raise InexpressibleError(*gaps)
    if asked.namespace is None:
        steps: tuple[Step, ...] = (
            _values("ztunnel", "ztunnel-values.yaml", "istio-ambient/ztunnel-values.yaml.j2", asked),
            Command("kubectl rollout status daemonset/ztunnel -n istio-system --timeout=10m"),
        )
        verify: tuple[str, ...] = ("kubectl top pod -n istio-system -l app=ztunnel",)
        notes: tuple[str, ...] = ("ztunnel is replaced node by node: connections that last longer break", _HELM)
    else:
        name = _waypoint(asked)
        steps = _waypoint_steps(asked, site)
        verify = (
            f"kubectl get deployment {name} -n {asked.namespace}"
            " -o jsonpath='{.spec.template.spec.containers[*].resources}'",
            f"kubectl top pod -n {asked.namespace} -l gateway.networking.k8s.io/gateway-name={name}",
        )
        notes = ("it is for the waypoint: ztunnel has its own, for all pods of a node", *_kept(asked))
    return Plan(
        steps=steps,
        questions=tuple(questions(asked)),
        cast=cast(asked),
        props=tuple(_gateway(asked, site)),
        verify=verify,
        notes=(UNPROVED, *notes),
    )


def _waypoint(asked: ProxyResources) -> str:
    return asked.waypoint or "waypoint"


def _waypoint_steps(asked: ProxyResources, site: Site) -> tuple[Step, ...]:
    """A ConfigMap that is laid over what istiod makes, and the Gateway's reference to it.

    (https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#automated-deployment)
    """
    _assert_limited(asked)
    namespace, name = asked.namespace or "", _waypoint(asked)
    settings = f"{name}-settings"
    held = site.view.find(GATEWAY_API_GATEWAY, namespace, name)
    used = held.root.text_at("spec.infrastructure.parametersRef.name") if held is not None else ""
    if used and used != settings:
        raise UsageError(f"Gateway {namespace}/{name} has its settings in ConfigMap {used}", "add resources there")
    values = {"name": settings, "namespace": namespace, "resources": resources(asked)}
    reference = {"group": "", "kind": "ConfigMap", "name": settings}
    return (
        Sheet("waypoint-settings.yaml", "istio-ambient/waypoint-settings.yaml.j2", values),
        Patch(GATEWAY_API_GATEWAY, namespace, name, {"spec": {"infrastructure": {"parametersRef": reference}}}),
        Command(f"kubectl rollout status deployment/{name} -n {namespace} --timeout=120s"),
    )


def _gateway(asked: ProxyResources, site: Site) -> Iterator[Mapping[str, Any]]:
    """The waypoint, where the surroundings do not hold it: whoever sizes one has one."""
    if asked.namespace is not None and site.view.find(GATEWAY_API_GATEWAY, asked.namespace, _waypoint(asked)) is None:
        listener = {"name": "mesh", "port": 15008, "protocol": "HBONE"}
        yield {
            "apiVersion": site.api(GATEWAY_API_GATEWAY),
            "kind": "Gateway",
            "metadata": {"name": _waypoint(asked), "namespace": asked.namespace},
            "spec": {"gatewayClassName": "istio-waypoint", "listeners": [listener]},
        }


def _ambient_gaps(asked: ProxyResources, site: Site) -> Iterator[Gap]:
    if asked.workloads:
        yield _NO_WORKLOADS
    elif asked.namespace is not None:
        if not (site.has("istio", *_SETTINGS_SINCE) and site.has("gateway_api", *_REFERENCES_SINCE)):
            yield _NO_SETTINGS
        if asked.threads is not None:
            yield _NO_THREADS


_SETTINGS_SINCE, _REFERENCES_SINCE = (1, 26), (1, 2)
_NO_WAYPOINT = Gap("a waypoint: with sidecars there is none", "name `workloads`, whose sidecars get the resources")
_NO_NAMESPACE = Gap(
    "resources of a namespace's sidecars: annotations are those of pods, and a ProxyConfig has only threads",
    "name the `workloads`, or leave `namespace` away for the default of the whole mesh",
)
_NO_WORKLOADS = Gap(
    "resources of one workload's proxy in ambient mode: ztunnel serves all pods of a node",
    "leave `namespace` and `workloads` away for ztunnel, or name the `waypoint` before the workload",
)
_NO_SETTINGS = Gap(
    "resources of one waypoint before Istio 1.26 and Gateway API 1.2, when a Gateway took no settings",
    "global.waypoint.resources among the values of istiod's chart, for all waypoints",
)
_NO_THREADS = Gap(
    "threads of a waypoint: what its Gateway refers to has nothing for them",
    "give `cpu_limit`: it runs as many threads as its limit has processors",
)
