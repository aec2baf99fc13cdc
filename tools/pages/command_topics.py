"""Topics about commands and queries in guides: which rules find mistakes in them, which cases show it."""

from tools.pages.topic import Topic

__all__ = ["COMMAND_TOPICS"]


def _topic(name: str, rules: str, *evals: str) -> Topic:
    return Topic(name, "references/commands.md", "validate_config", "", tuple(rules.split()), evals)


COMMAND_TOPICS = (
    _topic(
        "Removed and renamed commands of istioctl, linkerd and cilium",
        "CM101 CM102 CM103 CM104 CM105 CM106 CM110",
        "removed-command-in-a-guide",
    ),
    _topic("Commands that mislead or harm in troubleshooting", "CM107 CM108"),
    _topic("Queries of metrics", "CM120 CM127 IS286 IS287 LD192"),
    _topic("Patches", "CM121 CM122 CM138 CM139"),
    _topic("Downloads and releases in guides", "CM123 CM124 CM125"),
    _topic("Commands that install Istio", "CM126 CM133 CM134 CM137 CM141"),
    _topic("Commands that install Linkerd", "CM130 CM132"),
    _topic("Commands that join clusters", "CM131 CM135 CM136 CM140"),
    _topic(
        "Commands that install or upgrade Cilium",
        "CM113 CM114 CM115 CM116 CM117",
        "value-that-no-release-of-cilium-reads",
    ),
    _topic("Commands that install Flagger", "CM118 CM119", "flagger-for-linkerd-needs-another-provider"),
)
