"""Modal dialogs: native `dialog` elements, which keep the focus inside."""

import reflex as rx

DIALOG = (
    "m-auto w-[calc(100%-2rem)] rounded-2xl bg-white p-6 shadow-2xl "
    "backdrop:bg-ink-950/50 backdrop:backdrop-blur-[2px] dark:bg-ink-900"
)


def dialog(
    *children: rx.Component,
    is_open: bool,
    test_id: str,
    title_id: str,
    text_id: str,
    role: str = "alertdialog",
    width: str = "max-w-md",
) -> rx.Component:
    """Return a modal dialog that `assets/dialog.js` shows while `is_open`.

    Escape presses the button marked `data-dismisses`; `data-takes-focus` marks the one with focus.
    """
    return rx.el.dialog(
        *children,
        class_name=f"{DIALOG} {width}",
        custom_attrs={
            "role": role,
            "data-testid": test_id,
            "data-open": rx.cond(is_open, "true", "false"),
            "aria-labelledby": title_id,
            "aria-describedby": text_id,
        },
    )
