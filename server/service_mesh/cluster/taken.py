"""When a snapshot was taken: what its layout says, else the newest thing that its objects tell of."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["latest_time", "newest_of", "newest_told", "renewed_of"]

# Go prints `2006-01-02 15:04:05.999999999 -0700 MST`, everything else RFC 3339.
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d{1,9}+)?[ ]?(?:Z|([+-])(\d\d):?(\d\d))", re.ASCII
)
_LENGTH = len("2006-01-02T15:04:05")
# Times of things that have happened. Others, such as `notAfter`, `renewalTime` and `deletionTimestamp`, lie ahead.
_PAST = re.compile(
    r"(?:acquire|completion|event|lastHeartbeat|lastProbe|lastSchedule|lastSuccessful|lastTransition|lastUpdate|observed|"
    r"renew|start)Time|(?:creation|first|last)Timestamp|finishedAt|startedAt|time"
)


def latest_time(text: str) -> datetime | None:
    """The last time with a zone that a text names, or None."""
    found = None
    for match in _TIME.finditer(text):
        found = _read(match) or found
    return found


def newest_told(data: Mapping[str, object]) -> str:
    """The newest time of something that happened to an object, as `2006-01-02T15:04:05` in UTC; empty if it tells none.

    Args:
        data: The object as the cluster gave it, `managedFields` included.
    """
    kind = data.get("kind")
    pending: list[object] = [data.get("metadata"), data.get("status")]
    if kind == "Lease":
        pending.append(data.get("spec"))
    elif kind == "Event":
        pending.append({name: value for name, value in data.items() if _PAST.fullmatch(name)})
    newest = ""
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            for name, held in value.items():
                if isinstance(held, dict | list):
                    pending.append(held)
                elif isinstance(held, str) and held.endswith("Z") and held[:_LENGTH] > newest and _PAST.fullmatch(name):
                    newest = held[:_LENGTH]
        elif isinstance(value, list):
            pending += value
    return newest


def newest_of(told: Iterable[str]) -> datetime | None:
    """The newest of some answers of `newest_told`."""
    for text in sorted(told, reverse=True):
        found = latest_time(f"{text}Z")
        if found is not None:
            return found
    return None


def renewed_of(objects: Iterable[Mapping[str, object]]) -> datetime | None:
    """When a Lease was renewed last: kubelets and leaders do so every few seconds, so it is when they were listed."""
    return newest_of(newest_told(data) for data in objects if data.get("kind") == "Lease")


def _read(match: re.Match[str]) -> datetime | None:
    *parts, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    try:
        year, month, day, hour, minute, second = map(int, parts)
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
