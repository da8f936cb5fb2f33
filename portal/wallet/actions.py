"""Adding credit and holding, releasing or capturing a fee, each with its audit row."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.errors import Forbidden, Invalid, Missing
from portal.core.money import Paise
from portal.core.permissions import Actor, Permission
from portal.core.words import N_
from portal.wallet import ledger
from portal.wallet.models import AccountKind, TransferKind

SPECIMEN_CREDIT = Paise(100_000)

ADDED = audit.Act("wallet.specimen_credit_added", ("amount_paise", "transfer"))
HELD = audit.Act("wallet.fee_held", ("amount_paise", "file"))
RELEASED = audit.Act("wallet.fee_released", ("file",))
CAPTURED = audit.Act("wallet.fee_captured", ("file", "agency"))


def add_specimen_credit(db: Session, actor: Actor, key: str, *, sandbox: bool) -> None:
    """Add Rs 1,000 of specimen credit (sandbox only); `key` makes a double click count once."""
    if not sandbox or not actor.may(Permission.WALLET_ADD):
        raise Forbidden("specimen credit")
    if actor.firm_id is None:
        raise Missing("wallet")
    if not key.isalnum() or not key.isascii() or len(key) > 64:
        raise Invalid(N_("The page was incomplete. Reload it and try again."), code="no_key")
    funds = ledger.account(db, AccountKind.SPECIMEN_FUNDS)
    available = ledger.account(db, AccountKind.AVAILABLE, actor.firm_id)
    before = ledger.find(db, f"specimen:{actor.firm_id}:{key}")
    made = ledger.transfer(
        db,
        f"specimen:{actor.firm_id}:{key}",
        TransferKind.SPECIMEN_CREDIT,
        funds,
        available,
        SPECIMEN_CREDIT,
        ref="specimen",
        person_id=actor.person_id,
    )
    if before is None:
        facts = {"amount_paise": int(SPECIMEN_CREDIT), "transfer": made.id}
        audit.record(db, f"wallet:{actor.firm_id}", ADDED, actor, **facts)


def hold_fee(db: Session, actor: Actor, firm_id: int, ref: str, amount: Paise) -> None:
    """Set the fee of file `ref` aside. Raises TooLittleCredit with the amount short."""
    ledger.hold(db, ref, firm_id, amount, actor.person_id)
    audit.record(db, f"wallet:{firm_id}", HELD, actor, amount_paise=int(amount), file=ref)


def release_fee(db: Session, actor: Actor, firm_id: int, ref: str) -> None:
    """Give the fee of file `ref` back."""
    ledger.release(db, ref, actor.person_id)
    audit.record(db, f"wallet:{firm_id}", RELEASED, actor, file=ref)


def capture_fee(db: Session, actor: Actor, firm_id: int, ref: str, agency_id: int) -> None:
    """Take the fee of file `ref` for the agency that issued the certificate."""
    ledger.capture(db, ref, agency_id, actor.person_id)
    audit.record(db, f"wallet:{firm_id}", CAPTURED, actor, file=ref, agency=agency_id)
