"""Reads the CRDs of a folder and finds where each of their rules and alternatives stands."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from service_mesh.catalog.constraints.known import ALTERNATIVE_KEYS, alternatives_of, hash_of, rules_of

__all__ = ["FOLDER", "Schema", "Subject", "subjects_in"]

FOLDER = "SERVICE_MESH_CRDS"
"""The environment variable that names a folder with CRD files, anywhere below it."""

MOST_NODES = 3

Schema = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Subject:
    """A rule or a group of alternatives, and schema nodes that carry it.

    Attributes:
        digest: The hash of its text.
        text: The rule, or the group as JSON.
        is_rule: Whether it is a CEL rule.
        nodes: Up to three nodes that differ in more than their prose.
    """

    digest: str
    text: str
    is_rule: bool
    nodes: tuple[Schema, ...]


def subjects_in(folder: Path) -> dict[str, Subject]:
    """Hash -> subject, for everything that the CRDs below the folder say."""
    found: dict[tuple[str, bool], dict[str, Schema]] = {}
    texts: dict[str, str] = {}
    seen: set[str] = set()
    for node in _nodes(folder):
        bare = _without_prose(node)
        key = json.dumps(bare, sort_keys=True)
        if key in seen:
            continue
        seen.add(key)
        rules = {" ".join(rule.split()): rule for rule in _texts_of(node)}
        for text, is_rule in (*((t, True) for t in rules_of(node)), *((t, False) for t in alternatives_of(node))):
            texts[hash_of(text)] = rules[text] if is_rule else text
            found.setdefault((hash_of(text), is_rule), {})[key] = cast(Schema, bare)
    return {
        digest: Subject(digest, texts[digest], is_rule, _spread([nodes[key] for key in sorted(nodes)]))
        for (digest, is_rule), nodes in sorted(found.items())
    }


def _texts_of(node: Schema) -> list[str]:
    return [str(rule["rule"]) for rule in cast(list[Schema], node.get("x-kubernetes-validations") or [])]


def _spread(nodes: list[Schema]) -> tuple[Schema, ...]:
    if len(nodes) <= MOST_NODES:
        return tuple(nodes)
    return (nodes[0], nodes[len(nodes) // 2], nodes[-1])


def _nodes(folder: Path) -> Iterator[Schema]:
    for path in sorted(folder.rglob("*.yaml")):
        for document in yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
            if isinstance(document, dict) and document.get("kind") == "CustomResourceDefinition":
                for version in document["spec"]["versions"]:
                    yield from _walk(version["schema"]["openAPIV3Schema"])


def _walk(schema: Schema) -> Iterator[Schema]:
    if "x-kubernetes-validations" in schema or any(key in schema for key in ALTERNATIVE_KEYS):
        yield schema
    children = list(cast(dict[str, Schema], schema.get("properties") or {}).values())
    children += [cast(Schema, schema[key]) for key in ("items", "additionalProperties") if key in schema]
    for child in children:
        if isinstance(child, dict):
            yield from _walk(child)


def _without_prose(value: object) -> object:
    if isinstance(value, dict):
        kept = {name: _without_prose(child) for name, child in value.items() if not _is_prose(name, child)}
        return {name: child for name, child in kept.items() if name != "message"} if "rule" in kept else kept
    return [_without_prose(child) for child in value] if isinstance(value, list) else value


def _is_prose(name: str, child: object) -> bool:
    """Descriptions; a field of that name holds a schema and stays."""
    return name == "description" and isinstance(child, str)
