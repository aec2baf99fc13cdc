"""Policies of Kubernetes written as YAML, for tests of its posture."""

from service_mesh.model.finding import Note

__all__ = ["admin", "baseline", "chain_of", "namespace", "policy"]


def namespace(name: str, labels: str = "") -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


def policy(title: str, spec: str) -> str:
    """A NetworkPolicy with its spec written as the inside of a flow map."""
    home, _, name = title.partition("/")
    metadata = f"{{name: {name}, namespace: {home}}}"
    return f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {metadata}\nspec: {{{spec}}}\n"


def admin(name: str, priority: int, subject: str, rules: str) -> str:
    return _cluster_wide("AdminNetworkPolicy", name, f"priority: {priority}, subject: {{{subject}}}, {rules}")


def baseline(subject: str, rules: str) -> str:
    return _cluster_wide("BaselineAdminNetworkPolicy", "default", f"subject: {{{subject}}}, {rules}")


def chain_of(chain: tuple[Note, ...]) -> list[str]:
    """Where a chain leads: object and pointer of every link."""
    return [f"{note.node.resource.title} {note.node.pointer}".rstrip() for note in chain]


def _cluster_wide(kind: str, name: str, spec: str) -> str:
    metadata = f"{{name: {name}}}"
    return f"apiVersion: policy.networking.k8s.io/v1alpha1\nkind: {kind}\nmetadata: {metadata}\nspec: {{{spec}}}\n"
