"""Jobs that tell people something."""

from __future__ import annotations

from jobs.task import job
from portal.notifications import actions

send_code = job(actions.send_code)
send_known_email = job(actions.send_known_email)
send_invitation = job(actions.send_invitation)
mail_message = job(actions.mail_message)
tell_accepted = job(actions.tell_accepted)
tell_answered = job(actions.tell_answered)
tell_asked = job(actions.tell_asked)
tell_claim_by_letter = job(actions.tell_claim_by_letter)
tell_claim_decided = job(actions.tell_claim_decided)
tell_claim_waits = job(actions.tell_claim_waits)
tell_credential = job(actions.tell_credential)
tell_credential_office = job(actions.tell_credential_office)
tell_deactivated = job(actions.tell_deactivated)
tell_decided = job(actions.tell_decided)
tell_dispute = job(actions.tell_dispute)
tell_given_back = job(actions.tell_given_back)
tell_given_up = job(actions.tell_given_up)
tell_handed_over = job(actions.tell_handed_over)
tell_linked = job(actions.tell_linked)
tell_registration_decided = job(actions.tell_registration_decided)
tell_registration_waits = job(actions.tell_registration_waits)
tell_removed = job(actions.tell_removed)
tell_security = job(actions.tell_security)
tell_settled = job(actions.tell_settled)
