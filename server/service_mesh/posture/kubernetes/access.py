"""Whether a connection passes the network policies of a cluster whose plugin enforces those of Kubernetes."""

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import ADMIN_NETWORK_POLICY, BASELINE_ADMIN_NETWORK_POLICY, NETWORK_POLICY
from service_mesh.posture.decisions import Decision, Direction, Verdict, known_as_far
from service_mesh.posture.kubernetes.admin import ADMIN_KINDS, decided_first
from service_mesh.posture.kubernetes.ends import END_KINDS, End, Entity
from service_mesh.posture.kubernetes.flows import Flow
from service_mesh.posture.kubernetes.policies import POLICY_KINDS, isolating, items_allowing

__all__ = ["ACCESS_KINDS", "egress_decision", "ingress_decision"]

ACCESS_KINDS = tuple(dict.fromkeys((*ADMIN_KINDS, *POLICY_KINDS, *END_KINDS)))
"""The kinds that are read here."""


def ingress_decision(mesh: MeshView, client: End, server: End, port: int, protocol: str = "TCP") -> Decision:
    """Tell whether the policies of a server let a client connect; those of the client are another question.

    Policies of administrators decide first, then NetworkPolicies, then the baseline of administrators. The node that a
    pod runs on reaches it always. That no further policy exists is taken from the completeness of the namespace.

    Args:
        mesh: The objects.
        client: Who connects.
        server: Who is connected to.
        port: Port of the server's pod.
        protocol: TCP, UDP or SCTP.
    """
    return _decision(mesh, Flow(Direction.INGRESS, server, client, port, protocol))


def egress_decision(mesh: MeshView, client: End, server: End, port: int, protocol: str = "TCP") -> Decision:
    """Tell whether the policies of a client let it connect; see `ingress_decision`."""
    return _decision(mesh, Flow(Direction.EGRESS, client, server, port, protocol))


def _decision(mesh: MeshView, flow: Flow) -> Decision:
    if not flow.subject.is_pod:
        return Decision(Verdict.ALLOWED, "network policies are for pods with an address of their own")
    decided = decided_first(mesh, flow, ADMIN_NETWORK_POLICY, lambda: _by_policies(mesh, flow))
    return known_as_far(decided, _not_loaded(mesh, flow.subject))


def _by_policies(mesh: MeshView, flow: Flow) -> Decision:
    policies = isolating(mesh, flow.subject, flow.direction)
    if not policies:
        return decided_first(mesh, flow, BASELINE_ADMIN_NETWORK_POLICY, lambda: _open(flow))
    if flow.other.entities == (Entity.HOST,):
        return Decision(Verdict.ALLOWED, "a pod and the node it runs on always reach each other")
    found = [one for policy in policies for one in items_allowing(mesh, policy, flow)]
    allowing = next((item for item, answer in found if answer), None)
    if allowing is not None:
        return Decision(Verdict.ALLOWED, f"{allowing.resource.title} allows it", (allowing.note("allows it"),))
    if found:
        chain = tuple(item.note("may allow it") for item, _ in found)
        missing = tuple(f"whether {item.resource.title} matches at {item.pointer}" for item, _ in found)
        return Decision(Verdict.UNKNOWN, "it is not known whether a rule matches", chain, missing)
    if Entity.HOST in flow.other.entities:
        missing = ("which node the other end is on",)
        return Decision(Verdict.UNKNOWN, "the node that a pod runs on reaches it always", (), missing)
    chain = tuple(policy.root.note(f"isolates the pod for {flow.direction.value}") for policy in policies)
    return Decision(Verdict.DENIED, f"no rule of the policies for {flow.direction.value} allows it", chain)


def _open(flow: Flow) -> Decision:
    return Decision(Verdict.ALLOWED, f"no policy is about {flow.direction.value} of {flow.subject.text}")


def _not_loaded(mesh: MeshView, subject: End) -> str:
    place = subject.namespace, subject.cluster
    if mesh.is_complete(*place) or mesh.is_listed(NETWORK_POLICY, subject.cluster):
        return ""
    return f"the network policies of namespace '{subject.namespace}'"
