"""Where a value stands inside an object, kept apart from where it stands in a file."""

from collections.abc import Iterator

__all__ = ["Path", "join", "to_pointer", "walk"]

Path = tuple[str | int, ...]
"""Steps from the root of an object: field names and list indexes."""


def to_pointer(path: Path) -> str:
    """Render a path as an RFC 6901 JSON pointer; the root is the empty string."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def join(path: Path) -> str:
    """Render a path the way people write it, e.g. `spec.http[0].route`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def walk(value: object, steps: tuple[str, ...], path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Yield every (path, value) that the steps reach from `value`.

    A step is a field name, `[]` for every item of a list, or `{}` for every value of a map. Whatever has another
    shape than the steps expect is passed over: malformed objects are the schema check's business.
    """
    if not steps:
        yield path, value
        return
    step, rest = steps[0], steps[1:]
    if step == "[]":
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from walk(item, rest, (*path, index))
    elif step == "{}":
        if isinstance(value, dict):
            for key, item in value.items():
                yield from walk(item, rest, (*path, key))
    elif isinstance(value, dict) and step in value:
        yield from walk(value[step], rest, (*path, step))
