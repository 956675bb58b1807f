"""``python -m whennot`` is the same as ``whennot``."""

from whennot.cli import main

if __name__ == "__main__":
    main()
