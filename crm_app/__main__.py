"""Entry point of `python -m crm_app`."""

from crm_app.cli.commands import main

main()
