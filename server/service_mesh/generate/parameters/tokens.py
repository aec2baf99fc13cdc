"""Tokens: who issues them, with which keys they are verified, and what they have to say."""

import json
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from service_mesh.generate.parameters.base import Parameters

__all__ = ["Claim", "Issuer"]

_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})
"""Fields of a key that only its owner has; `k` is the key of those that sign and verify with the same one."""

_Url = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9][^\s\"\\]*$", max_length=2048)]
_Name = Annotated[str, StringConstraints(pattern=r"^[^\[\]\s*]{1,128}$")]
_Value = Annotated[str, StringConstraints(pattern=r"^[^*\x00-\x1f]{1,1024}$")]


class Issuer(Parameters):
    """Who issues tokens, and how they are verified."""

    issuer: Annotated[
        str,
        StringConstraints(pattern=r"^[^\s*]{1,512}$"),
        Field(description="The claim `iss`, to the letter: https://id.example.com/ is another one than without slash."),
    ]
    jwks_uri: Annotated[
        _Url | None, Field(description="Where the keys are; without keys either, they are discovered at the issuer.")
    ] = None
    jwks: Annotated[
        str | None, Field(max_length=65_536, description="The public keys themselves, as a JSON Web Key Set.")
    ] = None
    audiences: Annotated[
        tuple[_Value, ...],
        Field(max_length=16, description="Any of these in the claim `aud`; any without them."),
    ] = ()

    @model_validator(mode="after")
    def _keys(self) -> "Issuer":
        if self.jwks is not None and self.jwks_uri is not None:
            raise ValueError("give either jwks_uri or jwks")
        if self.jwks is not None:
            _hold_to_public_keys(self.jwks)
        elif self.jwks_uri is None and not self.issuer.startswith("https://"):
            raise ValueError("an issuer that is no address starting with https:// needs jwks_uri or jwks")
        return self


class Claim(Parameters):
    """What a token has to say."""

    name: Annotated[
        tuple[_Name, ...],
        Field(min_length=1, max_length=4, description="The claim; of one within others the names, outermost first."),
    ]
    values: Annotated[
        tuple[_Value, ...],
        Field(min_length=1, max_length=32, description="Any of these, as a text or in a list of texts."),
    ]

    @model_validator(mode="after")
    def _texts(self) -> "Claim":
        if {"true", "false"} & set(self.values):
            raise ValueError("claims are compared as texts, which a boolean never equals: name another claim")
        return self

    @property
    def key(self) -> str:
        """The names in brackets: `[realm_access][roles]`."""
        return "".join(f"[{name}]" for name in self.name)


def _hold_to_public_keys(text: str) -> None:
    try:
        keys = json.loads(text)["keys"]
        named = {name for key in keys for name in key}
    except (ValueError, TypeError, KeyError):
        raise ValueError('jwks is no JSON Web Key Set: {"keys": [...]}') from None
    if not keys or named & _PRIVATE:
        raise ValueError("jwks holds no key, or one that is not public: whoever reads the policy could sign tokens")
