"""What a script printed, without what differs from run to run: times, addresses, moving bars."""

from __future__ import annotations

import re

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_REDRAWN = re.compile(r"[\r\b]+")
_BAR = re.compile(
    r"\s*(?P<done>\d+)/(?P<all>\d+|Unknown)\s*(?:━+|\[[=>.]*\])"
    r"(?:\s+[\d:.]+(?:us|µs|ms|s|m|h)?(?:/(?:step|epoch|sample))?)*"
    r"(?:\s+-\s+\w+: -?(?:nan|inf|\d\.\d{4}e[-+]\d\d|\d+\.\d{4}|\d+))*(?P<rest>.*)"
)
_TIME = re.compile(
    r"\b\d+(?:\.\d+)?(?:us|µs|ms|s|m)(?:/(?:step|epoch|sample))?(?![\w.])|\d+:\d\d\b"
)
_TIME_IN_WORDS = re.compile(
    r"\b\d+(?:\.\d+)?(?=\s*(?:(?:milli|micro)?seconds?|msecs?|secs?|minutes?|mins?|hours?)\b)"
    r"|\d+(?:\.\d+)?(?=\s?(?:초|秒|сек))",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"((?:\b(?:time|times|elapsed|took|duration)\b|시간|時間|时间|耗时)"
    r"(?:[\s:=(]|cost|taken|elapsed|used|spent|is|was|in|s(?:ec(?:ond)?s?)?\)){1,6})"
    r"\d+\.\d{3,}(?:e[-+]?\d+)?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


def plain(printed: str) -> str:
    """Output without what differs from run to run: times, addresses, bars while they move.

    >>> plain("1/2 - 3s 10ms/step\\r2/2 - 4s 12ms/step - loss: 0.5\\n<object at 0x7f00aabbcc>")
    '2/2 - TIME TIME - loss: 0.5\\n<object at ADDRESS>'
    >>> plain("total time cost: 34.2836389541626")
    'total time cost: TIME'
    >>> plain("Training took 2.5 minutes, 55.52 seconds")
    'Training took TIME minutes, TIME seconds'

    What is printed while a bar moves stands behind it, wherever that has got to.

    >>> plain("1/3 ━━ 3s 10ms/step - loss: 0.5000(32, 1)\\n\\r3/3 ━━ 4s 12ms/step - loss: 0.2500")
    '(32, 1)\\n3/3 ━━ TIME TIME - loss: 0.2500'

    Other numbers beside a time stay.

    >>> plain("3/3 - 2s 12ms/step - accuracy: 0.5312"), plain("test time accuracy 0.9312")
    ('3/3 - TIME TIME - accuracy: 0.5312', 'test time accuracy 0.9312')
    """
    drawn = (_still(_last_drawn(line)) for line in _COLOUR.sub("", printed).split("\n"))
    printed = "\n".join(line for line in drawn if line)
    printed = _TIME.sub("TIME", _TIME_IN_WORDS.sub("TIME", _CLOCK.sub(r"\1TIME", printed)))
    return _ADDRESS.sub("ADDRESS", printed)


def _last_drawn(line: str) -> str:
    """What a line showed in the end; a bar is drawn again and again, and how often is chance."""
    parts = [one for one in _REDRAWN.split(line) if one.strip()]
    return parts[-1].rstrip() if parts else ""


def _still(line: str) -> str:
    """A line without a bar on its way."""
    found = _BAR.match(line)
    is_moving = found is not None and (found["rest"] or found["done"] != found["all"])
    return found["rest"] if found is not None and is_moving else line
