"""Autosave: what is typed is kept within a second; another window's text is never overwritten."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from whennot.clock import now
from whennot.web.desk import desk
from whennot.web.pages.drafts import fields_of

DOCUMENT = re.compile(r"[^/\0]{1,200}/[a-z0-9-]{1,60}\Z")


@require_POST
def save(request: HttpRequest) -> JsonResponse:
    """Save a form as it is on the screen; 409 with both texts where another window saved it."""
    try:
        given = json.loads(request.body)
        document, fields, base = given["document"], given["fields"], int(given["base"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return JsonResponse({"error": "That is no draft."}, status=400)
    if not (isinstance(document, str) and DOCUMENT.match(document) and _is_form(fields)):
        return JsonResponse({"error": "That is no draft."}, status=400)
    try:
        text = json.dumps(fields, ensure_ascii=False, sort_keys=True)
        text = text.encode("utf-8", "replace").decode("utf-8")
        kept, mine = desk().home.save_draft(document, text, base=base, now=now())
    except ValueError as error:
        return JsonResponse({"error": str(error)}, status=413)
    answer = {"version": kept.version, "at": kept.at, "fields": fields_of(kept)}
    return JsonResponse(answer, status=200 if mine else 409)


def _is_form(fields: Any) -> bool:
    return isinstance(fields, dict) and all(isinstance(v, str) for v in fields.values())
