"""Parameters of rewrite-redirect."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from service_mesh.generate.parameters.acted import ActedRequests
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import Host, Port
from service_mesh.generate.parameters.paths import NewPath
from service_mesh.generate.routing import actions

__all__ = ["RedirectTo", "Replacement", "RewriteRedirect", "RewriteTo"]


class Replacement(Parameters):
    """A path in the place of the one that was asked for; the query stays."""

    full: Annotated[NewPath | None, Field(description="In the place of all of it.")] = None
    prefix: Annotated[
        NewPath | None,
        Field(description="In the place of path.prefix, while what is below stays; / takes the prefix away."),
    ] = None

    @model_validator(mode="after")
    def _one(self) -> "Replacement":
        if (self.full is None) == (self.prefix is None):
            raise ValueError("give either full or prefix")
        return self

    @property
    def new(self) -> actions.NewPath:
        """The change."""
        prefix = self.prefix.rstrip("/") or "/" if self.prefix is not None else ""
        return actions.NewPath(self.full or "", prefix)

    def of(self, path: str, prefix: str) -> str:
        """The path that becomes of one.

        Args:
            path: The path that is asked for.
            prefix: The prefix that the rule is for.
        """
        if self.full is not None:
            return self.full
        return (self.new.prefix.rstrip("/") + path[len(prefix) :]) or "/"


class RewriteTo(Parameters):
    """What is asked of the destination instead; what is not given stays."""

    path: Annotated[Replacement | None, Field(description="The path.")] = None
    host: Annotated[Host | None, Field(description="The host.")] = None

    @model_validator(mode="after")
    def _some(self) -> "RewriteTo":
        if self.path is None and self.host is None:
            raise ValueError("give path, host or both")
        return self


class RedirectTo(Parameters):
    """Where callers are sent to instead; what is not given stays."""

    scheme: Annotated[Literal["http", "https"] | None, Field(description="http or https.")] = None
    host: Annotated[Host | None, Field(description="The host.")] = None
    port: Annotated[Port | None, Field(description="The port; that of the scheme where only a scheme is given.")] = None
    path: Annotated[Replacement | None, Field(description="The path.")] = None
    status: Annotated[
        Literal[301, 302, 303, 307, 308],
        Field(description="Status of the answer: 301 and 308 for good, 307 and 308 keep the method."),
    ] = 302

    @property
    def is_elsewhere(self) -> bool:
        """Whether it leads to another scheme, host or port."""
        return any(one is not None for one in (self.scheme, self.host, self.port))

    @model_validator(mode="after")
    def _some(self) -> "RedirectTo":
        if not self.is_elsewhere and self.path is None:
            raise ValueError("give scheme, host, port or path: callers would be sent to where they are")
        return self


class RewriteRedirect(ActedRequests):
    """Requests that ask for something else on their way, or whose callers are sent elsewhere."""

    rewrite: Annotated[
        RewriteTo | None, Field(description="What is asked of the destination instead, unseen by callers.")
    ] = None
    redirect: Annotated[RedirectTo | None, Field(description="Where callers are sent to instead.")] = None

    @model_validator(mode="after")
    def _fit(self) -> "RewriteRedirect":
        if (self.rewrite is None) == (self.redirect is None):
            raise ValueError("give either rewrite or redirect")
        replacement = self.replacement
        if replacement is not None and replacement.prefix is not None and not self.match.prefix:
            raise ValueError("a prefix is replaced: give path.prefix, the prefix that is asked for")
        if replacement is not None and self._is_taken(replacement):
            if self.rewrite is not None and replacement.of(self.sample, self.sample) == self.sample:
                raise ValueError(f"the new path is the old one: {self.sample}")
            if self.redirect is not None and not self.redirect.is_elsewhere:
                new = replacement.of(self.sample, self.sample)
                raise ValueError(f"callers would be sent in a circle: the rule is for {new} as well")
        return self

    @property
    def replacement(self) -> Replacement | None:
        """The new path; None where it stays."""
        told = self.rewrite if self.rewrite is not None else self.redirect
        return told.path if told is not None else None

    def _is_taken(self, replacement: Replacement) -> bool:
        """Whether the rule is for what becomes of its own path."""
        new = replacement.of(self.sample, self.sample)
        if self.match.exact:
            return new == self.match.exact
        return new == self.match.prefix or new.startswith(f"{self.match.prefix}/")

    @property
    def actions(self) -> actions.Actions:
        """What is done with the requests."""
        new = self.replacement.new if self.replacement is not None else None
        if self.rewrite is not None:
            return actions.Actions(rewrite=actions.Rewrite(new, self.rewrite.host or ""))
        assert self.redirect is not None
        told = self.redirect
        return actions.Actions(
            redirect=actions.Redirect(told.status, told.scheme or "", told.host or "", told.port or 0, new)
        )
