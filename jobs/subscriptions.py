"""Which job hears of which fact, on one screen."""

from __future__ import annotations

from collections.abc import Mapping

# Whose credential it is, and who looks after an officer.
CREDENTIAL = ("jobs.mail.tell_credential", "jobs.mail.tell_credential_office")

# A fact that nobody hears yet is written all the same: later rooms subscribe here.
SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "certificates.allotted": ("jobs.certificates.issue_certificate",),
    "certificates.issued": ("jobs.mail.tell_decided", "jobs.certificates.make_lasting"),
    "certificates.proof_due": ("jobs.certificates.make_lasting",),
    "certificates.draft_asked": ("jobs.certificates.make_draft",),
    "certificates.given_up": ("jobs.mail.tell_given_up",),
    "filing.submitted": (),
    "filing.answered": ("jobs.mail.tell_answered",),
    "filing.asked": ("jobs.mail.tell_asked",),
    "filing.rejected": ("jobs.mail.tell_decided",),
    "filing.withdrawn": (),
    "identity.code_asked": ("jobs.mail.send_code",),
    "identity.known_email_registered": ("jobs.mail.send_known_email",),
    "identity.firm_linked": ("jobs.mail.tell_linked",),
    "identity.claim_by_letter": ("jobs.mail.tell_claim_by_letter", "jobs.mail.tell_claim_waits"),
    "identity.claim_decided": ("jobs.mail.tell_claim_decided",),
    "identity.invited": ("jobs.mail.send_invitation",),
    "identity.invitation_accepted": ("jobs.mail.tell_accepted",),
    "identity.member_removed": ("jobs.mail.tell_removed",),
    "identity.member_disputed": ("jobs.mail.tell_dispute",),
    "identity.dispute_settled": ("jobs.mail.tell_settled",),
    "identity.security_changed": ("jobs.mail.tell_security",),
    "notifications.posted": ("jobs.mail.mail_message",),
    "filing.given_back": ("jobs.mail.tell_given_back",),
    "agencies.listed": (),
    "agencies.suspended": (),
    "agencies.registration_made": ("jobs.mail.tell_registration_waits",),
    "agencies.registration_decided": ("jobs.mail.tell_registration_decided",),
    "agencies.handed_over": ("jobs.mail.tell_handed_over",),
    "agencies.administrator_left": (),
    "agencies.officer_came": ("jobs.agencies.free_desks",),
    "agencies.officer_deactivated": ("jobs.agencies.free_desks", "jobs.mail.tell_deactivated"),
    "agencies.work_transferred": ("jobs.agencies.transfer_work",),
    "agencies.office_opened": ("jobs.agencies.make_seal_key",),
    "signing.waits": ("jobs.signing.look_after",),
    "signing.test_begun": ("jobs.signing.prepare_test",),
    "signing.test_responded": ("jobs.signing.finish",),
    "signing.test_signed": ("jobs.signing.offer_credential",),
    "signing.credential_ends": CREDENTIAL,
    "signing.credential_ended": CREDENTIAL,
    "signing.credential_revoked": CREDENTIAL,
    "signing.application_begun": ("jobs.signing.prepare_application",),
    "signing.application_responded": ("jobs.signing.finish",),
    "signing.application_signed": (),
    "signing.decision_begun": ("jobs.signing.prepare_decision",),
    "signing.decision_responded": ("jobs.signing.finish",),
    "signing.decision_signed": ("jobs.certificates.take_signed",),
    "agencies.struck_off": ("jobs.agencies.give_back_files",),
}
