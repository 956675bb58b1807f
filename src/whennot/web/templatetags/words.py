"""Numbers as people read them, for templates: always with a unit."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from whennot.web.markup import html_of

register = template.Library()
LARGE = 1000


@register.filter
def money(usd: float) -> str:
    """Return USD, rounded to what can be told apart."""
    from whennot.episode.costliest import money as told

    return told(usd)


@register.filter
def count(value: int) -> str:
    """Return a whole number with thousands apart."""
    return f"{value:,}"


@register.filter
def percent(share: float | None) -> str:
    """Return a share in whole percent."""
    return "" if share is None else f"{round(100 * share) + 0} %"


@register.filter
def with_unit(value: float, unit: str) -> str:
    """Return a number with its unit, shares as percent."""
    from whennot.episode.debrief import number

    return number(value, unit)


@register.filter
def markdown(text: str) -> SafeString:
    """Return Markdown as harmless HTML."""
    return mark_safe(html_of(text))  # noqa: S308 - cleaned by nh3


@register.filter
def untitled(text: str) -> SafeString:
    """Return Markdown as harmless HTML, without the heading it begins with."""
    return mark_safe(html_of(text, titled=False))  # noqa: S308 - cleaned by nh3


@register.filter
def address(command: str) -> str:
    """Return the address that a command of the roadmap stands for."""
    from whennot.web.pages.plan import address_of

    return address_of(command)


@register.filter
def item(table: Any, key: Any) -> Any:
    """Return an entry of a table by a key that only the template knows."""
    return table.get(key)


@register.filter
def places(share: float) -> str:
    """Return a place among 100 quarters."""
    from whennot.episode.debrief import place_words

    return place_words(share)


@register.filter
def twice(value: float) -> float:
    """Return two standard errors of one."""
    return 2 * value


@register.filter
def cell(value: Any) -> str:
    """Return an entry of a table: numbers short enough to read, nothing where there is none."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
