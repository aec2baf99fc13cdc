"""Where the DNS of a cluster runs, as the usual installers make it, and how policies name its ports."""

from collections.abc import Mapping

__all__ = ["DNS_LABELS", "DNS_PLACES", "DNS_PORTS"]

DNS_LABELS: Mapping[str, object] = {
    "k8s-app": "kube-dns",
    "app.kubernetes.io/name": "coredns",
    "dns.operator.openshift.io/daemonset-dns": "default",
}
"""Labels of its pods; each installer sets one of these.

(https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/,
`openshift/cluster-dns-operator: assets/dns/daemonset.yaml`)
"""

DNS_PLACES = (("kube-system", 53), ("openshift-dns", 5353))
"""Namespace, and the port that its pods listen on."""

DNS_PORTS = ("53", "5353", "dns", "dns-tcp")
"""Numbers and names that policies give its ports."""
