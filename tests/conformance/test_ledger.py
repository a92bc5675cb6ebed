"""What the suite leaves behind: nothing, also where an earlier run could not clean up."""

from __future__ import annotations

from judging import Opened

from conformance.checks.products import wares
from conformance.clock import in_base36
from conformance.config import Settings
from conformance.ledger import Ledger


def test_names_and_digits_are_never_the_same_twice() -> None:
    ledger = Ledger()

    assert len({ledger.name() for _ in range(50)}) == 50
    assert len({ledger.digits(10) for _ in range(50)}) == 50
    assert all(name.startswith("conformance ") for name in (ledger.name(), ledger.name("x")))


def test_everything_is_undone_newest_first_and_what_could_not_be_is_told() -> None:
    ledger, undone = Ledger(), []
    for id in ("a", "b", "c"):
        ledger.add(id)
    ledger.forget("c")
    ledger.add("d")

    def undo(id: str) -> None:
        if id == "b":
            raise OSError("stuck")
        undone.append(id)

    assert ledger.clean_up(undo) == ["b"]
    assert undone == ["d", "a"]
    assert ledger.created == ()


def test_base_36_counts() -> None:
    assert [in_base36(number) for number in (0, 35, 36, 1295)] == ["0", "z", "10", "zz"]


def test_a_run_leaves_nothing_on_a_target_without_sandboxes(opened: Opened, settings: Settings) -> None:
    session = opened(settings)
    case = session.new_case()
    draft, active = wares.make(case), wares.make_in(case, "active")

    assert session.close() == []

    again = opened(settings).new_case()
    assert [wares.read(again, id).status for id in (draft, active)] == [404, 404]


def test_leftovers_of_an_earlier_run_are_swept_and_nothing_else(opened: Opened, settings: Settings) -> None:
    case = opened(settings).new_case()
    old = in_base36(int(case.ledger.run[:-2], 36) - 2 * 3_600_000_000) + "00"
    left = wares.make(case, {"name": f"conformance {old} 1 product"})
    named_alike = wares.make(case, {"name": "conformance of spirits"})
    of_this_run = wares.make(case)

    wares.sweep(case)

    assert [wares.read(case, id).status for id in (left, named_alike, of_this_run)] == [404, 200, 200]
