"""Streams: how far a verdict or an appeal is, pushed while a page is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from whennot.practice.ahead import Ahead
from whennot.practice.work import Work
from whennot.web.desk import desk
from whennot.web.forms.appeal import AppealForm
from whennot.web.pages.verdict import stage_words

LOOK_SECONDS = 0.1
LONGEST_SECONDS = 600
"""A browser connects again by itself; a stream that nobody reads must end some day."""


@require_safe
async def progress(_: HttpRequest, name: str) -> StreamingHttpResponse:
    """Stream the progress of a play's judgment as HTML fragments, and ``done`` at its end."""
    judging = await asyncio.to_thread(_under_way, name)
    return _stream(judging, lambda: _is_settled(name))


@require_safe
async def appeal(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """Stream the progress of the appeal that the address asks for."""
    contest = await asyncio.to_thread(_contest, name, request)
    return _stream(contest, lambda: contest is None or contest.stopped or contest.share >= 1)


def _under_way(name: str) -> Work | None:
    """Return the judgment that a debrief waits for; before it, how good it was is asked."""
    episode = desk().play(name).episode
    return desk().under_way(name) if episode.state == "debrief" else None


def _contest(name: str, request: HttpRequest) -> Work | None:
    form = AppealForm(desk().settled(name).episode, request.GET)
    return desk().contest(name, form.changes()) if form.is_valid() else None


def _is_settled(name: str) -> bool:
    """Return whether nothing is waited for: the findings are in the play, or nobody works on them.

    Work is done a moment before its findings are in the play.
    """
    episode = desk().play(name).episode
    waits = episode.state == "debrief" and episode.findings is None
    return not waits or desk().under_way(name) is None


def _stream(work: Work | None, settled: Callable[[], bool]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_events(work, settled), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _events(work: Work | None, settled: Callable[[], bool]) -> AsyncIterator[str]:
    told = -1.0
    for _ in range(int(LONGEST_SECONDS / LOOK_SECONDS)):
        if work is not None and work.stopped:
            yield "event: stopped\ndata: stopped\n\n"
            return
        if (work is None or work.share >= 1) and await asyncio.to_thread(settled):
            yield "event: done\ndata: done\n\n"
            return
        if work is not None and work.share > told:
            told = work.share
            yield f"event: progress\ndata: {fragment(work)}\n\n"
        await asyncio.sleep(LOOK_SECONDS)


def fragment(work: Work) -> str:
    """Return the progress as one line of HTML."""
    done = round(100 * work.share)
    words = f"{done} % done: {stage_words(work)}" if isinstance(work, Ahead) else f"{done} %"
    bar = f'<progress max="100" value="{done}" aria-label="Worked out">{done} %</progress>'
    return f"{bar}<p>{words}</p>"
