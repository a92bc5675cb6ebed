"""The operations of the control API, one module per tag."""

from mockserver.control.operations import (
    clock,
    coverage,
    credentials,
    deliveries,
    faults,
    inbound,
    journal,
    process,
    sandboxes,
    snapshots,
    state,
    workflows,
)

OPERATIONS = {
    **process.OPERATIONS,
    **credentials.OPERATIONS,
    **sandboxes.OPERATIONS,
    **clock.OPERATIONS,
    **state.OPERATIONS,
    **workflows.OPERATIONS,
    **journal.OPERATIONS,
    **deliveries.OPERATIONS,
    **inbound.OPERATIONS,
    **faults.OPERATIONS,
    **snapshots.OPERATIONS,
    **coverage.OPERATIONS,
}
