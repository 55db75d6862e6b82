"""The application with one more action and a plain page; its command line is that of `crm_app`."""

from benchmarks import checkout_state
from benchmarks.plain_page import PlainPage
from crm_app.cli import supervisor
from crm_app.cli.commands import main

load_application = supervisor.load_application


def load_with_plain_page() -> PlainPage:
    return PlainPage(load_application())


if __name__ == "__main__":
    checkout_state.register()
    supervisor.load_application = load_with_plain_page
    main()
