"""Binds the product's lifecycle: which event leads to the status that an update asks for."""

from __future__ import annotations

EVENTS = {"active": "activate", "archived": "archive", "draft": "return_to_draft"}
