"""The header of a message: thread, id, parties, time, live or test."""

from __future__ import annotations

from mockserver.providers.tonegrid.ddex.material import SENDER_DPID, SENDER_NAME, Material, file_stem, recipient
from mockserver.providers.tonegrid.ddex.xml import Element, add


def write_header(root: Element, material: Material, *, is_purge: bool = False) -> None:
    """Append MessageHeader (L705)."""
    header = add(root, "MessageHeader")
    add(header, "MessageThreadId", material.thread_id)
    key = f"PURGE-{material.message_key[:28]}" if is_purge else material.message_key
    add(header, "MessageId", f"TG-{key}")
    add(header, "MessageFileName", f"TG_{'purge_' if is_purge else ''}{file_stem(material)}.xml")
    _party(header, "MessageSender", SENDER_DPID, SENDER_NAME)
    switches = material.switches
    if switches["sobo_party_dpid"] and switches["sobo_party_name"]:
        _party(header, "SentOnBehalfOf", switches["sobo_party_dpid"], switches["sobo_party_name"])
    _party(header, "MessageRecipient", *recipient(material))
    add(header, "MessageCreatedDateTime", material.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    add(header, "MessageControlType", "TestMessage" if switches["is_test_delivery"] else "LiveMessage")


def _party(header: Element, tag: str, dpid: str, name: str) -> None:
    party = add(header, tag)
    add(party, "PartyId", dpid)
    add(add(party, "PartyName"), "FullName", name)
