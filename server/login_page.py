"""The sign-in page and the page for a lost database: plain HTML that works without any script."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from urllib.parse import urlencode

from starlette.responses import Response

from server import problems
from server.login_words import WORDS, Language

# Nothing here runs a script, so none is allowed to.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

# Colours: Digital Agency design tokens, Blue 600 / Blue 900 light and Blue 300 dark.
STYLE = """
:root{color-scheme:light dark;--ground:#f2f2f2;--card:#fff;--text:#1a1a1a;--soft:#595959;
--line:#767676;--accent:#3460fb;--accent-deep:#0017c1;--on-accent:#fff;--note:#fff4c2;
--note-text:#1a1a1a;--hatch:#1a1a1a}
@media(prefers-color-scheme:dark){:root{--ground:#0b1220;--card:#141d2f;--text:#f2f4f8;
--soft:#b8c0d0;--line:#8a94a8;--accent:#9db7f9;--accent-deep:#c5d7fb;--on-accent:#0b1220;
--note:#3d3410;--note-text:#fff4c2;--hatch:#c8ced8}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:var(--ground);color:var(--text);
font:16px/1.7 "BIZ UDPGothic","Noto Sans JP","Noto Sans CJK JP",sans-serif;
font-variant-numeric:tabular-nums;display:flex;flex-direction:column}
body.drill{border:16px solid;border-image:repeating-linear-gradient(135deg,
var(--hatch) 0 12px,#fff 12px 24px) 16}
main{margin:auto;width:100%;max-width:448px;padding:24px 16px}
.card{background:var(--card);border-radius:8px;padding:32px 24px}
h1{font-size:32px;line-height:1.3;margin:0}
h1 small{display:block;font-size:16px;font-weight:400;color:var(--soft)}
.word{display:inline-block;border:3px solid currentColor;border-radius:8px;padding:0 12px;
font-size:24px;font-weight:700;margin:0 0 16px}
label{display:block;font-weight:700;margin:24px 0 4px}
input{width:100%;min-height:48px;padding:8px 16px;border:1px solid var(--line);border-radius:8px;
background:var(--card);color:var(--text);font:inherit}
button{width:100%;min-height:56px;margin-top:32px;border:0;border-radius:8px;
background:var(--accent);color:var(--on-accent);font:inherit;font-weight:700;cursor:pointer}
button:hover{background:var(--accent-deep)}
a{color:var(--accent-deep)}
:focus-visible{outline:4px solid #000;outline-offset:2px;box-shadow:0 0 0 2px #ffd43d}
@media(prefers-color-scheme:dark){:focus-visible{outline-color:#ffd43d}}
.note{background:var(--note);color:var(--note-text);border-left:8px solid currentColor;
border-radius:8px;padding:8px 16px;margin:24px 0 0}
.note b{display:block}
.quiet{color:var(--soft);font-size:14px;margin:16px 0 0}
nav{text-align:right;margin:0 0 8px}
"""


class LoginState(StrEnum):
    """What the sign-in page has to say."""

    FRESH = "fresh"
    FAILED = "failed"
    LOCKED = "locked"
    DISABLED = "disabled"
    LIMITED = "limited"
    STALE = "stale"
    SIGNED_OUT = "signed_out"
    BUSY = "busy"
    GONE = "gone"


STATUS: Mapping[LoginState, int] = {
    LoginState.FRESH: 200,
    LoginState.SIGNED_OUT: 200,
    LoginState.FAILED: 401,
    LoginState.DISABLED: 403,
    LoginState.STALE: 403,
    LoginState.LOCKED: 429,
    LoginState.LIMITED: 429,
    LoginState.BUSY: 503,
    LoginState.GONE: 503,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginView:
    """All that the sign-in page shows."""

    state: LoginState = LoginState.FRESH
    language: Language = "ja"
    drill: bool = False
    login: str = ""
    target: str = ""
    token: str = ""
    minutes: int = 0
    """For LOCKED and LIMITED: how long to wait."""


def render(view: LoginView) -> Response:
    """Return the sign-in page."""
    word = WORDS[view.language]
    other: Language = "en" if view.language == "ja" else "ja"
    query = {"lang": other, **({"next": view.target} if view.target else {})}
    name_focus, password_focus = ("", " autofocus") if view.login else (" autofocus", "")
    body = (
        f'<nav><a href="/login?{escape(urlencode(query))}" lang="{other}" hreflang="{other}">'
        f"{word['switch']}</a></nav><div class=card>{_head(view)}{_note(view)}"
        '<form method=post action="/login">'
        f'<input type=hidden name=csrf_token value="{escape(view.token)}">'
        f'<input type=hidden name=next value="{escape(view.target)}">'
        f'<input type=hidden name=lang value="{view.language}">'
        f"<label for=login>{word['login']}</label>"
        f'<input id=login name=login value="{escape(view.login)}" required maxlength=63 '
        f"autocomplete=username autocapitalize=none spellcheck=false{name_focus}>"
        f"<label for=password>{word['password']}</label>"
        "<input id=password name=password type=password required maxlength=128 "
        f"autocomplete=current-password{password_focus}>"
        f"<button type=submit>{word['sign_in']}</button></form>"
        f"<p class=quiet>{word['help']}</p></div>"
    )
    return _page(view, body, STATUS[view.state])


def gone(language: Language = "ja", *, drill: bool = False) -> Response:
    """Return the page shown instead of any other when nobody can be recognised."""
    view = LoginView(state=LoginState.GONE, language=language, drill=drill)
    return _page(view, f"<div class=card>{_head(view)}{_note(view)}</div>", 503)


def _head(view: LoginView) -> str:
    word = WORDS[view.language]
    drill = f"<p class=word>{word['drill']}</p>" if view.drill else ""
    return f"{drill}<h1>{word['product']}<small>{word['subtitle']}</small></h1>"


def _note(view: LoginView) -> str:
    word = WORDS[view.language]
    if view.state is LoginState.FRESH:
        return ""
    title = word[f"{view.state}_title"]
    text = word[f"{view.state}_text"].format(minutes=view.minutes)
    return f'<div class=note role=alert data-state="{view.state}"><b>{title}</b>{text}</div>'


def _page(view: LoginView, body: str, status: int) -> Response:
    word = WORDS[view.language]
    prefix = f"【{word['drill']}】" if view.drill else ""
    # A lost database is asked for again by the browser itself.
    again = '<meta http-equiv=refresh content="10">' if view.state is LoginState.GONE else ""
    text = (
        f'<!DOCTYPE html><html lang="{view.language}"><head><meta charset=utf-8>{again}'
        '<meta name=viewport content="width=device-width,initial-scale=1">'
        f"<title>{prefix}{word['sign_in']} | {word['product']}</title><style>{STYLE}</style></head>"
        f"<body{' class=drill' if view.drill else ''}><main>{body}</main></body></html>"
    )
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    if status == 503:  # noqa: PLR2004
        headers["Retry-After"] = str(problems.RETRY_AFTER_S)
    elif view.minutes:
        headers["Retry-After"] = str(view.minutes * 60)
    return Response(text, status, headers, "text/html")
