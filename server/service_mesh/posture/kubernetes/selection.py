"""Selectors where not every label is known: namespaces whose object is not loaded still have a name."""

from collections.abc import Callable, Mapping

from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.view import MeshView
from service_mesh.model.selectors import Selector

__all__ = ["matches_known", "namespace_matches", "namespace_view"]

_NAME = "kubernetes.io/metadata.name"


def matches_known(selector: Selector, labels: Mapping[str, object], knows: Callable[[str], bool]) -> bool | None:
    """Tell whether a selector matches labels of which some are not known.

    Args:
        selector: The selector.
        labels: The labels that are known to be there.
        knows: Whether it is known if a key is there, and with which value.
    """
    equal = {key: value for key, value in selector.equal.items() if knows(key)}
    requirements = tuple(one for one in selector.requirements if knows(one.key))
    if not Selector(equal, requirements, selector.nothing).matches(labels):
        return False
    is_whole = len(equal) == len(selector.equal) and len(requirements) == len(selector.requirements)
    return True if is_whole else None


def namespace_matches(mesh: MeshView, selector: Selector, name: str, cluster: str) -> bool | None:
    """Tell whether a selector of namespaces matches one; None where the labels it asks for are not loaded.

    Its name is a label of every namespace.
    (`kubernetes/kubernetes: pkg/apis/core/v1/defaults.go`, SetDefaults_Namespace)
    """
    labels, is_loaded = namespace_view(mesh, name, cluster)
    return matches_known(selector, labels, lambda key: is_loaded or key == _NAME)


def namespace_view(mesh: MeshView, name: str, cluster: str) -> tuple[Mapping[str, object], bool]:
    """What is known of the labels of a namespace, and whether that is all of them."""
    found = namespace_named(mesh, name, cluster)
    return {**(found.labels if found is not None else {}), _NAME: name}, found is not None
