"""Reads of applications, always scoped by the actor."""

from __future__ import annotations

from portal.filing.queries.clients import (
    MOST_LINES,
    client_desks,
    client_files,
    offices_for,
    statement,
    used_under,
)
from portal.filing.queries.desks import belongs_to, files_on_desk, nobody_may_decide
from portal.filing.queries.facts import (
    application_facts,
    application_for,
)
from portal.filing.queries.goods import (
    GoodsPage,
    GoodsSums,
    digest_of,
    gaps_in_short,
    goods_page,
    goods_sums,
    invoice_numbers,
    line_facts,
    line_gaps,
    page_in,
)
from portal.filing.queries.in_lieu import InLieu, Replacement, in_lieu_of, replacement_of, under_way
from portal.filing.queries.lists import (
    PAGE,
    Counted,
    ListRow,
    QueueRow,
    applications,
    exporter_counts,
    office_counts,
    open_files_at,
    queue,
    usual_minutes,
)
from portal.filing.queries.papers import attachment_for
from portal.filing.queries.personal import (
    personal_data_of,
)
from portal.filing.queries.preflight import Report, preflight_as_handed_in, preflight_now
from portal.filing.queries.sections import (
    last_savers,
    section_values,
    typed_answer,
    typed_by,
)
from portal.filing.queries.shapes import (
    ApplicationFacts,
    AttachmentFacts,
    EventFacts,
    InputFacts,
    LineFacts,
    QuestionFacts,
)
from portal.filing.queries.shipping_bills import BillState, Mismatch, bill_state, mismatches
from portal.filing.queries.signatures import (
    Signed,
    newest_signature,
    signed_state,
)
from portal.filing.queries.versions import (
    Change,
    changes_since_last,
    latest_particulars,
    next_version,
)

__all__ = [
    "MOST_LINES",
    "PAGE",
    "ApplicationFacts",
    "AttachmentFacts",
    "BillState",
    "Change",
    "Counted",
    "EventFacts",
    "GoodsPage",
    "GoodsSums",
    "InLieu",
    "InputFacts",
    "LineFacts",
    "ListRow",
    "Mismatch",
    "QuestionFacts",
    "QueueRow",
    "Replacement",
    "Report",
    "Signed",
    "application_facts",
    "application_for",
    "applications",
    "attachment_for",
    "belongs_to",
    "bill_state",
    "changes_since_last",
    "client_desks",
    "client_files",
    "digest_of",
    "exporter_counts",
    "files_on_desk",
    "gaps_in_short",
    "goods_page",
    "goods_sums",
    "in_lieu_of",
    "invoice_numbers",
    "last_savers",
    "latest_particulars",
    "line_facts",
    "line_gaps",
    "mismatches",
    "newest_signature",
    "next_version",
    "nobody_may_decide",
    "office_counts",
    "offices_for",
    "open_files_at",
    "page_in",
    "personal_data_of",
    "preflight_as_handed_in",
    "preflight_now",
    "queue",
    "replacement_of",
    "section_values",
    "signed_state",
    "statement",
    "typed_answer",
    "typed_by",
    "under_way",
    "used_under",
    "usual_minutes",
]
