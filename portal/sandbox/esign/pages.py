"""The provider's pages: plain HTML, whole without script."""

from __future__ import annotations

from html import escape

from portal.sandbox.esign.deals import Deal
from portal.sandbox.esign.people import people
from portal.sandbox.wire import HTML, Answer

CODE = "123456"
CONSENT, OTP, CONTINUE = "/esign/2.1/consent", "/esign/2.1/otp", "/esign/2.1/continue"
_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 0 auto; padding: 1rem; }
.mark { border: .2rem solid; padding: .5rem 1rem; font-weight: bold; }
dt { font-weight: bold; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
select, input, button { font: inherit; padding: .5rem; max-width: 100%; }
.problem { border-inline-start: .3rem solid; padding-inline-start: .7rem; font-weight: bold; }
iframe { width: 1px; height: 1px; border: 0; }
"""
_AGAIN = "document.forms[document.forms.length - 1].submit()"
_ONCE = f"<script>{_AGAIN}</script>"
_TWICE = f"<script>document.forms[0].submit(); setTimeout(() => {_AGAIN}, 1500)</script>"


def consent(deal: Deal, problem: str = "") -> Answer:
    """Who asks for what, and who will sign: one button sends the code."""
    rows = "".join(
        f'<option value="{escape(one.id)}">{escape(one.name)} ({escape(one.note)})</option>'
        for one in people().values()
    )
    form = f"""<form method="post" action="{CONSENT}">{_session(deal)}
<p><label for="person">Invented person who signs</label><br>
<select id="person" name="person">{rows}</select></p>
<p><button name="action" value="send">I consent: send me a code</button></p>
<p><button name="action" value="cancel">Cancel</button></p></form>"""
    return _page("Consent to sign", _problem(problem) + _facts(deal) + form, bool(problem))


def code(deal: Deal, problem: str = "") -> Answer:
    """The one-time code, which a real provider would send to a phone."""
    who = people()[deal.person].name
    form = f"""<p>Signing as <strong>{escape(who)}</strong>. SPECIMEN: no message was sent, the
code is <strong>{CODE}</strong>. It is good for 10 minutes.</p>
<form method="post" action="{OTP}">{_session(deal)}
<p><label for="otp">One-time code</label><br>
<input id="otp" name="otp" inputmode="numeric" autocomplete="one-time-code" autofocus></p>
<p><button name="action" value="sign">Sign</button></p>
<p><button name="action" value="cancel">Cancel</button></p></form>"""
    return _page("Enter the code", _problem(problem) + form, bool(problem))


def back(url: str, msg: str, asp: str, *, twice: bool = False) -> Answer:
    """Takes the answer to the portal: by itself where there is script, else by the button."""
    form = _return_form(url, msg, asp)
    copy = ""
    if twice:
        copy = _return_form(url, msg, asp, "copy")
        copy += '<iframe name="copy" title="SPECIMEN: the answer, a first time"></iframe>'
    script = _TWICE if twice else _ONCE
    words = "<p>The answer goes back through your browser.</p>"
    return _page("Back to the portal", words + copy + form + script)


def waiting(deal: Deal, released: bool) -> Answer:
    """No answer for the browser: not now, or never."""
    words = "<p>Your signature is being processed. You may close this page.</p>"
    form = f"""<form method="post" action="{CONTINUE}">{_session(deal)}
<p><button>Look again</button></p></form>"""
    return _page("Please wait", words + (form if released else ""))


def refused(code: str, message: str, status: int = 400) -> Answer:
    """Where there is no portal that an answer may go to."""
    text = f'<p class="problem">{escape(code)}: {escape(message)}.</p>'
    return _page("The request is refused", text, status=status)


def _return_form(url: str, msg: str, asp: str, target: str = "") -> str:
    where = f' target="{target}"' if target else ""
    return f"""<form method="post" action="{escape(url)}" enctype="multipart/form-data"{where}>
<input type="hidden" name="msg" value="{escape(msg)}">
<p><button>Go back to {escape(asp)}</button></p></form>"""


def _facts(deal: Deal) -> str:
    asked = deal.asked
    rows = (
        ("Portal that asks", asked.asp),
        ("Document", asked.doc_info),
        ("SHA-256 of what is signed", asked.digest),
        ("Transaction", asked.txn),
    )
    return "<dl>" + "".join(f"<dt>{a}</dt><dd>{escape(b)}</dd>" for a, b in rows) + "</dl>"


def _session(deal: Deal) -> str:
    return f'<input type="hidden" name="session" value="{deal.session}">'


def _problem(text: str) -> str:
    return f'<p class="problem" role="alert">{escape(text)}</p>' if text else ""


def _page(title: str, inside: str, wrong: bool = False, status: int = 200) -> Answer:
    body = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} (SPECIMEN e-sign)</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>
<body><main><p class="mark">SPECIMEN e-sign provider, NOT VALID. Its people are invented. Never type
a real identity number here.</p>
<h1>{title}</h1>
{inside}
</main></body></html>
"""
    return Answer(422 if wrong else status, body.encode(), HTML)
