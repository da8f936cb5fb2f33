"""The forms about people, firms, agents and sign-ins."""

from __future__ import annotations

from portal.identity.forms.account import (
    AccountForm,
    FactorForm,
    PasswordForm,
)
from portal.identity.forms.agents import (
    AgentForm,
)
from portal.identity.forms.books import (
    BOOK_FORMS,
)
from portal.identity.forms.colleagues import (
    ColleagueForm,
)
from portal.identity.forms.firms import (
    ROLES,
    IecForm,
    InviteForm,
    LetterForm,
    ProofForm,
    RoleForm,
    WhyForm,
)
from portal.identity.forms.mandates import (
    FindAgentForm,
    MandateForm,
)
from portal.identity.forms.registration import (
    CodeForm,
    CodesForm,
    JoinForm,
    NewPassword,
    RegisterForm,
    ResetForm,
)
from portal.identity.forms.sessions import (
    SignInForm,
)

__all__ = [
    "BOOK_FORMS",
    "ROLES",
    "AccountForm",
    "AgentForm",
    "CodeForm",
    "CodesForm",
    "ColleagueForm",
    "FactorForm",
    "FindAgentForm",
    "IecForm",
    "InviteForm",
    "JoinForm",
    "LetterForm",
    "MandateForm",
    "NewPassword",
    "PasswordForm",
    "ProofForm",
    "RegisterForm",
    "ResetForm",
    "RoleForm",
    "SignInForm",
    "WhyForm",
]
