"""Draws a lifecycle as a Mermaid state diagram."""

from __future__ import annotations

from specs import Lifecycle


def draw(lifecycle: Lifecycle) -> str:
    """Return Mermaid text: states, transitions labelled with event and actor, removal as the end."""
    lines = ["stateDiagram-v2", f"    [*] --> {lifecycle.initial}"]
    for row in lifecycle.transitions:
        for source in row.sources:
            lines.append(f"    {source} --> {row.target or '[*]'}: {row.event} ({row.by})")
    return "\n".join(lines) + "\n"
