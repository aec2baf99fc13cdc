"""Codes of istioctl's analyzers and of Kiali: what each means, and why one is declined that no rule of ours answers.

Those of Linkerd stand in `linkerd_upstream`.
"""

from typing import NamedTuple

__all__ = ["UPSTREAM", "Upstream"]


class Upstream(NamedTuple):
    """A code of another checker.

    Attributes:
        meaning: What it reports, in our words.
        declined: Why no rule of ours reports it; empty where one does.
        ours: Rules that report it beside those that name the code themselves; rules about several meshes name none.
    """

    meaning: str
    declined: str = ""
    ours: tuple[str, ...] = ()


_ISTIO = {
    "IST0001": Upstream(
        "the analyzer itself failed", "no analyzer emits it any more; a rule of ours that fails is SC999"
    ),
    "IST0002": Upstream("deprecated field or feature"),
    "IST0101": Upstream("reference to something that does not exist"),
    "IST0102": Upstream("namespace is not labelled for injection"),
    "IST0103": Upstream("pod of an injected namespace runs without a proxy"),
    "IST0106": Upstream("object is refused by schema or validation"),
    "IST0107": Upstream("annotation on the wrong kind"),
    "IST0108": Upstream("unknown annotation"),
    "IST0109": Upstream("several VirtualServices of the mesh claim one host"),
    "IST0110": Upstream("several Sidecars select one workload"),
    "IST0111": Upstream("several Sidecars for a whole namespace"),
    "IST0112": Upstream("destination has several ports and none is chosen"),
    "IST0116": Upstream("workload behind services with different protocols on one port"),
    "IST0118": Upstream("port name does not tell the protocol"),
    "IST0123": Upstream("namespace has both kinds of injection labels"),
    "IST0125": Upstream("annotation with a bad value"),
    "IST0126": Upstream("network of the mesh names an unknown registry"),
    "IST0127": Upstream("selector of a policy matches no workload"),
    "IST0128": Upstream("TLS origination without a CA"),
    "IST0129": Upstream("TLS origination without a CA on one port"),
    "IST0130": Upstream("route rule can never be reached"),
    "IST0131": Upstream("match repeats an earlier one"),
    "IST0132": Upstream("host of a VirtualService is not served by its gateway"),
    "IST0133": Upstream("validation passes with a warning"),
    "IST0134": Upstream("TCP ServiceEntry without addresses"),
    "IST0135": Upstream("deprecated annotation"),
    "IST0136": Upstream(
        "annotation of alpha maturity", "nearly every annotation in use is alpha, and istioctl does not ask by default"
    ),
    "IST0137": Upstream("services lead to one target port from different ports"),
    "IST0138": Upstream("one certificate on several gateways"),
    "IST0139": Upstream("webhook calls a service that does not exist"),
    "IST0140": Upstream("subset rules without effect for an ingress gateway"),
    "IST0141": Upstream("caller lacks rights to install", "needs the rights of a caller on a live cluster"),
    "IST0142": Upstream("Kubernetes is too old"),
    "IST0143": Upstream("container listens only on localhost", "no analyzer emits it any more; objects do not tell it"),
    "IST0144": Upstream("application runs as the proxy's user"),
    "IST0145": Upstream("gateways with the same selector, port and host"),
    "IST0146": Upstream("deployment with an automatic image that no injector fills in"),
    "IST0147": Upstream("pod with an automatic image that no injector fills in"),
    "IST0148": Upstream("namespace is injected by the default of the installation"),
    "IST0149": Upstream("routing by JWT claims without a RequestAuthentication"),
    "IST0150": Upstream("port name of an ExternalName service loses TCP traffic"),
    "IST0151": Upstream("relative EnvoyFilter patch without a priority"),
    "IST0152": Upstream("EnvoyFilter replaces what cannot be replaced"),
    "IST0153": Upstream("EnvoyFilter adds what is not added"),
    "IST0154": Upstream("EnvoyFilter removes what is not removed"),
    "IST0155": Upstream("relative EnvoyFilter patch for one proxy version"),
    "IST0156": Upstream("Gateway API definitions of an unsupported version"),
    "IST0157": Upstream("Telemetry names no provider"),
    "IST0158": Upstream("proxy runs another image than the configured one"),
    "IST0159": Upstream("several Telemetry objects for one workload"),
    "IST0160": Upstream("several Telemetry objects for a namespace"),
    "IST0161": Upstream("TLS credential of a gateway is unusable"),
    "IST0162": Upstream("gateway listens on a port that its service does not offer"),
    "IST0163": Upstream("address of an external control plane is invalid"),
    "IST0164": Upstream("address of an external control plane is an IP"),
    "IST0165": Upstream("VirtualService is bound to a generated gateway"),
    "IST0166": Upstream("policy selects a Gateway's pods by labels"),
    "IST0167": Upstream("object has no effect in ambient mode"),
    "IST0168": Upstream("upgrade may change behaviour", "no analyzer emits it"),
    "IST0169": Upstream("setting is incompatible with the release upgraded to"),
    "IST0170": Upstream("service differs between clusters"),
    "IST0171": Upstream("object carries a failing condition"),
    "IST0172": Upstream("Gateway API definitions soon unsupported"),
    "IST0173": Upstream("subset selects no pod"),
    "IST0174": Upstream("DestinationRule for an unknown host"),
    "IST0175": Upstream("keys of tokens may be fetched from any address"),
    "IST0176": Upstream("Gateway API definitions below the minimum"),
    "IST0177": Upstream("ServiceEntries give one host and port different protocols"),
}

_KIALI = {
    "KIA0002": Upstream("several objects without a selector in one namespace"),
    "KIA0003": Upstream("several objects for one workload"),
    "KIA0004": Upstream("selector matches no workload"),
    "KIA0005": Upstream("export to a namespace that does not exist"),
    "KIA0101": Upstream("source namespace does not exist"),
    "KIA0102": Upstream("method is no HTTP method"),
    "KIA0104": Upstream("host of a policy is unknown"),
    "KIA0105": Upstream("identity asked for where mTLS is not certain"),
    "KIA0106": Upstream("service account of a principal does not exist"),
    "KIA0107": Upstream("service account of a principal is in another cluster"),
    "KIA0108": Upstream("trust domain of a principal is unknown"),
    "KIA0109": Upstream("HTTP rules in ambient mode without a waypoint"),
    "KIA0110": Upstream("HTTP rules in ambient mode by selector"),
    "KIA0201": Upstream("several DestinationRules for one host and subset"),
    "KIA0202": Upstream("DestinationRule for an unknown host"),
    "KIA0203": Upstream("subset selects no workload"),
    "KIA0204": Upstream("TLS settings of another namespace's rule are overridden"),
    "KIA0205": Upstream("rule for the mesh turns mTLS on, servers do not"),
    "KIA0206": Upstream("rule for a namespace turns mTLS on, servers do not"),
    "KIA0207": Upstream("rule for a namespace turns TLS off, servers require it"),
    "KIA0208": Upstream("rule for the mesh turns TLS off, servers require it"),
    "KIA0209": Upstream("subset without labels"),
    "KIA0210": Upstream("HTTP settings of a rule in ambient mode, namespace without a waypoint"),
    "KIA0211": Upstream("HTTP settings of a rule in ambient mode, service without a waypoint"),
    "KIA0212": Upstream("HTTP settings of a rule in ambient mode, in another namespace than the service"),
    "KIA0301": Upstream("same host and port on several gateways"),
    "KIA0302": Upstream("selector of a gateway matches no workload"),
    "KIA0401": Upstream("strict mesh without a client rule, automatic mTLS off"),
    "KIA0501": Upstream("strict namespace without a client rule, automatic mTLS off"),
    "KIA0505": Upstream("namespace disables mTLS that clients insist on"),
    "KIA0506": Upstream("mesh disables mTLS that clients insist on"),
    "KIA0601": Upstream("port name without a protocol"),
    "KIA0602": Upstream("appProtocol that is none"),
    "KIA0701": Upstream("no workload offers the target port"),
    "KIA1004": Upstream("egress host of a Sidecar is unknown"),
    "KIA1006": Upstream("Sidecar for the whole mesh has a selector"),
    "KIA1007": Upstream("outbound mode of a Sidecar is left empty"),
    "KIA1101": Upstream("destination host does not exist"),
    "KIA1102": Upstream("gateway of a VirtualService does not exist"),
    "KIA1104": Upstream("weight of the only destination"),
    "KIA1105": Upstream("destination named twice"),
    "KIA1106": Upstream("several VirtualServices for one host"),
    "KIA1107": Upstream("subset does not exist"),
    "KIA1108": Upstream("old way to name a gateway"),
    "KIA1109": Upstream("VirtualService in ambient mode, namespace without a waypoint"),
    "KIA1110": Upstream("RequestAuthentication in ambient mode without a waypoint"),
    "KIA1111": Upstream("WasmPlugin in ambient mode without a waypoint"),
    "KIA1112": Upstream("Telemetry for HTTP in ambient mode without a waypoint"),
    "KIA1113": Upstream("VirtualService in ambient mode, service without a waypoint"),
    "KIA1114": Upstream("VirtualService in ambient mode, in another namespace than the service"),
    "KIA1115": Upstream("RequestAuthentication in ambient mode without targets"),
    "KIA1116": Upstream("WasmPlugin in ambient mode without targets"),
    "KIA1117": Upstream("Telemetry for HTTP in ambient mode without targets"),
    "KIA1211": Upstream("one host and port in several ServiceEntries"),
    "KIA1212": Upstream("ServiceEntries give one host and port different protocols"),
    "KIA1301": Upstream("no AuthorizationPolicy covers the workload"),
    "KIA1311": Upstream("labelled for a sidecar and for ambient mode"),
    "KIA1312": Upstream("waypoint label outside ambient mode"),
    "KIA1313": Upstream("waypoint is missing or none"),
    "KIA1314": Upstream("pod labelled for a sidecar is redirected to ztunnel"),
    "KIA1315": Upstream("pod with a sidecar is labelled for ambient mode"),
    "KIA1316": Upstream("sidecar in an ambient namespace"),
    "KIA1317": Upstream("HTTP policies without a waypoint"),
    "KIA1401": Upstream("parent gateway of a route does not exist"),
    "KIA1402": Upstream("backend of a route does not exist or is not granted"),
    "KIA1501": Upstream(
        "listeners of several gateways collide",
        "every Gateway has a deployment and an address of its own, so equal listeners of two do not collide",
    ),
    "KIA1502": Upstream("gateways share an address"),
    "KIA1503": Upstream("listeners of a gateway are not distinct"),
    "KIA1504": Upstream("class of a gateway does not exist"),
    "KIA1601": Upstream("ReferenceGrant for a namespace that does not exist"),
    "KIA1701": Upstream("service account of a WorkloadGroup does not exist"),
    "KIA1702": Upstream("WorkloadGroups with the same labels"),
}

UPSTREAM = {**_ISTIO, **_KIALI}
"""Code -> what it is."""
