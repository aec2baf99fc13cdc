"""Topics of service-mesh guides and where this project answers them; data for docs/coverage.md."""

from dataclasses import dataclass

__all__ = ["TOPICS", "Topic"]


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of the guides.

    Attributes:
        name: The topic, in the words that guides use for it.
        page: Path of the reference page that treats it, from the repository's root.
        tool: Tool that answers questions about it.
        intent: Intent that generates it, empty while there is none.
        rules: Codes that find mistakes in it.
        evals: Names of evaluation cases.
    """

    name: str
    page: str
    tool: str
    intent: str = ""
    rules: tuple[str, ...] = ()
    evals: tuple[str, ...] = ()


_VALIDATING = "references/validating.md"
_TRAFFIC = "references/istio-traffic.md"
_COMMANDS = "references/commands.md"
_TOOL = "validate_config"

TOPICS = (
    Topic(
        "Canary: weighted routing over subsets", _TRAFFIC, _TOOL, "", ("IS103", "IS107"), ("subset-typo-is-located",)
    ),
    Topic("Blue/green and rollback by another VirtualService", _TRAFFIC, _TOOL, "", ("IS105",)),
    Topic("A/B and header routing: order of rules", _TRAFFIC, _TOOL, "", ("IS108", "IS109")),
    Topic("Circuit breaker and outlier detection", _TRAFFIC, _TOOL, "", ("IS101",), ("ignored-field-gets-a-fix",)),
    Topic("Load balancing", _TRAFFIC, _TOOL, "", ("IS102",)),
    Topic("Several DestinationRules for one host", _TRAFFIC, _TOOL, "", ("IS106",)),
    Topic("Retries and timeouts", _TRAFFIC, _TOOL, "", ("IS112", "IS113")),
    Topic("Ingress gateway and outside hosts", _TRAFFIC, _TOOL, "", ("IS104", "IS111")),
    Topic("CORS", _TRAFFIC, _TOOL, "", ("IS114",)),
    Topic("Locality failover", _TRAFFIC, _TOOL, "", ("IS116",)),
    Topic("Short host names and delegates", _TRAFFIC, _TOOL, "", ("IS115", "IS117")),
    Topic("Service ports and protocol selection", _TRAFFIC, _TOOL, "", ("IS110",)),
    Topic(
        "Old API versions and invented fields",
        _VALIDATING,
        _TOOL,
        "",
        ("SC110", "SC111", "SC120", "SC121", "SC122", "SC125"),
        ("broken-document-does-not-hide-the-others", "scalars-are-read-like-the-api-server"),
    ),
    Topic(
        "Manifests for the release that runs, and upgrades",
        _VALIDATING,
        _TOOL,
        "",
        ("SC110", "SC112", "SC127", "SC140"),
        (
            "field-is-judged-by-the-release-that-runs",
            "release-newer-than-known-is-judged-with-a-warning",
            "versions-that-do-not-go-together",
        ),
    ),
    Topic(
        "Fields that need or exclude each other",
        _VALIDATING,
        _TOOL,
        "",
        ("SC130", "SC131", "SC132", "SC133", "SC134", "SC135"),
        ("alternatives-exclude-each-other", "port-exceptions-need-a-selector", "redirect-takes-no-backends"),
    ),
    Topic(
        "Linkerd policies, routes and profiles that the webhook refuses",
        _VALIDATING,
        _TOOL,
        "",
        ("LD101", "LD102", "LD104", "LD107", "LD111", "LD113", "LD115", "LD117"),
    ),
    Topic(
        "Cilium policies that the agent refuses",
        _VALIDATING,
        _TOOL,
        "",
        ("CI101", "CI103", "CI105", "CI107", "CI109", "CI112", "CI114", "CI115"),
    ),
    Topic("CRDs of one's own", _VALIDATING, _TOOL, "", ("SC136", "SC141"), ("given-definition-judges-its-kind",)),
    Topic("Duplicate YAML keys", _VALIDATING, _TOOL, "", ("SC102",)),
    Topic(
        "Removed and renamed commands of istioctl, linkerd and cilium",
        _COMMANDS,
        _TOOL,
        "",
        ("CM101", "CM102", "CM103", "CM104", "CM105", "CM106", "CM110"),
        ("removed-command-in-a-guide",),
    ),
    Topic("Commands that mislead or harm in troubleshooting", _COMMANDS, _TOOL, "", ("CM107", "CM108")),
    Topic(
        "Validating before applying, in a pipeline or by an agent",
        _VALIDATING,
        _TOOL,
        "",
        ("SC901", "SC902"),
        ("clean-mesh-passes", "absent-rule-in-a-partial-input-is-not-an-error"),
    ),
)
