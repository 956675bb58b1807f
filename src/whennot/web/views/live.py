"""Streams: how far a verdict is, pushed while a page is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from whennot.practice.ahead import Ahead
from whennot.web.desk import desk
from whennot.web.pages.verdict import stage_words

LOOK_SECONDS = 0.1
LONGEST_SECONDS = 600
"""A browser connects again by itself; a stream that nobody reads must end some day."""


@require_safe
async def progress(_: HttpRequest, name: str) -> StreamingHttpResponse:
    """Stream the progress of a play's judgment as HTML fragments, and ``done`` at its end."""
    judging = await asyncio.to_thread(desk().judging, name)
    response = StreamingHttpResponse(_events(judging), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _events(judging: Ahead | None) -> AsyncIterator[str]:
    told = -1.0
    for _ in range(int(LONGEST_SECONDS / LOOK_SECONDS)):
        if judging is None or judging.share >= 1:
            yield "event: done\ndata: done\n\n"
            return
        if judging.stopped:
            yield "event: stopped\ndata: stopped\n\n"
            return
        if judging.share > told:
            told = judging.share
            yield f"event: progress\ndata: {fragment(judging)}\n\n"
        await asyncio.sleep(LOOK_SECONDS)


def fragment(judging: Ahead) -> str:
    """Return the progress as one line of HTML."""
    done = round(100 * judging.share)
    words = stage_words(judging)
    return f'<progress max="100" value="{done}">{done} %</progress><p>{done} %: {words}</p>'
