"""Facts about commands that guides still name and that are gone, were never there, or stand somewhere else now."""

from dataclasses import dataclass
from enum import Enum

from service_mesh.model.command import Word
from service_mesh.model.grade import Severity
from service_mesh.rules.commands._calls import Call, flag_name

__all__ = ["FACTS", "Fact", "State", "fact_about"]


class State(Enum):
    """What became of a command."""

    REMOVED = "removed"
    NEVER = "never"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of one command.

    Attributes:
        line: Program and sub-commands under their first names; the last may be an argument.
        state: What became of it.
        what: What happened, continues the command's name.
        instead: What to do, a full phrase.
        source: Where it was read.
        flags: The fact holds only with one of these flags.
        severity: A milder grade than the rule's.
    """

    line: str
    state: State
    what: str
    instead: str
    source: str
    flags: tuple[str, ...] = ()
    severity: Severity | None = None


_ROOT = "istio: istioctl/cmd/root.go"
_MESH = "istio: releasenotes/notes/drop-istioctl-mesh.yaml"
_L5D = "linkerd2: cli/cmd/root.go"
_DBG = "cilium: Documentation/cmdref/cilium-dbg_policy.md"
_SERVICE = "cilium: Documentation/cmdref/cilium-dbg_service.md"
_GONE = "is not in istioctl 1.31"
_INJECT = "label the namespace 'istio-injection=enabled' and restart the workload"
_VERDICTS = "watch 'hubble observe --type policy-verdict' or 'cilium-dbg monitor --type policy-verdict' in the agent"


def _removed(line: str, what: str, instead: str, source: str, severity: Severity | None = None) -> Fact:
    return Fact(line, State.REMOVED, what, instead, source, severity=severity)


def _moved(line: str, instead: str, source: str = _ROOT, what: str = _GONE, severity: Severity | None = None) -> Fact:
    return Fact(line, State.MOVED, what, f"use '{instead}'", source, severity=severity)


def _viz(name: str) -> Fact:
    what = "is since 2.10 only a deprecated alias that needs the viz extension"
    return _moved(f"linkerd {name}", f"linkerd viz {name}", _L5D, what, Severity.WARNING)


def _policy(name: str, instead: str) -> tuple[Fact, ...]:
    what = "is not in the command reference of Cilium 1.20"
    return tuple(_removed(f"{tool} policy {name}", what, instead, _DBG) for tool in ("cilium", "cilium-dbg"))


def _trace(tool: str) -> Fact:
    return _removed(f"{tool} policy trace", "was removed in Cilium 1.14", _VERDICTS, _DBG)


def _service(tool: str, name: str) -> Fact:
    return _removed(f"{tool} service {name}", "was removed in Cilium 1.18", "use 'cilium-dbg service list'", _SERVICE)


FACTS: tuple[Fact, ...] = (
    _removed(
        "istioctl authn",
        "was removed in Istio 1.6",
        "use 'istioctl experimental describe pod POD', or 'istioctl ztunnel-config workload' in ambient mode",
        "istio: pull request 22407",
    ),
    _removed(
        "istioctl verify-install",
        "was removed in Istio 1.24",
        "use 'istioctl analyze' and 'kubectl rollout status -n istio-system deploy/istiod'",
        _ROOT,
    ),
    _removed(
        "istioctl operator",
        "was removed in Istio 1.24 together with the operator in the cluster",
        "use 'istioctl install -f FILE' or Helm",
        "istio: commit c2b027c4e06",
    ),
    _removed(
        "istioctl profile",
        _GONE,
        "use 'istioctl manifest generate --set profile=NAME' to see what a profile sets",
        "istio: releasenotes/notes/operator-drop-dump.yaml",
    ),
    _removed(
        "istioctl experimental revision", _GONE, "use 'istioctl tag list'", "istio: releasenotes/notes/drop-iop.yaml"
    ),
    _removed("istioctl experimental add-to-mesh", _GONE, _INJECT, _MESH),
    _removed(
        "istioctl experimental remove-from-mesh",
        _GONE,
        "label the pods 'sidecar.istio.io/inject=false' and restart the workload",
        _MESH,
    ),
    _removed("istioctl experimental kube-uninject", _GONE, "apply the manifest that was not injected", _MESH),
    _removed(
        "istioctl experimental multicluster",
        _GONE,
        "use 'istioctl create-remote-secret'",
        "istio: releasenotes/notes/remove-experimental-multicluster.yaml",
    ),
    _removed("istioctl experimental wait", _GONE, "compare with 'istioctl proxy-status'", _ROOT),
    _removed("istioctl manifest diff", _GONE, "compare two outputs of 'istioctl manifest generate'", _ROOT),
    _removed(
        "linkerd jaeger",
        "was removed in edge-25.10.1 with the Jaeger extension",
        "send the proxies' traces to an OTLP collector and ask Jaeger itself",
        "linkerd2: commit fc75ab8bf",
    ),
    *(
        _removed(
            f"linkerd viz stat {name}",
            "finds nothing: the SMI resource is no longer known to the command",
            "use 'linkerd viz stat-outbound' or 'linkerd viz stat svc/NAME'",
            "linkerd2: viz/cmd/stat.go",
            Severity.WARNING,
        )
        for name in ("trafficsplit", "trafficsplits")
    ),
    _trace("cilium"),
    _trace("cilium-dbg"),
    *(_service(tool, name) for tool in ("cilium", "cilium-dbg") for name in ("get", "update", "delete")),
    *_policy("validate", "use 'kubectl apply --dry-run=server -f FILE'"),
    *_policy("import", "use 'kubectl apply -f FILE'"),
    *_policy("delete", "use 'kubectl delete -f FILE'"),
    _removed("hubble record", "is not in Hubble 1.20", "capture in the pod with tcpdump", "cilium: hubble/cmd/root.go"),
    Fact(
        "istioctl experimental ca",
        State.NEVER,
        "does not exist",
        "make the certificates with your CA and store them in the secret 'cacerts'",
        "istio: history of istioctl/cmd",
    ),
    *(
        Fact(
            f"linkerd identity {name}",
            State.NEVER,
            f"does not exist, '{name}' is read as the name of a pod",
            instead,
            "linkerd2: cli/cmd/identity.go",
        )
        for name, instead in (
            ("list", "use 'linkerd identity -n NAMESPACE -l SELECTOR'"),
            ("show", "use 'linkerd identity -n NAMESPACE POD'"),
            ("check", "use 'linkerd check --proxy'"),
        )
    ),
    *(_viz(name) for name in ("dashboard", "edges", "routes", "stat", "tap", "top")),
    Fact(
        "linkerd profile",
        State.MOVED,
        "takes no live traffic",
        "use 'linkerd viz profile --tap'",
        "linkerd2: cli/cmd/profile.go, viz/cmd/profile.go",
        ("tap", "tap-duration", "tap-route-limit"),
    ),
    _moved(
        "linkerd multicluster link",
        "linkerd multicluster link-gen",
        "linkerd2: multicluster/cmd/link.go",
        "is deprecated since 2.18",
        Severity.WARNING,
    ),
    Fact(
        "linkerd multicluster unlink",
        State.MOVED,
        "is deprecated since 2.18",
        "take the cluster out of the Helm value 'controllers' and delete its Link",
        "linkerd2: multicluster/cmd/unlink.go",
        severity=Severity.WARNING,
    ),
    *(
        _moved(
            f"linkerd {name}",
            f"linkerd diagnostics {now}",
            "linkerd2: cli/cmd/diagnostics.go",
            "is not in the command reference of 2.20",
            Severity.WARNING,
        )
        for name, now in (
            ("endpoints", "endpoints"),
            ("metrics", "proxy-metrics"),
            ("controller-metrics", "controller-metrics"),
        )
    ),
    _moved("istioctl authz", "istioctl experimental authz", _ROOT, "only says that it is experimental"),
)
"""The longest line that fits a call is what is known of it."""


def fact_about(call: Call) -> tuple[Fact, Word] | None:
    """What is known of a call, and the word that shows it; None if nothing is."""
    program = call.tool.programs[0]
    names = (program, *(name.partition("/")[0] for name, _ in call.line[:3]))
    by_line = {fact.line: fact for fact in FACTS if fact.line.startswith(program)}
    for length in range(len(names), 1, -1):
        fact = by_line.get(" ".join(names[:length]))
        if fact is None:
            continue
        flag = next((word for word in call.words if flag_name(word.text) in fact.flags), None)
        if not fact.flags or flag is not None:
            return fact, flag or call.line[length - 2][1]
    return None
