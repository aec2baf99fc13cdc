"""workload-certificates for Linkerd: cert-manager renews what its identity service signs with, below a trust anchor."""

from collections.abc import Iterator

from service_mesh.generate.cast import Actor
from service_mesh.generate.intents.security.workload_certificates.parameters import (
    CERT_MANAGER,
    WorkloadCertificates,
    cast,
    questions,
)
from service_mesh.generate.plan import LINKERD_VALUES, Command, Form, Gap, Patch, Plan, Sheet, Step
from service_mesh.generate.site import Site
from service_mesh.model.kinds import DEPLOYMENT, NAMESPACE

__all__ = ["linkerd"]

_HOME = "linkerd"
_IDENTITY = Actor(_HOME, "linkerd-identity", ports=(8080,), services={"linkerd-identity": 8080}, is_meshed=False)
_LABEL = {"metadata": {"labels": {"linkerd.io/is-control-plane": "true"}}}


def linkerd(asked: WorkloadCertificates, site: Site) -> Plan:
    """The anchor, the issuer below it, and the bundle that everybody trusts."""
    runs = site.view.find(DEPLOYMENT, _HOME, "linkerd-identity") is not None
    return Plan(
        steps=tuple(_steps(asked, "rollback" if runs else "uninstall")),
        questions=tuple(questions(_IDENTITY, 8080)),
        cast=cast(_IDENTITY),
        prerequisites=(
            f"cert-manager and trust-manager in namespace {CERT_MANAGER}: helm install trust-manager"
            f" jetstack/trust-manager -n {CERT_MANAGER} --set app.trust.namespace={CERT_MANAGER} --wait",
            f"namespace {_HOME} and the chart linkerd-edge/linkerd-crds",
            "a Linkerd that runs has an anchor already: its certificate belongs into Secret linkerd-previous-anchor of"
            f" namespace {CERT_MANAGER} as {_key(asked)}, in place of the copy of the new one",
        ),
        verify=(
            f"kubectl get certificate -n {_HOME}",
            f"kubectl get configmap linkerd-identity-trust-roots -n {_HOME} -o yaml",
            "linkerd check --proxy",
        ),
        notes=tuple(_notes(asked)),
        gaps=(_NO_CLUSTER,) if asked.cluster is not None else (),
    )


def _steps(asked: WorkloadCertificates, undo: str) -> Iterator[Step]:
    yield Sheet("certificates.yaml", "linkerd/workload-certificates.yaml.j2", {"asked": asked})
    yield Command(f"kubectl wait certificate/linkerd-identity-issuer -n {_HOME} --for=condition=Ready --timeout=120s")
    yield Command(_copy(asked))
    yield Sheet("trust-bundle.yaml", "linkerd/trust-bundle.yaml.j2", {"anchor": _anchor(asked), "key": _key(asked)})
    yield Patch(NAMESPACE, "", _HOME, _LABEL)
    yield Command("kubectl wait bundle/linkerd-identity-trust-roots --for=condition=Synced --timeout=120s")
    install = f"helm upgrade linkerd-control-plane linkerd-edge/linkerd-control-plane -n {_HOME} --install --wait"
    yield Sheet(
        LINKERD_VALUES,
        "linkerd/workload-certificates-values.yaml.j2",
        {"asked": asked},
        form=Form.VALUES,
        apply=f"{install} -f {LINKERD_VALUES}",
        undo=f"helm {undo} linkerd-control-plane -n {_HOME}",
    )


def _anchor(asked: WorkloadCertificates) -> str:
    return asked.issuer.root if asked.issuer is not None else "linkerd-trust-anchor"


def _key(asked: WorkloadCertificates) -> str:
    return "ca.crt" if asked.issuer is not None else "tls.crt"


def _copy(asked: WorkloadCertificates) -> str:
    """The anchor is the previous one too, until another one is made; of its Secret only the certificate is kept."""
    key = _key(asked)
    path = "{.data." + key.replace(".", "\\.") + "}"
    read = f"kubectl get secret {_anchor(asked)} -n {CERT_MANAGER} -o jsonpath='{path}' | base64 -d"
    made = f"kubectl create secret generic linkerd-previous-anchor -n {CERT_MANAGER} --from-file={key}=/dev/stdin"
    return f"{read} | {made}"


def _notes(asked: WorkloadCertificates) -> Iterator[str]:
    yield "it is simulated as a mesh that has its certificates: whether they are issued, cert-manager tells"
    yield f"the issuer is renewed by itself, {asked.renew_days_before} days before its {asked.issuer_days} are over"
    if asked.issuer is None:
        yield "the key of the anchor is in the cluster: whoever reads Secrets of cert-manager can sign for the mesh"
        yield (
            "another anchor, each step for the whole cluster: cmctl renew -n cert-manager linkerd-trust-anchor; restart"
            " control plane and workloads; cmctl renew -n linkerd linkerd-identity-issuer; restart both again; put the"
            " new anchor into linkerd-previous-anchor as well, so that the old one is no longer trusted"
        )
    elif asked.issuer.kind == "Issuer":
        yield f"Issuer {asked.issuer.name} has to be one of namespace {_HOME}"
    yield "a Linkerd that ran before is taken back with helm rollback linkerd-control-plane, not uninstalled"
    yield "linked clusters need the same anchor, each with an issuer of its own"


_NO_CLUSTER = Gap(
    "a name of the cluster in requests for certificates: Linkerd has none",
    "one anchor for all clusters, and an issuer in each",
)
