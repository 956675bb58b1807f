"""What was made from something that never changes, kept as long as that is about.

An episode is never changed, only replaced by the one after a move. So a page that shows nothing
but an episode is the same page until the play moves on; rendering it again would cost twenty times
what finding it costs.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import ref

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from whennot.web.context import everywhere

Made = TypeVar("Made")
TOKEN = secrets.token_hex(16)
"""Stands in a kept page where each browser gets a token of its own."""


class Kept(Generic[Made]):
    """The things made last, by the very object they were made from; at most so many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, tuple[ref[Any], Made]] = OrderedDict()
        self._turn = Lock()

    def of(self, source: object, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made from a source under a key, making it if it is not there.

        Args:
            source: what it is made from; only this very object counts, not an equal one.
            key: whatever else it depends on.
            make: makes it.
        """
        place = (id(source), key)
        with self._turn:
            found = self._made.get(place)
            if found is not None and found[0]() is source:
                self._made.move_to_end(place)
                return found[1]
        made = make()
        with self._turn:
            self._made[place] = ref(source), made
            self._made.move_to_end(place)
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made


_pages: Kept[str] = Kept(64)


def page(
    request: HttpRequest,
    template: str,
    source: object,
    context: Callable[[], dict[str, Any]],
    *,
    besides: Hashable = (),
) -> HttpResponse:
    """Return a page that shows nothing but its source, rendered once for all who look the same.

    Args:
        request: gives the address, the look and the token.
        template: of the page.
        source: what is shown.
        context: gives what the template needs, from the source.
        besides: whatever else the page depends on.
    """
    look = tuple(sorted(everywhere(request).items()))

    def render() -> str:
        return render_to_string(template, context() | {"csrf_token": TOKEN}, request)

    text = _pages.of(source, (template, request.path, look, besides), render)
    return HttpResponse(text.replace(TOKEN, get_token(request)))
