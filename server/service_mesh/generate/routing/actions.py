"""What a rule does with requests beside sending them somewhere, in no dialect's words yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = [
    "NO_ACTIONS",
    "Actions",
    "Cors",
    "Fault",
    "HeaderEdits",
    "NewPath",
    "Origin",
    "Redirect",
    "Retries",
    "Rewrite",
]


@dataclass(frozen=True, slots=True)
class Retries:
    """Tries after the first one.

    Attributes:
        attempts: How many at most; 0 for none.
        statuses: Answers that are tried again, beside requests that never reached anybody.
        per_try: How long each try may take; as long as the request where it is empty.
    """

    attempts: int
    statuses: tuple[int, ...] = ()
    per_try: str = ""


@dataclass(frozen=True, slots=True)
class NewPath:
    """A path that takes the place of the one that was asked for; one of both.

    Attributes:
        full: In the place of all of it.
        prefix: In the place of the prefix that the rule is for; what is below it stays.
    """

    full: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What is asked of the destination instead.

    Attributes:
        path: The path; None where it stays.
        host: The host; empty where it stays.
    """

    path: NewPath | None = None
    host: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where clients are sent to instead; what is not given stays.

    Attributes:
        status: The status of the answer.
        scheme: `http` or `https`.
        host: The host.
        port: The port; that of the scheme where it is 0 and a scheme is given.
        path: The path.
    """

    status: int
    scheme: str = ""
    host: str = ""
    port: int = 0
    path: NewPath | None = None


@dataclass(frozen=True, slots=True)
class HeaderEdits:
    """Changes of headers.

    Attributes:
        set: Headers that get this value, whatever they had.
        add: Headers that get this value beside those they have.
        remove: Headers that are taken away.
    """

    set: Mapping[str, str] = field(default_factory=dict)
    add: Mapping[str, str] = field(default_factory=dict)
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is made to fail.

    Attributes:
        delay: How long requests are held back; empty for not at all.
        delayed: How many of them, in percent.
        status: What requests are answered with instead of being sent; 0 where all are sent.
        aborted: How many of them, in percent.
    """

    delay: str = ""
    delayed: float = 100
    status: int = 0
    aborted: float = 100


@dataclass(frozen=True, slots=True)
class Origin:
    """Origins that pages may call from.

    Attributes:
        form: `exact`, `prefix`, `regex`, `below` for all hosts below one, `any`.
        text: The origin, its beginning, or the expression that takes all of it; for `below` the origin of the host.
    """

    form: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cors:
    """What pages of other origins may do.

    Attributes:
        origins: Where they are from.
        methods: The methods.
        headers: Headers that they may send.
        exposed: Headers of the answer that they may read.
        credentials: Whether they may send cookies.
        max_age: For how many seconds browsers may keep that in mind.
    """

    origins: tuple[Origin, ...]
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    max_age: int = 0


@dataclass(frozen=True, slots=True)
class Actions:
    """What a rule does beside sending requests somewhere; nothing of what is left out.

    Attributes:
        timeout: How long a request may take, with all its tries.
        retries: Tries after the first one.
        rewrite: What is asked of the destination instead.
        redirect: Where clients are sent to instead.
        request: Changes of the headers of requests.
        response: Changes of the headers of answers.
        fault: What is made to fail.
        cors: What pages of other origins may do.
    """

    timeout: str = ""
    retries: Retries | None = None
    rewrite: Rewrite | None = None
    redirect: Redirect | None = None
    request: HeaderEdits | None = None
    response: HeaderEdits | None = None
    fault: Fault | None = None
    cors: Cors | None = None


NO_ACTIONS = Actions()
"""Sending alone."""
