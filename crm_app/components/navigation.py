"""The links to the views, in the top bar, and below 1024 px in a bar at the bottom."""

import reflex as rx

from crm_app.components.contacts.column import BehindSheet
from crm_app.components.icon import icon
from crm_app.components.theme import BODY, FOCUS, STRONG

VIEWS = (("/", "Contacts", "people"), ("/trash", "Trash", "trash"))
TOP = (
    "inline-flex h-8 items-center rounded-lg px-2.5 text-sm font-medium forced-colors:border "
    f"{FOCUS}"
)
BOTTOM = f"flex flex-col items-center justify-center gap-1 text-[11px] font-medium {FOCUS}"


class ViewLink(rx.Component):
    """A link to a view; the current one looks otherwise, and is said to be."""

    library = "$/browser/navigation.jsx"
    tag = "ViewLink"

    path: rx.Var[str]
    is_at_bottom: rx.Var[bool]
    hook: rx.Var[str]
    look: rx.Var[str]
    look_of_current: rx.Var[str]


def views() -> rx.Component:
    """Return the links of the top bar."""
    return rx.el.nav(
        *(
            ViewLink.create(
                label,
                path=path,
                hook=f"nav-{label.lower()}",
                look=(
                    f"{TOP} hover:bg-ink-100 hover:text-ink-900 dark:hover:bg-ink-800 "
                    f"dark:hover:text-ink-50 {BODY}"
                ),
                look_of_current=f"{TOP} bg-ink-100 dark:bg-ink-800 {STRONG}",
            )
            for path, label, _ in VIEWS
        ),
        class_name="flex shrink-0 items-center gap-0.5 max-lg:hidden",
        custom_attrs={"aria-label": "Views"},
    )


def bottom_bar() -> rx.Component:
    """Return the bar at the bottom, whose middle is for the round +."""
    first, *others = (
        ViewLink.create(
            icon(name, "size-5"),
            label,
            path=path,
            is_at_bottom=True,
            hook=f"nav-{label.lower()}",
            look=f"{BOTTOM} {BODY}",
            look_of_current=f"{BOTTOM} text-accent-700 dark:text-accent-300",
        )
        for path, label, name in VIEWS
    )
    return BehindSheet.create(
        first,
        rx.el.span(),
        *others,
        class_name=(
            "fixed inset-x-0 bottom-0 z-10 grid h-[calc(4rem+env(safe-area-inset-bottom))] "
            "grid-cols-3 border-t border-ink-200/70 bg-white pb-[env(safe-area-inset-bottom)] "
            "lg:hidden dark:border-ink-800 dark:bg-ink-950 print:hidden"
        ),
        as_="nav",
        custom_attrs={"aria-label": "Views"},
    )
