"""Topics about choosing a mesh: which page answers, which cases show it."""

from tools.pages.topic import Topic

__all__ = ["CHOOSING_TOPICS"]


def _topic(name: str, *evals: str) -> Topic:
    return Topic(name, "references/decision-tree.md", "recommend_mesh", "", (), evals)


CHOOSING_TOPICS = (
    _topic(
        "Choosing a mesh: what rules an option out",
        "plugin-that-may-not-change-rules-cilium-out",
        "tokens-as-a-must-rule-linkerd-out",
        "windows-nodes-as-a-must-rule-istio-and-cilium-out",
    ),
    _topic("Choosing a mesh: when none is needed", "monolith-of-one-team-needs-no-mesh"),
    _topic("Choosing a mesh: what was not said", "without-needs-nothing-is-recommended"),
    _topic("Choosing a mesh: facts from the cluster that is there", "snapshot-fills-in-what-nobody-said"),
    _topic("Choosing a mesh: overhead of latency and resources, with source and conditions"),
    _topic("Choosing a mesh: managed offerings, who upgrades them, and what is retired"),
)
