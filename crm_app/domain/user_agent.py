"""What a browser calls itself, in the few words that its owner recognises it by."""

# The first that occurs names it: Edge and Opera also say Chrome, all but Firefox also say Safari.
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome"} | {
    "CriOS/": "Chrome",
    "FxiOS/": "Firefox",
    "Safari/": "Safari",
}
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows"} | {
    "Mac OS X": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def describe_device(user_agent: str) -> str:
    """Return a name like "Firefox on Windows"; at most 60 characters, fit to show."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    return " on ".join(part for part in (browser, system) if part) or "Unknown device"
