"""The one place that draws chance: repeatable numbers, names and identifiers."""

from mockserver.fakes.catalogue import Fakes, c_line, p_line
from mockserver.fakes.chance import Chance, hex_for, token_for, uuid_for
from mockserver.fakes.people import Address

__all__ = ["Address", "Chance", "Fakes", "c_line", "hex_for", "p_line", "token_for", "uuid_for"]
