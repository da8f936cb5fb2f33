"""Who may use which page, written down by hand, so that a changed decorator shows."""

from __future__ import annotations

from collections.abc import Mapping

FIRM = frozenset({"owner", "signatory", "preparer", "finance", "viewer", "stranger"})
PREPARERS = frozenset({"owner", "signatory", "preparer", "stranger"})
SUBMITTERS = frozenset({"owner", "signatory", "stranger"})
PAYERS = frozenset({"owner", "signatory", "finance", "stranger"})
OWNERS = frozenset({"owner", "stranger"})
OFFICERS = frozenset({"officer", "supervisor", "other_office", "other_agency"})
ADMINISTRATORS = frozenset({"administrator"})
DIRECTORATE = frozenset({"directorate"})
EVERYBODY = FIRM | OFFICERS | {"administrator", "directorate"}

# Everybody on earth.
PUBLIC = frozenset(
    {
        "identity.sign_in",
        "identity.begin",
        "identity.register",
        "identity.begin_registration",
        "identity.codes",
        "identity.confirm",
        "identity.codes_again",
        "identity.forgotten",
        "identity.ask_reset",
        "identity.new_password",
        "identity.reset_password",
        "identity.privacy",
        "identity.invitation",
        "identity.join",
        "identity.registry_dispute",
        "identity.dispute_by_registry",
        "trade_agreements.index",
        "trade_agreements.show",
        "trade_agreements.preferential",
        "reference.codes",
        "notices.index",
        "notices.in_force",
        "notices.show",
        "notices.feed",
        "agencies.index",
        "agencies.listed",
        "trade_events.index",
        "trade_events.show",
        "trade_events.calendar",
        "trade_events.ics",
        "verification.verify",
        "verification.by_number",
        "verification.by_qr",
        "verification.by_file",
        "dashboard.home",
        "health.show",
    }
)
# Pages about nobody's file: whoever signed in with such a role.
OWN: Mapping[str, frozenset[str]] = {
    "identity.sign_out": EVERYBODY,
    "identity.account": EVERYBODY,
    "identity.correct": EVERYBODY,
    "identity.change_password": EVERYBODY,
    "identity.end_session": EVERYBODY,
    "identity.factor": EVERYBODY,
    "identity.turn_on_factor": EVERYBODY,
    "identity.turn_off_factor": EVERYBODY,
    "identity.factor_code": EVERYBODY,
    "identity.pass_factor": EVERYBODY,
    "identity.accept_privacy": EVERYBODY,
    "identity.firms": EVERYBODY,
    "identity.find_firm": EVERYBODY,
    "identity.prove_firm": EVERYBODY,
    "identity.send_code": EVERYBODY,
    "identity.send_letter": EVERYBODY,
    "identity.claim": EVERYBODY,
    "identity.prove": EVERYBODY,
    "identity.claim_code_again": EVERYBODY,
    "identity.give_up_claim": EVERYBODY,
    "identity.claim_letter": EVERYBODY,
    "identity.claims_desk": frozenset({"directorate"}),
    "identity.judge_claim": frozenset({"directorate"}),
    "identity.settle_dispute": frozenset({"directorate"}),
    "identity.firm": FIRM,
    "identity.invite": OWNERS,
    "identity.invite_again": OWNERS,
    "identity.withdraw_invitation": OWNERS,
    "identity.member": OWNERS,
    "identity.change_role": OWNERS,
    "identity.remove_member": OWNERS,
    "identity.dispute": OWNERS,
    "identity.leave": FIRM,
    "identity.ask_registry": FIRM,
    "identity.accept": EVERYBODY,
    "notifications.inbox": EVERYBODY,
    "notifications.mark_read": EVERYBODY,
    "notifications.set_preference": EVERYBODY,
    "dashboard.my_data": EVERYBODY,
    "identity.seats": EVERYBODY,
    "identity.switch": EVERYBODY,
    "dashboard.show": EVERYBODY,
    "wallet.show": PAYERS,
    "wallet.add_specimen_credit": frozenset({"owner", "finance", "stranger"}),
    "agencies.show": ADMINISTRATORS,
    "agencies.desk": DIRECTORATE,
    "agencies.new": DIRECTORATE,
    "agencies.add": DIRECTORATE,
    "agencies.edit": DIRECTORATE,
    "agencies.turn": DIRECTORATE,
    "agencies.give_scope": DIRECTORATE,
    "agencies.scope": DIRECTORATE,
    "agencies.end_scope": DIRECTORATE,
    "agencies.judge": DIRECTORATE,
    "agencies.letter": DIRECTORATE,
    "agencies.approve": DIRECTORATE,
    "agencies.send_back": DIRECTORATE,
    "agencies.registration": EVERYBODY,
    "agencies.register": EVERYBODY,
    "agencies.hand_over": ADMINISTRATORS,
    "agencies.leave": ADMINISTRATORS,
    "filing.index": FIRM,
    "filing.start": PREPARERS,
    "filing.create": PREPARERS,
    "filing.queue": OFFICERS,
    "legacy.index": EVERYBODY,
    "legacy.start_import": frozenset({"directorate"}),
    "legacy.run_import": frozenset({"directorate"}),
    "reference.desk": frozenset({"directorate"}),
    "reference.replace": frozenset({"directorate"}),
    "reference.end": frozenset({"directorate"}),
    "notices.desk": frozenset({"directorate"}),
    "notices.new": frozenset({"directorate"}),
    "notices.enter": frozenset({"directorate"}),
    "notices.edit": frozenset({"directorate"}),
    "notices.correct": frozenset({"directorate"}),
    "notices.set_rule": frozenset({"directorate"}),
    "notices.edit_rule": frozenset({"directorate"}),
    "notices.correct_rule": frozenset({"directorate"}),
}
# Pages of one file: the role, and then only its own firm or office.
OF_A_FILE: Mapping[str, frozenset[str]] = {
    "filing.show": FIRM,
    "filing.submit": SUBMITTERS,
    "filing.answer": SUBMITTERS,
    "filing.withdraw": SUBMITTERS,
    "filing.discard": PREPARERS,
    "filing.goods": PREPARERS,
    "filing.add_line": PREPARERS,
    "filing.line": PREPARERS,
    "filing.change_line": PREPARERS,
    "filing.remove_line": PREPARERS,
    "filing.section": PREPARERS,
    "filing.save": PREPARERS,
    "filing.documents": PREPARERS,
    "filing.attach": PREPARERS,
    "filing.document": FIRM,
    "filing.queue_document": OFFICERS,
    "filing.scrutiny": OFFICERS,
    "filing.claim": OFFICERS,
    "filing.release": OFFICERS,
    "filing.ask": OFFICERS,
    "filing.reject": OFFICERS,
    "certificates.approve": OFFICERS,
    "certificates.void": frozenset({"supervisor"}),
    "certificates.show": EVERYBODY,
    "certificates.download": EVERYBODY,
}
ITS_FIRM = frozenset({"owner", "signatory", "preparer", "finance", "viewer"})
ITS_OFFICE = frozenset({"officer", "supervisor"})


def may_reach(endpoint: str, who: str, *, is_draft: bool) -> bool:
    """Whether somebody of the cast may reach a page of the rice mill's file at Delhi."""
    near = ITS_FIRM if is_draft else ITS_FIRM | ITS_OFFICE
    return who in OF_A_FILE[endpoint] and who in near
