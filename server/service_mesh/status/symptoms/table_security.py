"""Suspects among mutual TLS, certificates and policies: what refuses a caller, or closes the way to a workload."""

from collections.abc import Mapping

from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    CILIUM_NETWORK_POLICY,
    DESTINATION_RULE,
    GATEWAY,
    GATEWAY_API_GATEWAY,
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_SERVER,
    NETWORK_POLICY,
    PEER_AUTHENTICATION,
    SECRET,
    SERVICE,
)
from service_mesh.status.symptoms.case import Suspect
from service_mesh.status.symptoms.policies import authorization, http_rules, linkerd_authorization, network_policy
from service_mesh.status.symptoms.reach import in_trust, near

__all__ = ["SECURITY"]

_ISTIO = frozenset({"istio"})
_LINKERD = frozenset({"linkerd"})
_CILIUM = frozenset({"cilium"})
_WITH_SIDECARS = _ISTIO | _LINKERD

SECURITY: Mapping[str, Suspect] = {
    "mtls": Suspect(
        "a caller and a workload that disagree about mutual TLS",
        "the caller's access log shows no TLS error (UF with CERTIFICATE_VERIFY_FAILED or WRONG_VERSION_NUMBER)",
        proof=("IS175", "IS176", "IS159", "IS177", "IS223", "AM120"),
        signs=(
            *("IS174", "IS193", "IS224", "IS226", "IS227", "IS166", "IS170", "AM119", "IS151", "IS200"),
            *("ST201", "ST208", "ST230", "IS239", "IS225"),
        ),
        reach=near,
        needs=(PEER_AUTHENTICATION, DESTINATION_RULE),
        meshes=_WITH_SIDECARS,
    ),
    "certificates": Suspect(
        "certificates that have ended or do not fit",
        "the certificate that the proxy presents is valid now, by its dates and by its root",
        proof=("CE101", "CE102", "CE104"),
        signs=("CE111", "CE112", "CE105", "ST141", "CE110", "CE117", "CE118"),
        reach=in_trust,
        proves_afar=True,
        needs=(SECRET,),
    ),
    "roots": Suspect(
        "proxies that trust different roots",
        "the proxies of the caller and of the workload hold the same root",
        proof=("ST234",),
        signs=("CE116", "CE106", "CE107", "CE114", "CE120", "ST505", "ST518"),
        reach=in_trust,
    ),
    "gateway-certificate": Suspect(
        "a listener whose certificate is missing or refused",
        "the gateway presents a certificate for the host on its listener",
        proof=("IS124", "IS125", "GW109", "GW108", "IS192"),
        signs=("IS187", "IS128", "CE109", "ST304"),
        reach=near,
        needs=(GATEWAY, GATEWAY_API_GATEWAY, SECRET),
    ),
    "protocol": Suspect(
        "a port whose protocol is taken for another",
        "the port is named after what it speaks, and the server speaks only after the client",
        signs=("IS110", "IS120", "LD121", "IS162"),
        reach=near,
        needs=(SERVICE,),
    ),
    "authorization": Suspect(
        "an AuthorizationPolicy of Istio that refuses",
        "the access log does not say rbac_access_denied, so the workload itself answered",
        probe=authorization,
        needs=(AUTHORIZATION_POLICY,),
        meshes=_ISTIO,
    ),
    "authorization-fault": Suspect(
        "a policy that cannot mean what it says",
        "the denial in the log names another policy",
        signs=(
            *("IS204", "IS205", "IS201", "IS220", "IS202", "IS203", "IS207", "IS208", "IS210", "IS211", "IS213"),
            *("IS214", "IS219", "IS221", "IS129", "IS217", "AM107", "AM110", "AM111", "ST603"),
            *("LD101", "LD103", "LD104", "LD105", "LD106", "LD107", "LD108", "LD110", "CI105", "CI109", "CI115"),
        ),
        reach=near,
    ),
    "linkerd-authorization": Suspect(
        "a Server of Linkerd that admits nobody",
        "linkerd authz lists an authorization for the port, and the caller fits it",
        probe=linkerd_authorization,
        needs=(LINKERD_SERVER, LINKERD_AUTHORIZATION_POLICY),
        meshes=_LINKERD,
    ),
    "cilium-http": Suspect(
        "a policy of Cilium with rules for HTTP",
        "hubble observe shows the request forwarded",
        probe=http_rules,
        needs=(CILIUM_NETWORK_POLICY,),
        meshes=_CILIUM,
    ),
    "network-policy": Suspect(
        "a network policy that drops the traffic",
        "the packets arrive in the pod: nothing is dropped on their way",
        signs=("IS228", "IS237", "ST142"),
        reach=near,
        probe=network_policy,
        needs=(NETWORK_POLICY,),
    ),
    "cilium-policy": Suspect(
        "a policy of Cilium that is not in force as written",
        "hubble observe shows no drop for the workload",
        signs=(
            *("ST252", "ST253", "ST133", "CI101", "CI102", "CI103", "CI105", "CI107", "CI112", "CI114", "CI115"),
            *("CI116", "ST258"),
        ),
        reach=near,
        needs=(CILIUM_NETWORK_POLICY,),
        meshes=_CILIUM,
    ),
}

"""Name -> suspect."""
