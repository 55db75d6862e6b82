"""The application with one more action; it takes the same command line as `crm_app`."""

from benchmarks import checkout_state
from crm_app.cli.commands import main

if __name__ == "__main__":
    checkout_state.register()
    main()
