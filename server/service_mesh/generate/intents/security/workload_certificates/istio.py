"""workload-certificates for Istio: istio-csr asks cert-manager for every certificate, in place of istiod's own CA."""

from collections.abc import Iterator
from typing import Any

from service_mesh.generate.cast import Actor
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.workload_certificates.parameters import (
    CERT_MANAGER,
    WorkloadCertificates,
    cast,
    questions,
)
from service_mesh.generate.plan import Command, Form, Gap, Plan, Sheet, Step
from service_mesh.generate.site import Site
from service_mesh.model.kinds import DEPLOYMENT

__all__ = ["istio"]

_CSR = Actor(
    CERT_MANAGER,
    "cert-manager-istio-csr",
    ports=(6443,),
    services={"cert-manager-istio-csr": 443},
    protocol="tcp",
    is_meshed=False,
)
_ADDRESS = "cert-manager-istio-csr.cert-manager.svc:443"


def istio(asked: WorkloadCertificates, site: Site) -> Plan:
    """The root, what signs below it, istio-csr, and a control plane without a CA of its own."""
    home = site.root_namespace
    if site.view.find(DEPLOYMENT, home, "istiod") is not None:
        raise InexpressibleError(_INSTALLED)
    is_ambient = site.dialect is Dialect.ISTIO_AMBIENT
    values = {"asked": asked, "home": home, "is_ambient": is_ambient, "address": _ADDRESS, "issuer": _issuer(asked)}
    charts = {"istio-csr": ("cert-manager-istio-csr", "jetstack/cert-manager-istio-csr", CERT_MANAGER)}
    charts["istiod"] = ("istiod", "istio/istiod", home)
    if is_ambient:
        charts["ztunnel"] = ("ztunnel", "istio/ztunnel", home)
    return Plan(
        steps=(
            Sheet("certificates.yaml", "istio/workload-certificates.yaml.j2", values),
            *_waits(asked, home),
            *(_chart(name, *told, values) for name, told in charts.items()),
        ),
        questions=tuple(questions(_CSR, 443)),
        cast=cast(_CSR),
        prerequisites=(
            *(("istio-csr 0.12 or newer, which lets ztunnel ask for workloads",) if is_ambient else ()),
            f"cert-manager and trust-manager in namespace {CERT_MANAGER}: helm install trust-manager"
            f" jetstack/trust-manager -n {CERT_MANAGER} --set app.trust.namespace={CERT_MANAGER} --wait",
            f"namespace {home}, the chart istio/base{' and the chart istio/cni' if is_ambient else ''}, no istiod yet",
        ),
        verify=tuple(_verify(home, is_ambient=is_ambient)),
        notes=tuple(_notes(asked, home)),
    )


def _issuer(asked: WorkloadCertificates) -> dict[str, Any]:
    """Who signs the certificates of workloads."""
    if asked.issuer is None:
        return {"name": "istio-ca", "kind": "Issuer", "group": "cert-manager.io"}
    return {"name": asked.issuer.name, "kind": asked.issuer.kind, "group": asked.issuer.group}


def _waits(asked: WorkloadCertificates, home: str) -> Iterator[Step]:
    if asked.issuer is None:
        yield Command(f"kubectl wait certificate/istio-ca -n {home} --for=condition=Ready --timeout=120s")
    yield Command("kubectl wait bundle/istio-root --for=condition=Synced --timeout=120s")


def _chart(name: str, release: str, chart: str, namespace: str, values: dict[str, Any]) -> Sheet:
    file = f"{name}-values.yaml"
    return Sheet(
        file,
        f"istio/workload-certificates-{name}.yaml.j2",
        values,
        form=Form.VALUES,
        apply=f"helm upgrade {release} {chart} -n {namespace} --install --wait -f {file}",
        undo=f"helm uninstall {release} -n {namespace}",
    )


def _verify(home: str, *, is_ambient: bool) -> Iterator[str]:
    yield f"kubectl get certificate,certificaterequest -n {home}"
    yield "kubectl logs -n cert-manager deploy/cert-manager-istio-csr"
    yield "istioctl ztunnel-config certificate" if is_ambient else "istioctl proxy-config secret POD -n NAMESPACE"


def _notes(asked: WorkloadCertificates, home: str) -> Iterator[str]:
    yield "it is simulated as a mesh that has its certificates: whether they are issued, cert-manager tells"
    yield "certificates of workloads are valid for one hour: without istio-csr or cert-manager the mesh stops after it"
    if asked.issuer is None:
        yield "the key of the root is in the cluster: whoever reads Secrets of cert-manager can sign for the mesh"
        yield f"istio-ca is renewed by itself, {asked.renew_days_before} days before its {asked.issuer_days} are over"
    elif asked.issuer.kind == "Issuer":
        yield f"Issuer {asked.issuer.name} has to be one of namespace {home}"
    yield "another root: add it to Bundle istio-root first, wait until every namespace has both, then let it sign"
    if asked.cluster is not None:
        yield f"global.multiCluster.clusterName has to be {asked.cluster} in every chart of this cluster"


_INSTALLED = Gap(
    "istio-csr beside an istiod that is installed: workloads would trust one root while others have another",
    "a new installation, or istiod's own CA with a certificate of cert-manager: istio-plugged-in-ca",
)
