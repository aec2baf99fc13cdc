"""Instants as objects write them, in plain numbers: rules judge age and expiry and read no clock."""

import re

__all__ = ["DAY", "days_between", "seconds_of", "text_of"]

DAY = 86_400
"""Seconds of a day."""

_LONGEST = 64
_RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_TO_1970 = 719_468  # from 0000-03-01, where a count of days with leap days last in a year begins
_DAYS_OF_ERA = 146_097  # 400 years
_LEAP_SECOND = 60


def seconds_of(text: str) -> float | None:
    """Seconds since 1970-01-01T00:00:00Z of a time in RFC 3339; None where the text is none.

    A leap second counts as the first second of the next minute, as Unix time has it.

    Args:
        text: Such as `2026-11-20T12:00:00Z` or `2026-11-20T13:00:00.25+01:00`.
    """
    match = _RFC_3339.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    offset = _offset(match[8], match[9], match[10])
    if not _is_date(year, month, day) or hour > 23 or minute > 59 or second > _LEAP_SECOND or offset is None:
        return None
    whole = _days(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset
    return whole + float(f"0.{match[7] or 0}")


def text_of(seconds: float) -> str:
    """An instant in RFC 3339, in UTC and whole seconds, such as `2026-11-20T12:00:00Z`; fractions are cut off.

    Args:
        seconds: Since 1970-01-01T00:00:00Z; held within the years 0000 to 9999, which is what the form can say.
    """
    bounded = min(max(seconds, _EARLIEST), _LATEST)
    days, rest = divmod(int(bounded // 1), DAY)
    year, month, day = _date(days)
    return f"{year:04}-{month:02}-{day:02}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}Z"


def days_between(start: float, end: float) -> int:
    """Whole days from one instant to another, negative as soon as the other has passed.

    What ends within the day has 0 days left; what ended a second ago has -1.
    """
    return int((end - start) // DAY)


def _offset(sign: str | None, hours: str | None, minutes: str | None) -> int | None:
    """Seconds that local time is ahead of UTC; None where RFC 3339 does not allow it."""
    if sign is None:
        return 0
    hour, minute = int(hours or 0), int(minutes or 0)
    size = hour * 3600 + minute * 60
    return None if hour > 23 or minute > 59 else size if sign == "+" else -size


def _is_date(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= 12:
        return False
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= day <= _MONTH_LENGTHS[month - 1] + (month == 2 and is_leap)


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the Gregorian calendar: years begin in March, so that a leap day ends one."""
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month - 3) % 12) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * _DAYS_OF_ERA + day_of_era - _DAYS_TO_1970


def _date(days: int) -> tuple[int, int, int]:
    """Year, month and day: `_days` the other way round."""
    era, day_of_era = divmod(days + _DAYS_TO_1970, _DAYS_OF_ERA)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    turn = (5 * day_of_year + 2) // 153
    month = turn + 3 if turn < 10 else turn - 9
    return era * 400 + year_of_era + (month <= 2), month, day_of_year - (153 * turn + 2) // 5 + 1


_EARLIEST = _days(0, 1, 1) * DAY
_LATEST = _days(10_000, 1, 1) * DAY - 1
