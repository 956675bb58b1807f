"""Django's own commands, such as ``python manage.py check --deploy`` with WHENNOT_URL set."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whennot.web.settings")
    execute_from_command_line(sys.argv)
