"""The observe-only stage that some policies can begin with: what would be refused is logged, and nothing is refused."""

from collections.abc import Mapping

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.plan import Gap, Sheet, Stage
from service_mesh.generate.site import Site

__all__ = [
    "AUDIT_SINCE",
    "CILIUM_AUDIT",
    "ENFORCE",
    "ISTIO_LOOK",
    "NO_DRY_RUN",
    "OBSERVE",
    "needs_linkerd_audit",
    "observe_stages",
    "staged_sheets",
]

OBSERVE, ENFORCE = "observe", "enforce"

ISTIO_LOOK = (
    "requests that a dry-run policy would refuse are logged at debug level and counted:"
    " istioctl proxy-config log deploy/NAME --level rbac:debug, then kubectl logs deploy/NAME -c istio-proxy",
)
"""What shows calls that a dry-run policy would refuse."""

NO_DRY_RUN = Gap(
    "an observe-only stage in ambient mode: ztunnel takes dry-run policies only behind a switch of istiod, and before"
    " 1.29 enforces them",
    "leave `observe` away, and read `service-mesh preview` and ztunnel's log of connections first",
)
CILIUM_AUDIT = Gap(
    "an observe-only stage for one policy: audit mode is a setting of endpoints and of the agent",
    "leave `observe` away, and set audit mode on the endpoints: cilium-dbg endpoint config ID PolicyAuditMode=Enabled",
)
_NO_LINKERD_AUDIT = Gap(
    "an observe-only stage before Linkerd 2.16: Servers have no access policy",
    "leave `observe` away, and see who calls with linkerd viz edges and linkerd viz tap first",
)
AUDIT_SINCE = (24, 8, 2)
"""Linkerd's release that can audit, by Servers and by default."""


def observe_stages(look: tuple[str, ...], enforced: str) -> tuple[Stage, ...]:
    """The two stages.

    Args:
        look: What shows calls that would be refused.
        enforced: What the second stage does, in one sentence.
    """
    return (Stage(OBSERVE, "logs what would be refused, and refuses nothing", look), Stage(ENFORCE, enforced))


def staged_sheets(
    template: str, observed: Mapping[str, object], enforced: Mapping[str, object], undo: str = ""
) -> tuple[Sheet, ...]:
    """The files of the two stages.

    Args:
        template: The template of both.
        observed: What the first one reads.
        enforced: What the second one reads.
        undo: As for `Sheet`, of the second one.
    """
    return (
        Sheet("01-observe.yaml", template, observed, OBSERVE),
        Sheet("02-enforce.yaml", template, enforced, ENFORCE, undo=undo),
    )


def needs_linkerd_audit(site: Site) -> None:
    """Hold a release of Linkerd to Servers that can audit.

    Raises:
        InexpressibleError: It has none.
    """
    if not site.has("linkerd", *AUDIT_SINCE):
        raise InexpressibleError(_NO_LINKERD_AUDIT)
