"""Numbers as people read them, for templates: always with a unit."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from whennot.web.markup import brief_html, html_of

register = template.Library()
LARGE = 1000


@register.filter
def money(usd: float) -> str:
    """Return USD, rounded to what can be told apart."""
    from whennot.episode.costliest import money as told

    return signed(told(usd))


@register.filter
def signed(text: str) -> str:
    """Return a text with the sign for minus before amounts, which a terminal may not have."""
    return text.replace("-$", "−$")


@register.filter
def count(value: int) -> str:
    """Return a whole number with thousands apart."""
    return f"{value:,}"


@register.filter
def percent(share: float | None) -> str:
    """Return a share in whole percent."""
    return "" if share is None else f"{round(100 * share) + 0}\u00a0%".replace("-", "−")


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
def brief(text: str) -> SafeString:
    """Return a case's brief as harmless HTML; its ranges come again beside the questions."""
    fold = _("They come again with the questions.")
    return mark_safe(brief_html(text, fold=fold))  # noqa: S308 - cleaned by nh3


@register.filter
def address(command: str) -> str:
    """Return the address that a command of the roadmap stands for."""
    from whennot.web.pages.plan import address_of

    return address_of(command)


@register.filter
def cases_named(text: str) -> str:
    """Return a text of the roadmap with the titles of the cases it speaks of."""
    from whennot.web.pages.plan import named

    return named(text)


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


@register.filter
def is_number(value: Any) -> bool:
    """Return whether an entry of a table stands on the right, digits under digits."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@register.filter
def headed(chart: Any) -> list[tuple[str, bool]]:
    """Return the columns of a chart's table, and whether each holds numbers."""
    return [
        (name, any(is_number(row[i]) for row in chart.rows))
        for i, name in enumerate(chart.columns)
    ]
