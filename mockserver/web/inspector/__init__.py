"""Pages for people who want to see what happens in a sandbox."""

from mockserver.web.inspector.pages import bind

__all__ = ["bind"]
