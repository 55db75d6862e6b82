"""A handler that runs in the background, for tests: the application has none."""

import reflex as rx


class BackgroundState(rx.State):
    """A state with nothing else."""

    @rx.event(background=True)
    async def wait(self):
        """Do nothing."""


BACKGROUND = f"{BackgroundState.get_full_name()}.wait"
