"""Times in the visitor's time zone."""

import reflex as rx


def moment(time: rx.Var[str]) -> rx.Component:
    """Return a day with its time."""
    return _time(time, "{dateStyle: 'medium', timeStyle: 'short'}")


def day(time: rx.Var[str]) -> rx.Component:
    """Return a day."""
    return _time(time, DAY)


def day_of(time: rx.Var[str]) -> str:
    """Return the JavaScript that makes a day of a time."""
    return _shown(time, DAY)


DAY = "{dateStyle: 'medium'}"


def _time(time: rx.Var[str], options: str) -> rx.Component:
    return rx.el.time(rx.Var(_shown(time, options)).to(str), date_time=time)


def _shown(time: rx.Var[str], options: str) -> str:
    return f"new Date({time!s}).toLocaleString('en-US', {options})"
