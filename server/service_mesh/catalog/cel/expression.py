"""Compiles and evaluates CEL rules through cel-expr-python, within bounds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from service_mesh.catalog.cel.functions import OUT_OF_REACH, Function, functions
from service_mesh.catalog.cel.rewriting import nesting_of, with_optional_answers

__all__ = ["INSTALL", "Answer", "CelError", "Expression", "is_cel_installed"]

INSTALL = "pip install 'service-mesh-skill[cel]'"
"""What a person runs to have the rules of given schemas checked."""

_LONGEST = 10_000
_MOST_BINDINGS = 4
_MOST_STEPS = 1_000_000
_LONGEST_ERROR = 200
_CODES = re.compile(r"^[A-Z_]+: (?:ERROR: <input>:[0-9]+:[0-9]+: )?| \[[A-Z_]+\]$")
_OUT_OF_REACH = (OUT_OF_REACH, "No matching overloads found", "Non-CEL value type", "out of range for")


class Value(Protocol):
    """What the library answers."""

    def type(self) -> Any:
        """Its type."""

    def value(self) -> object:
        """The plain value, or the text of an error."""


class Program(Protocol):
    """A rule as the library compiles it; the library has no type information of its own."""

    def eval(self, *, data: Mapping[str, object]) -> Value:
        """Evaluate it."""


class CelError(Exception):
    """A rule that cannot be used; the text says why, in one line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says about a value.

    Attributes:
        holds: Whether the value keeps the rule; None where it was not judged.
        error: Why the evaluation failed, which counts as a broken rule, or why the value was not judged.
        value: The value of the expression where it is a text.
    """

    holds: bool | None
    error: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled rule.

    Attributes:
        program: What the library made of it.
        nesting: How deep its macros walk lists inside one another.
    """

    program: Program
    nesting: int

    @staticmethod
    def of(text: str) -> "Expression":
        """Compile a rule.

        Raises:
            CelError: It is too long, does not compile, or asks for what the library has not.
        """
        if len(text) > _LONGEST or text.count("cel.bind") > _MOST_BINDINGS:
            raise CelError("it is too long to be checked")
        rewritten = with_optional_answers(text)
        try:
            return Expression(_environment().compile(rewritten), nesting_of(text))
        except (RuntimeError, ValueError, RecursionError) as error:
            raise CelError(_one_line(error)) from error

    def ask(self, value: object, size: int) -> Answer:
        """Evaluate the rule for a value, which it calls `self`.

        Args:
            value: Plain data, fields named as rules spell them.
            size: How many maps, lists and scalars the value holds.
        """
        if max(size, 1) ** self.nesting > _MOST_STEPS:
            return Answer(None, "the object is too large for the rule to be checked")
        try:
            answer = self.program.eval(data={"self": value})
            kind, plain = answer.type().name(), answer.value()
        except (RuntimeError, ValueError, OverflowError) as error:
            return Answer(None, _one_line(error))
        if kind == "BOOL":
            return Answer(bool(plain))
        if kind == "STRING":
            return Answer(None, value=str(plain))
        text = _one_line(plain)
        return Answer(None if any(part in text for part in _OUT_OF_REACH) else False, text)


def is_cel_installed() -> bool:
    """Whether the library is there."""
    return find_spec("cel_expr_python") is not None


@cache
def _environment() -> Any:
    """The environment of all rules; it takes some milliseconds to make and never changes."""
    library = import_module("cel_expr_python.cel")
    names = ("strings", "optional", "math", "bindings", "encoders")
    extensions = [getattr(import_module(f"cel_expr_python.ext.ext_{name}"), f"Ext{name.title()}")() for name in names]
    grouped: dict[str, list[Function]] = {}
    for function in functions():
        grouped.setdefault(function.name, []).append(function)
    declared = [_declared(library, name, overloads) for name, overloads in grouped.items()]
    return library.NewEnv(variables={"self": library.Type.DYN}, extensions=extensions, functions=declared)


def _declared(library: Any, name: str, overloads: list[Function]) -> object:
    types = _types(library)
    made = [
        library.Overload(
            id=f"{name}-{'member-' if one.is_member else ''}{'-'.join(one.takes)}",
            return_type=types[one.gives],
            parameters=[types[kind] for kind in one.takes],
            is_member=one.is_member,
            impl=one.call,
        )
        for one in overloads
    ]
    return library.FunctionDecl(name, made)


def _types(library: Any) -> Mapping[str, Any]:
    kinds = library.Type
    return {
        "string": kinds.STRING,
        "int": kinds.INT,
        "double": kinds.DOUBLE,
        "bool": kinds.BOOL,
        "any": kinds.DYN,
        "list": kinds.List(kinds.DYN),
        "map": kinds.Map(kinds.DYN, kinds.DYN),
    }


def _one_line(error: object) -> str:
    """What the library says, without its codes and the text of the rule behind it."""
    text = _CODES.sub("", " ".join(str(error).partition(" | ")[0].split()))
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:_LONGEST_ERROR]
