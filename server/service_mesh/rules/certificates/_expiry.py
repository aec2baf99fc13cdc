"""Certificates whose dates are wrong, each once: copies are counted, and what an ended authority signed is left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from service_mesh.mesh.certificate_uses import CARRIERS, USE_KINDS, WEBHOOKS, Role, Use, uses, uses_in
from service_mesh.mesh.certificates import Certificate
from service_mesh.mesh.istio_roots import stale_roots
from service_mesh.mesh.renewal import certificate_for, is_kept_by_cert_manager, renewal_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.webhook_servers import untrusted_bundles
from service_mesh.model.instants import DAY, text_of
from service_mesh.model.kinds import API_SERVICE, CERTIFICATE, CONFIG_MAP, SECRET
from service_mesh.model.resource import Resource, ResourceKey

__all__ = ["READS", "Aged", "Verdict", "aged", "is_reported", "subject_of"]

READS = tuple(kind for kind in (*USE_KINDS, CERTIFICATE) if kind not in CARRIERS)
"""What rules about dates read besides what they are asked about."""

_WATCHED_DAYS = 60
"""Days at which `linkerd check` begins to warn (`linkerd/linkerd2: pkg/issuercerts/issuercerts.go`)."""

_DAYS = 30
_SHARE = 3
_KEPT_SHARE = 6
_BRIEF_DAYS = 2
_BRIEF_SHARE = 24
_GRACE = 3600


class Verdict(Enum):
    """What is wrong with the dates of a certificate."""

    ENDED = auto()
    EARLY = auto()
    SOON = auto()
    WATCHED = auto()
    LEFT_OVER = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Aged:
    """A certificate with wrong dates.

    Attributes:
        use: Its original place.
        certificate: The certificate.
        verdict: What is wrong.
        days: Whole days until it ends, negative when it is over.
        copies: Other objects that hold it.
    """

    use: Use
    certificate: Certificate
    verdict: Verdict
    days: int
    copies: int

    @property
    def ends_on(self) -> str:
        """The day on which it ends."""
        return text_of(self.certificate.not_after)[:10]

    @property
    def elsewhere(self) -> str:
        """What a message adds about copies."""
        if not self.copies:
            return ""
        return f"; {self.copies} other objects hold it too" if self.copies > 1 else "; another object holds it too"


def aged(mesh: MeshView, resource: Resource, *verdicts: Verdict) -> Iterator[Aged]:
    """The certificates of an object whose dates are wrong in one of these ways."""
    mesh.mark_read(*CARRIERS, *READS)
    yield from (one for one in mesh.index(_by_object).get(resource.key, ()) if one.verdict in verdicts)


def is_reported(mesh: MeshView, secret: Resource) -> bool:
    """Tell whether the dates of an object's certificates are a problem of their own already."""
    return any(aged(mesh, secret, Verdict.ENDED, Verdict.EARLY, Verdict.SOON))


def subject_of(use: Use, certificate: Certificate) -> str:
    """How a message begins: what a certificate is for, and whom it names."""
    return f"{use.what} ('{certificate.title}')"


def _by_object(mesh: MeshView) -> Mapping[ResourceKey, tuple[Aged, ...]]:
    found: dict[ResourceKey, list[Aged]] = {}
    for cluster in dict.fromkeys(use.resource.cluster for use in uses(mesh)):
        now = mesh.now(cluster)
        for one in _judged(mesh, cluster, now) if now is not None else ():
            found.setdefault(one.use.resource.key, []).append(one)
    return {key: tuple(held) for key, held in found.items()}


def _judged(mesh: MeshView, cluster: str, now: float) -> list[Aged]:
    found = [one for one in (_verdict(mesh, *entry, now) for entry in _originals(mesh, cluster)) if one is not None]
    by_subject: dict[str, list[Aged]] = {}
    for one in found:
        by_subject.setdefault(one.certificate.subject, []).append(one)
    return [one for one in found if not any(_is_cause(o, one) for o in by_subject.get(one.certificate.issuer, ()))]


def _originals(mesh: MeshView, cluster: str) -> Iterator[tuple[Use, Certificate, int]]:
    """Each certificate once, at its original place, with the number of other objects that hold it."""
    places: dict[object, list[tuple[Use, Certificate]]] = {}
    for use in uses_in(mesh, cluster):
        for certificate in () if _is_out_of_place(mesh, use) else use.chain:
            places.setdefault(certificate.fingerprint or id(certificate), []).append((use, certificate))
    for held in places.values():
        use, certificate = min(held, key=lambda entry: entry[0].rank)
        yield use, certificate, len({other.resource.key for other, _ in held}) - 1


def _is_out_of_place(mesh: MeshView, use: Use) -> bool:
    """Whether these roots are the wrong ones, which is said of itself: then it does not matter how long they last."""
    if use.resource.kind == CONFIG_MAP and use.mesh == "istio":
        return any(one is use.resource for one in stale_roots(mesh, use.resource.cluster))
    is_bundle = use.resource.kind in (*WEBHOOKS, API_SERVICE)
    return is_bundle and use.node.pointer in untrusted_bundles(mesh, use.resource)


def _verdict(mesh: MeshView, use: Use, certificate: Certificate, copies: int, now: float) -> Aged | None:
    days, left = certificate.days_left(now), (certificate.not_after - now) / DAY
    verdict = None
    if certificate.not_after < now:
        verdict = Verdict.ENDED if _is_needed(mesh, use, certificate, now) else Verdict.LEFT_OVER
    elif certificate.not_before > now:
        verdict = Verdict.EARLY if _is_needed(mesh, use, certificate, now) else None
    elif left < _said_limit(mesh, use, certificate, now):
        verdict = Verdict.SOON if _is_needed(mesh, use, certificate, now) else None
    elif use.mesh == "linkerd" and left < _limit(mesh, use, certificate, now, _WATCHED_DAYS):
        verdict = Verdict.WATCHED if _is_needed(mesh, use, certificate, now) else None
    return Aged(use, certificate, verdict, days, copies) if verdict is not None else None


def _said_limit(mesh: MeshView, use: Use, certificate: Certificate, now: float) -> float:
    """From how many days on a certificate is to be renewed: as many as the caller says."""
    said = mesh.cert_days(use.resource.cluster)
    return said if said is not None else _limit(mesh, use, certificate, now, _DAYS)


def _limit(mesh: MeshView, use: Use, certificate: Certificate, now: float, days: int) -> float:
    """From how many days on the end of a certificate is near.

    Short-lived ones are renewed by programs, at two thirds of their time as a rule: they are late in the last third.
    What cert-manager keeps is late when its renewal is; where only its mark on the Secret is known, in the last sixth.
    Of a day or two it is the last twenty-fourth: Linkerd has certificates of its webhooks, of 24 hours, renewed an hour
    before their end (https://linkerd.io/2/tasks/automatically-rotating-webhook-tls-credentials/).
    """
    share = (certificate.not_after - certificate.not_before) / DAY
    if use.resource.kind != SECRET or not is_kept_by_cert_manager(mesh, use.resource):
        return min(days, share / _SHARE)
    keeper = certificate_for(mesh, use.resource)
    renewal = renewal_of(keeper) if keeper is not None else None
    if renewal is not None and renewal + _GRACE > now:
        return 0
    return min(days, share / (_KEPT_SHARE if share > _BRIEF_DAYS else _BRIEF_SHARE))


def _is_needed(mesh: MeshView, use: Use, certificate: Certificate, now: float) -> bool:
    """Whether anything hangs on it: of several trusted roots, one that no valid other one can stand in for."""
    others = [one for one in use.chain if one is not certificate and one.is_valid(now)]
    if use.role is not Role.ROOTS or not others:
        return True
    signed = (
        one
        for other in uses_in(mesh, use.resource.cluster)
        if other.mesh == use.mesh and other.role is not Role.ROOTS
        for one in other.chain
        if one.is_signed_by(certificate) and one.fingerprint != certificate.fingerprint
    )
    return any(not any(one.is_signed_by(other) for other in others) for one in signed)


def _is_cause(above: Aged, below: Aged) -> bool:
    """Whether a certificate is only as bad as the one that signed it."""
    if below.certificate.is_root or above.verdict is not below.verdict:
        return False
    if not below.certificate.is_signed_by(above.certificate):
        return False
    if above.verdict is Verdict.EARLY:
        return above.certificate.not_before >= below.certificate.not_before
    return above.certificate.not_after <= below.certificate.not_after
