"""What every page needs to know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from whennot import __version__

THEMES = ("system", "light", "dark")
THEME, KEYS = "whennot_theme", "whennot_keys"


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """Return the look that was chosen, whether single keys act, and the version."""
    theme = request.COOKIES.get(THEME, "system")
    return {
        "theme": theme if theme in THEMES else "system",
        "single_keys": request.COOKIES.get(KEYS) != "off",
        "version": __version__,
        "home_id": settings.HOME_ID,
        "design_page": settings.DESIGN_PAGE,
    }
