"""Makes the README's coverage table from specs, flats and checks; `--write` puts it into the README."""

from __future__ import annotations

import sys
from pathlib import Path

from conformance.checks import find_suite, offered
from conformance.contract import open_contract
from mockserver.app import FLATS, load_flats
from mockserver.provider import not_offered
from specs import PROVIDERS, open_book

README = Path(__file__).parent.parent / "README.md"
START, END = "<!-- coverage -->\n", "<!-- /coverage -->"
HEAD = (
    "| provider | operations offered | webhooks | lifecycles (transitions) |"
    " MUST checked (or reason) | SHOULD checked |\n"
    "|---|---|---|---|---|---|\n"
)


def table() -> str:
    """Return the table as markdown."""
    return HEAD + "".join(_row(provider) for provider in PROVIDERS)


def _row(provider: str) -> str:
    book = open_book(provider)
    flats = load_flats([provider]) if provider in FLATS else {}
    functions = flats[provider].operations.values() if flats else ()
    offered = sum(1 for function in functions if function is not not_offered)
    rows = sum(len(machine.transitions) for machine in book.lifecycles.values())
    checked = (
        {item.rule for item in find_suite(provider).items(open_contract(provider))} if _has_suite(provider) else set()
    )
    cells = [provider, f"{offered}/{len(book.operations)}", str(len(book.webhooks)), f"{len(book.lifecycles)} ({rows})"]
    for level in ("MUST", "SHOULD"):
        rules = [rule for rule in book.rules.values() if rule.level == level]
        done = sum(1 for rule in rules if rule.id in checked)
        excused = sum(1 for rule in rules if rule.id not in checked and rule.not_tested)
        cells.append(f"{done}/{len(rules)}" + (f" ({excused})" if excused else ""))
    return "| " + " | ".join(cells) + " |\n"


def _has_suite(provider: str) -> bool:
    return provider in offered()


def written() -> str:
    """Return the table that the README shows."""
    return README.read_text("utf-8").partition(START)[2].partition(END)[0]


def main() -> int:
    """Print the table, or write it."""
    if "--write" in sys.argv:
        before, _, rest = README.read_text("utf-8").partition(START)
        README.write_text(before + START + table() + END + rest.partition(END)[2], "utf-8")
    else:
        print(table(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
