"""Topics about progressive delivery: which rules find mistakes in them, which cases show it."""

from tools.pages.topic import Topic

__all__ = ["DELIVERY_TOPICS"]


def _topic(name: str, rules: str, *evals: str) -> Topic:
    return Topic(name, "references/delivery.md", "validate_config", "", tuple(rules.split()), evals)


DELIVERY_TOPICS = (
    _topic(
        "Flagger: targets, generated objects and providers",
        "DL101 DL102 DL103 DL104 DL105 DL106 DL107 DL108 DL109 DL110 DL113 DL117 DL124 DL125 DL126 DL127",
    ),
    _topic(
        "Flagger: weights, metrics and load tests",
        "DL111 DL112 DL116 DL119 DL120 DL121 DL122 DL123",
        "metric-without-bounds-passes-every-release",
        "policies-and-canary-that-fit-pass",
        "webhooks-of-a-canary-stand-in-the-wrong-place",
    ),
    _topic(
        "Argo Rollouts: steps, services and routing",
        "DL115 DL118 DL128 DL129 DL130 DL131 DL132 DL133 DL134 DL138 DL139",
        "weights-of-a-rollout-come-back-with-every-apply",
    ),
    _topic(
        "Argo Rollouts: analyses",
        "DL114 DL135 DL136 DL137",
    ),
)
