"""`python -m epicrisis` is the command line."""

from epicrisis.cli.main import main

main()
