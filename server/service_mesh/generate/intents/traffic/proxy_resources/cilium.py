"""proxy-resources for Cilium: values of the chart for the Envoy that each node runs."""

from collections.abc import Iterator

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.proxy_resources.parameters import (
    UNPROVED,
    ProxyResources,
    cast,
    questions,
    resources,
)
from service_mesh.generate.plan import Command, Form, Gap, Plan, Sheet
from service_mesh.generate.site import Site

__all__ = ["cilium"]

_VALUES = "cilium-values.yaml"


def cilium(asked: ProxyResources, site: Site) -> Plan:  # noqa: ARG001  # cells have one shape
    """One amount for every node: its Envoy reads the requests of all pods there."""
    gaps = tuple(_gaps(asked))
    if gaps:
        raise InexpressibleError(*gaps)
    sheet = Sheet(
        _VALUES,
        "cilium/proxy-resources-values.yaml.j2",
        {"resources": resources(asked)},
        form=Form.VALUES,
        apply=f"helm upgrade cilium cilium/cilium -n kube-system --version VERSION --reuse-values -f {_VALUES}",
        undo="helm rollback cilium -n kube-system",
    )
    return Plan(
        steps=(sheet, Command("kubectl rollout status daemonset/cilium-envoy -n kube-system --timeout=10m")),
        questions=tuple(questions(asked)),
        cast=cast(asked),
        prerequisites=(
            "Envoy runs beside the agent, and not within it: kubectl get daemonset cilium-envoy -n kube-system",
        ),
        verify=("kubectl top pod -n kube-system -l k8s-app=cilium-envoy",),
        notes=(
            UNPROVED,
            "Envoy is replaced node by node: requests that it reads at that moment break",
            "helm list -n kube-system names the version of the chart that is installed: VERSION stands for it",
        ),
    )


def _gaps(asked: ProxyResources) -> Iterator[Gap]:
    if asked.namespace is not None:
        yield Gap(
            "resources for a part of the cluster: one Envoy of each node reads the requests of all its pods",
            "leave `namespace` and what is in it away",
        )
    if asked.threads is not None:
        yield Gap("a number of threads of the node's Envoy", "leave `threads` away, and give `cpu` and `memory`")
