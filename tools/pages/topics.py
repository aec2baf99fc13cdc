"""Topics of service-mesh guides and where this project answers them; data for docs/coverage.md."""

from tools.pages.access_topics import ACCESS_TOPICS
from tools.pages.choosing_topics import CHOOSING_TOPICS
from tools.pages.cilium_topics import CILIUM_TOPICS
from tools.pages.command_topics import COMMAND_TOPICS
from tools.pages.delivery_topics import DELIVERY_TOPICS
from tools.pages.gateway_topics import GATEWAY_TOPICS
from tools.pages.generate_topics import GENERATE_TOPICS
from tools.pages.istio_topics import ISTIO_TOPICS
from tools.pages.kubernetes_topics import KUBERNETES_TOPICS
from tools.pages.linkerd_topics import LINKERD_TOPICS
from tools.pages.status_topics import STATUS_TOPICS
from tools.pages.topic import Topic

__all__ = ["TOPICS"]

_VALIDATING = "references/validating.md"
_VERSIONS = "references/versions.md"
_TOOL = "validate_config"

TOPICS = (
    *ISTIO_TOPICS,
    *LINKERD_TOPICS,
    *CILIUM_TOPICS,
    *KUBERNETES_TOPICS,
    *GATEWAY_TOPICS,
    *DELIVERY_TOPICS,
    *ACCESS_TOPICS,
    *CHOOSING_TOPICS,
    *GENERATE_TOPICS,
    *STATUS_TOPICS,
    *COMMAND_TOPICS,
    Topic(
        "Old API versions and invented fields",
        _VALIDATING,
        _TOOL,
        "",
        ("SC106", "SC110", "SC111", "SC120", "SC121", "SC122", "SC125", "IS289"),
        (
            "broken-document-does-not-hide-the-others",
            "removed-api-version-names-its-successor",
            "scalars-are-read-like-the-api-server",
            "words-between-documents-are-refused",
        ),
    ),
    Topic(
        "Manifests for the release that runs, and upgrades",
        _VERSIONS,
        _TOOL,
        "",
        ("SC110", "SC111", "SC112", "SC120", "SC127", "SC140"),
        (
            "field-is-judged-by-the-release-that-runs",
            "field-is-refused-after-the-upgrade",
            "field-of-the-release-that-runs-is-kept-with-a-warning",
            "release-newer-than-known-is-judged-with-a-warning",
            "same-field-passes-in-the-newest-release",
            "version-that-is-none-is-refused",
            "versions-that-do-not-go-together",
        ),
    ),
    Topic(
        "Channels of the Gateway API",
        _VERSIONS,
        _TOOL,
        "",
        ("SC110", "SC112", "SC128"),
        ("channel-decides-about-a-version", "channel-that-is-none-is-refused"),
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
        "CRDs of one's own",
        _VERSIONS,
        _TOOL,
        "",
        ("SC136", "SC141"),
        (
            "faulty-definition-leaves-its-kind-unchecked",
            "given-definition-judges-its-kind",
            "kind-without-a-definition-is-not-checked",
        ),
    ),
    Topic(
        "Codes of istioctl, Kiali and Linkerd",
        "references/rules/index.md",
        _TOOL,
        "",
        (),
        ("code-of-kiali-stands-on-the-page-of-a-rule", "declined-code-says-why", "rules-for-a-code-of-istioctl"),
    ),
    Topic("Duplicate YAML keys", _VALIDATING, _TOOL, "", ("SC102",)),
    Topic(
        "Validating before applying, in a pipeline or by an agent",
        _VALIDATING,
        _TOOL,
        "",
        ("SC901", "SC902"),
        ("clean-mesh-passes", "absent-rule-in-a-partial-input-is-not-an-error"),
    ),
)
