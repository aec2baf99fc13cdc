"""istio-plugged-in-ca for Istio: a script that makes the root and the CAs, and plugs them in; or a Certificate."""

from collections.abc import Iterator
from dataclasses import replace

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.istio_plugged_in_ca.parameters import PluggedInCa, Running
from service_mesh.generate.plan import Command, Form, Gap, Plan, Sheet, Stage, Step
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.certificates import CLIENT, SERVER, call_between

__all__ = ["istio"]

_SCRIPT = "istio-ca.sh"
_STAGES = (
    Stage(
        "trust-both",
        "the old CA goes on signing, and the new root is trusted beside the old one",
        (
            "every proxy trusts both: with its next certificate, which is within a day, or when it is restarted",
            "istioctl proxy-config secret POD -n NAMESPACE -o json shows two certificates in ROOTCA",
        ),
    ),
    Stage(
        "sign",
        "the new CA signs, and both roots are trusted",
        (
            "every proxy has a certificate of the new CA: within a day, or when it is restarted",
            "istioctl proxy-config rootca-compare POD1.NAMESPACE1 POD2.NAMESPACE2",
        ),
    ),
    Stage("drop-old", "the old root is no longer trusted"),
)


def istio(asked: PluggedInCa, site: Site) -> Plan:
    """The Secret `cacerts` of istiod, in each cluster."""
    if asked.issuer is not None:
        return _by_issuer(asked, site)
    if asked.replaces is not None and site.dialect is Dialect.ISTIO_AMBIENT:
        raise InexpressibleError(_TWO_ROOTS)
    home = site.root_namespace
    values = {
        "asked": asked,
        "home": home,
        "clusters": [{"name": one.name, "context": one.context or one.name} for one in asked.clusters],
        "names": [one.name for one in asked.clusters],
        "old": "istio-ca-secret" if asked.replaces is Running.SELF_SIGNED else "cacerts",
    }
    script = Sheet(_SCRIPT, "istio/plugged-in-ca.sh.j2", values, form=Form.OTHER, apply=f"bash {_SCRIPT} make")
    return Plan(
        steps=(script, *_plugging(asked)),
        questions=tuple(_questions(asked)),
        cast=(CLIENT, SERVER),
        stages=_STAGES if asked.replaces is not None else (),
        prerequisites=tuple(_prerequisites(asked, home)),
        verify=_verify(home),
        notes=tuple(_notes(asked, site)),
    )


def _plugging(asked: PluggedInCa) -> Iterator[Step]:
    if asked.replaces is None:
        yield Command(f"bash {_SCRIPT} install", undo=f"bash {_SCRIPT} back")
        return
    before = "back"
    for stage in _STAGES:
        yield Command(f"bash {_SCRIPT} {stage.name}", stage.name, undo=f"bash {_SCRIPT} {before}")
        before = stage.name


def _by_issuer(asked: PluggedInCa, site: Site) -> Plan:
    home = site.root_namespace
    values = {"asked": asked, "home": home, "cluster": asked.clusters[0].name}
    wait = f"kubectl wait certificate/cacerts -n {home} --for=condition=Ready --timeout=120s"
    return Plan(
        steps=(Sheet("plugged-in-ca.yaml", "istio/plugged-in-ca.yaml.j2", values), Command(wait)),
        questions=tuple(_questions(asked)),
        cast=(CLIENT, SERVER),
        prerequisites=(
            f"cert-manager, namespace {home} and no istiod yet: another root stops a mesh that runs",
            "an issuer that signs CAs, and that fills in `ca.crt`: istiod takes the root from there",
        ),
        verify=(f"kubectl get secret cacerts -n {home}", *_verify(home)),
        notes=(
            *_always(site),
            "each cluster has such a Certificate of its own, signed below one root",
            "istiod takes up a renewed CA by itself as long as the root stays the same",
        ),
    )


def _questions(asked: PluggedInCa) -> Iterator[CallQuestion]:
    """Workloads go on calling each other, at every stage."""
    question = call_between()
    if asked.replaces is None:
        yield question
    else:
        yield from (replace(question, stage=stage.name) for stage in _STAGES)


def _prerequisites(asked: PluggedInCa, home: str) -> Iterator[str]:
    yield "a machine apart from every cluster, with bash, openssl and kubectl: the key of the root is made there"
    contexts = ", ".join(one.context or one.name for one in asked.clusters)
    yield f"contexts {contexts} of kubectl, with namespace {home}"
    if asked.replaces is None:
        yield "no istiod yet: another root stops a mesh that runs, see `replaces`"


def _verify(home: str) -> tuple[str, ...]:
    return (
        f"kubectl logs -n {home} deploy/istiod | grep -i 'signing ca'",
        "istioctl proxy-config rootca-compare POD1.NAMESPACE1 POD2.NAMESPACE2",
    )


def _always(site: Site) -> Iterator[str]:
    yield "it is simulated as a mesh that has its certificates: what istiod signs is not simulated"
    if site.dialect is Dialect.ISTIO_AMBIENT:
        yield "ztunnel asks istiod for certificates as sidecars do: nothing more is to be set"


def _notes(asked: PluggedInCa, site: Site) -> Iterator[str]:
    yield from _always(site)
    yield "root/root-key.pem signs for the whole mesh: take it offline when every cluster has its CA"
    yield f"a CA ends after {asked.ca_days} days: before, bash {_SCRIPT} renew plugs in another below the same root"
    if asked.replaces is not None:
        yield "a stage that is taken too early refuses calls between proxies that do not trust each other yet"
        yield "with revisions, restart each istiod-REVISION too: a new root is read when istiod starts"


_TWO_ROOTS = Gap(
    "a CA replaced in a mesh that runs, in ambient mode: that ztunnel trusts two roots at once is not certain",
    "a new mesh beside it, or a CA below the same root, which needs no stages",
)
