"""An object breaks a rule of a definition that was given in place of the bundled ones.

## Why it matters
The API server that serves the definition refuses the object. The rule is quoted in the words of its author; rules that
the project knows have findings of their own.

## Wrong
A definition of `Widget` says that `spec.least` may not be above `spec.most`; an object has `least: 5` and `most: 3`.

## Right
The object has `least: 3` and `most: 5`.

## When it stays quiet
No definitions are given. The rule compares with the stored object, does not compile, or uses a function of CEL that is
not had: the rule is listed as not checked. So are all rules where the library for CEL is not installed.

## Fix safety
There is no fix: the rule is not understood, only asked.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC136",
    "given-rule-broken",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "https://kubernetes.io/docs/reference/using-api/cel/",
        "k8s.io/apiextensions-apiserver: pkg/apiserver/schema/cel/validation.go",
    ),
)
