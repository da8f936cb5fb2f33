"""The forms about people, firms and sign-ins."""

from __future__ import annotations

from portal.identity.forms.account import AccountForm, FactorForm, PasswordForm
from portal.identity.forms.firms import (
    ROLES,
    IecForm,
    InviteForm,
    LetterForm,
    ProofForm,
    RoleForm,
    WhyForm,
)
from portal.identity.forms.registration import (
    CodeForm,
    CodesForm,
    JoinForm,
    NewPassword,
    RegisterForm,
    ResetForm,
)
from portal.identity.forms.sessions import SignInForm

__all__ = [
    "ROLES",
    "AccountForm",
    "CodeForm",
    "CodesForm",
    "FactorForm",
    "IecForm",
    "InviteForm",
    "JoinForm",
    "LetterForm",
    "NewPassword",
    "PasswordForm",
    "ProofForm",
    "RegisterForm",
    "ResetForm",
    "RoleForm",
    "SignInForm",
    "WhyForm",
]
