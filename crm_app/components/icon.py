"""Icons as inline SVG, without an icon library."""

import reflex as rx

PATHS: dict[str, tuple[str, ...]] = {
    "alert": ("M12 9v4", "M12 17h.01", "M10.3 4 2.2 18a2 2 0 0 0 1.7 3h16.2a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0z"),
    "building": ("M5 21V5a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v16", "M16 9h2a2 2 0 0 1 2 2v10", "M3 21h19", "M9 8h3", "M9 12h3", "M9 16h3"),
    "check": ("M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0z", "m8.5 12.2 2.4 2.4 4.6-4.9"),
    "close": ("M6 6l12 12", "M18 6 6 18"),
    "contact": ("M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z", "M16 11a4 4 0 1 1-8 0a4 4 0 0 1 8 0z", "M6.5 21a5.6 5.6 0 0 1 11 0"),
    "copy": ("M10 8h9a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2z", "M4.500 16A2 2 0 0 1 3 14V5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 1.500"),
    "database": ("M21 5c0 1.700-4 3-9 3S3 6.700 3 5s4-3 9-3 9 1.300 9 3z", "M3 5v14a9 3 0 0 0 18 0V5", "M3 12a9 3 0 0 0 18 0"),
    "down": ("m6 9 6 6 6-6",),
    "info": ("M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0z", "M12 8v4.5", "M12 16h.01"),
    "key": ("M2.600 17.400A2 2 0 0 0 2 18.800V21a1 1 0 0 0 1 1h3a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h1a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h.2a2 2 0 0 0 1.400-.6l.8-.8a6.500 6.500 0 1 0-4-4z", "M16.500 7.500h.01"),
    "leave": ("m16 17 5-5-5-5", "M21 12H9", "M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4"),
    "left": ("m15 18-6-6 6-6",),
    "mail": ("M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z", "m22 8-9 6a2 2 0 0 1-2 0L2 8"),
    "message": ("M21 15a2 2 0 0 1-2 2H7l-4 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2z",),
    "moon": ("M20.5 14.5A8.5 8.5 0 1 1 9.5 3.500a7 7 0 0 0 11 11z",),
    "notes": ("M4 6h16", "M4 12h10", "M4 18h14"),
    "pencil": ("M4 20l1-4.500L16.500 4a2.100 2.100 0 0 1 3 0l.5.5a2.100 2.100 0 0 1 0 3L8.500 19z", "M14.500 6l3.500 3.500"),
    "people": ("M15 8a4 4 0 1 1-8 0a4 4 0 0 1 8 0z", "M4 20.500a7 7 0 0 1 14 0", "M17 4.500a4 4 0 0 1 0 7", "M19.500 15a7 7 0 0 1 2 5"),
    "person": ("M16 8a4 4 0 1 1-8 0a4 4 0 0 1 8 0z", "M5 20.500a7 7 0 0 1 14 0"),
    "phone": ("M6.200 3.500H9l1.800 4.600-2.200 1.700a13 13 0 0 0 5.600 5.600l1.700-2.200 4.600 1.800v2.800a2.200 2.200 0 0 1-2.400 2.200A17 17 0 0 1 4 5.900a2.200 2.200 0 0 1 2.200-2.400z",),
    "plus": ("M5 12h14", "M12 5v14"),
    "search": ("M19 11a8 8 0 1 1-16 0a8 8 0 0 1 16 0z", "m21 21-4.300-4.300"),
    "shield": ("M20 13c0 5-3.500 7.500-7.700 9a1 1 0 0 1-.7 0C7.500 20.500 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.500-1.200 6.200-2.700a1.200 1.200 0 0 1 1.500 0C14.500 3.800 17 5 19 5a1 1 0 0 1 1 1z",),
    "tick": ("m5 12.500 4.500 4.500L19 7.500",),
    "trash": ("M4 6.500h16", "M18.500 6.500V19a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2V6.500", "M9 6.500V5a2 2 0 0 1 2-2h2a2 2 0 0 1 2 2v1.500", "M10 11v5.500", "M14 11v5.500"),
    "up": ("m18 15-6-6-6 6",),
}  # fmt: skip

# As attributes: Reflex would make a style sheet of properties.
STROKE = {
    "fill": "none",
    "stroke": "currentColor",
    "strokeWidth": "2",
    "strokeLinecap": "round",
    "strokeLinejoin": "round",
}


def icon(name: str, class_name: str = "size-4") -> rx.Component:
    """Return an icon in the colour of its text, hidden from screen readers."""
    return rx.el.svg(
        *[rx.el.path(d=path) for path in PATHS[name]],
        class_name=f"shrink-0 {class_name}",
        view_box="0 0 24 24",
        custom_attrs={"aria-hidden": "true", **STROKE},
    )
