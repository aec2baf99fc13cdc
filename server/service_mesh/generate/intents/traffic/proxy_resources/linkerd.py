"""proxy-resources for Linkerd: annotations of pods or of a namespace, or values of the chart."""

from collections.abc import Iterator

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.proxy_resources.parameters import (
    UNPROVED,
    ProxyResources,
    cast,
    questions,
    resources,
)
from service_mesh.generate.plan import Gap, Patch, Plan, Step
from service_mesh.generate.site import Site
from service_mesh.generate.wording.linkerd import linkerd_values
from service_mesh.generate.wording.restarting import restarted, taken_back
from service_mesh.model.kinds import NAMESPACE

__all__ = ["linkerd"]


def linkerd(asked: ProxyResources, site: Site) -> Plan:  # noqa: ARG001  # cells have one shape
    """The same four amounts at each level: a pod's count before its namespace's, and those before the chart's."""
    gaps = tuple(_gaps(asked))
    if gaps:
        raise InexpressibleError(*gaps)
    place = asked.namespace or "NAMESPACE"
    parts = (f'{{.spec.{sort}[?(@.name=="linkerd-proxy")].resources}}' for sort in ("initContainers", "containers"))
    return Plan(
        steps=tuple(_steps(asked)),
        questions=tuple(questions(asked)),
        cast=cast(asked),
        verify=(
            f"kubectl get pod POD -n {place} -o jsonpath='{''.join(parts)}'",
            f"kubectl top pod -n {place} --containers",
        ),
        notes=tuple(_notes(asked)),
    )


def _steps(asked: ProxyResources) -> Iterator[Step]:
    annotations = {"annotations": dict(_annotations(asked))}
    if asked.namespace is None:
        values = {"amounts": _amounts(asked)}
        yield linkerd_values("linkerd/proxy-resources-values.yaml.j2", values=values)
    elif asked.workloads:
        for one in asked.workloads:
            yield Patch(one.owner, asked.namespace, one.name, {"spec": {"template": {"metadata": annotations}}})
    else:
        yield Patch(NAMESPACE, "", asked.namespace, {"metadata": annotations})
        yield restarted(asked.namespace)


def _amounts(asked: ProxyResources) -> dict[str, dict[str, str]]:
    """By what is measured, as the chart has it: `cpu: {request: 100m}`."""
    found: dict[str, dict[str, str]] = {}
    for sort, amounts in resources(asked).items():
        for name, text in amounts.items():
            found.setdefault(name, {})[sort.removesuffix("s")] = text
    return found


def _annotations(asked: ProxyResources) -> Iterator[tuple[str, str]]:
    for name, amounts in _amounts(asked).items():
        yield from ((f"config.linkerd.io/proxy-{name}-{sort}", text) for sort, text in amounts.items())


def _notes(asked: ProxyResources) -> Iterator[str]:
    yield UNPROVED
    if asked.workloads:
        yield "the annotations are those of the pods, so they are replaced"
    elif asked.namespace is not None:
        yield taken_back("those resources")
    else:
        yield "proxies get it when they are made: restart the workloads afterwards"
    if asked.cpu_limit:
        yield "the proxy runs as many threads as its limit has processors, rounded up"


def _gaps(asked: ProxyResources) -> Iterator[Gap]:
    if asked.waypoint:
        yield Gap("a waypoint: Linkerd has none", "name `workloads`, whose proxies get the resources")
    if asked.threads is not None:
        yield Gap("a number of threads: a proxy goes by its processors", "give `cpu_limit`, which is rounded up")
