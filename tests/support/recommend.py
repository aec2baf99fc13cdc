"""A recommendation, and an operation that gives one and remembers what it was asked."""

from dataclasses import dataclass, field

from service_mesh.operations.recommend_result import (
    Evidence,
    Factor,
    OptionView,
    Out,
    RecommendResult,
    ResourceEstimate,
    UnknownFact,
)
from service_mesh.operations.request import RecommendRequest
from service_mesh.operations.result import NotChecked

__all__ = ["AMBIENT", "RecommendRecorder"]

_OUT = Out("constraints.cni", "it has to be the network plugin, and calico may not change", ("cilium.own-cni",))

AMBIENT = RecommendResult(
    recommendation="istio-ambient",
    confidence=0.64,
    ranking=(
        OptionView(
            "istio-ambient",
            0.742,
            ("security: 0.90",),
            ("jwt: beta, at a waypoint",),
            (),
            (Factor("security", 2.0, 0.9, ("jwt: beta, at a waypoint",)), Factor("latency", 1.0, 1.0)),
        ),
        OptionView("cilium", 0.5, (), (), (_OUT,), (Factor("security", 2.0, 0.4),)),
    ),
    sensitivity=("would become linkerd if simplicity were above 3.0 (it is 2)",),
    resource_estimate=(
        ResourceEstimate("istio-ambient", (3600.0, 13800.0), (3800.0, 28000.0), ("40 node agents",), ()),
        ResourceEstimate("cilium", None, None, (), ("sizes.nodes",)),
    ),
    next_steps=("enrol one namespace",),
    unknowns=(UnknownFact("constraints.platform", "which managed offerings there are"),),
    evidence=(
        Evidence(
            "istio-ambient.jwt",
            "istio-ambient",
            "jwt",
            "level beta, utility 0.7",
            "at a waypoint",
            "https://istio.io/latest/",
            "2026-07-01",
            "high",
            is_old=True,
        ),
    ),
    detected=("cni: calico, from DaemonSet kube-system/calico-node",),
    not_checked=(NotChecked("nodes", "they were not read", "save them too"),),
    notes=("measure in your own cluster",),
)


@dataclass
class RecommendRecorder:
    """An operation that answers with `result` and keeps the requests."""

    result: RecommendResult = AMBIENT
    requests: list[RecommendRequest] = field(default_factory=list)

    def __call__(self, request: RecommendRequest) -> RecommendResult:
        self.requests.append(request)
        return self.result
