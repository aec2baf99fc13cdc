"""Small rules for tests, and the engine that knows them beside the published ones."""

from collections.abc import Callable, Iterator

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.engine.run import Engine
from service_mesh.engine.world import World
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.origin import Layer, SourceText
from service_mesh.model.resource import Resource
from service_mesh.operations.loading import Text, read_again
from service_mesh.rules.registry import Registry, load_rules
from service_mesh.rules.rule import Rule, rule

__all__ = ["SHOP", "engine_of", "namespace_rule", "world_of"]

SHOP = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n"

Said = Callable[[Resource, MeshView], Iterator[Draft]]


def namespace_rule(code: str, check: Said) -> Rule:
    """A rule about namespaces."""
    made = rule(code, category=Category.HYGIENE, severity=Severity.WARNING, about=(NAMESPACE,), sources=("test: here",))
    return made(check)


def engine_of(*rules: Rule, only: bool = False) -> Engine:
    """An engine that knows these rules beside the published ones, and asks all of them or these alone."""
    registry = Registry((*load_rules(), *rules))
    return Engine(registry, Catalogue.bundled(), frozenset(r.code for r in (rules if only else registry)))


def world_of(text: str, name: str = "shop.yaml") -> World:
    """The world of one text."""
    (world,) = read_again([Text(SourceText(name, text), Layer.PATHS)], Complete.AUTO)
    return world
