"""``whennot`` with the bench's page beside its own: ``python bench/web_program.py web ...``."""

from __future__ import annotations

import sys
from pathlib import Path

from django.conf import settings

from whennot.cli import main

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "whennot.web.settings"
    settings.ROOT_URLCONF = "web_bare"
    main()
