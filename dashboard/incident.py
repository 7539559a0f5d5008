"""The disaster in the top line, and the dialog that opens, edits and ends it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html, no_update

from core.auth.policy import Action, allowed, refusal
from core.clock import TOKYO, tokyo
from core.errors import InvalidError
from dashboard.components.times import clock_text
from dashboard.components.tree import Tree, attributes
from dashboard.components.wiring import Desk, connect, tell
from dashboard.i18n import Words
from dashboard.services import Incident, IncidentDraft, Services
from dashboard.stores import ShellId

KINDS = ("heavy_rain", "flood", "wind", "landslide", "earthquake", "tsunami", "volcano", "other")
"""As `ingest.incidents.KINDS`."""
DIGITS = 9
"""Of an incident's number: what PostgreSQL's integer holds."""
Asked = Mapping[str, Any]
Answer = tuple[Any, Any]
"""Whether the dialog is open, and its content."""


def title_block(desk: Desk, incident: Incident | None) -> html.Div:
    """Return the disaster's name, which is the way to its dialog, and its headquarters."""
    name, below = title(desk, incident)
    button = html.Button(
        name, id=ShellId.INCIDENT, className="incident-name", title=desk.word("incident_hint")
    )
    return html.Div(
        [html.H1(button), html.P(below, id=ShellId.INCIDENT_BELOW)], className="incident"
    )


def title(desk: Desk, incident: Incident | None) -> tuple[Tree, str]:
    """Return the words of the top line; without a disaster, what comes next."""
    word = desk.word
    if incident is None:
        if not allowed(desk.viewer.actor, Action.EDIT_INCIDENT):
            return word("no_incident"), word("no_incident_wait")
        step = html.Span(word("no_incident_next"), className="incident-next")
        return [word("no_incident"), step], ""
    below = incident.headquarters or ""
    if below and incident.headquarters_since:
        now = desk.services.ask.world().at
        below += " " + word("since", time=clock_text(incident.headquarters_since, now))
    return incident.name, below


def dialog_parts() -> list[Any]:
    """Return what the frame holds for the dialog."""
    return [
        dmc.Modal(
            id=ShellId.INCIDENT_DIALOG, opened=False, withCloseButton=False, centered=True,
            size="lg",
        ),
        dcc.Store(id=ShellId.INCIDENT_ASKED),
        dcc.Store(id=ShellId.INCIDENT_NEWS),
    ]  # fmt: skip


def register(app: Dash, services: Services) -> None:
    """Wire line and dialog."""
    connect(
        app, services, show_title,
        Output(ShellId.INCIDENT, "children"), Output(ShellId.INCIDENT_BELOW, "children"),
        Input(ShellId.INCIDENT_NEWS, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    connect(
        app, services, do_asked,
        Output(ShellId.INCIDENT_DIALOG, "opened"), Output(ShellId.INCIDENT_DIALOG, "children"),
        Input(ShellId.INCIDENT_ASKED, "data"),
        prevent_initial_call=True,
    )  # fmt: skip


def show_title(desk: Desk, _news: object) -> tuple[Tree, str]:
    """Return the words of the top line as they are this moment."""
    return title(desk, desk.services.lead.incident())


def do_asked(desk: Desk, asked: Asked | None) -> Answer:
    """Do what a button asked for; ending is asked back first."""
    deed = DEEDS.get(str((asked or {}).get("do")))
    if deed is None or asked is None:
        return no_update, no_update
    return deed(desk, asked)


def look(desk: Desk, _asked: Asked) -> Answer:
    """Open the dialog on the disaster being worked on, or on a new one."""
    incident = desk.services.lead.incident()
    why = refusal(desk.viewer.actor, Action.EDIT_INCIDENT)
    return True, told(desk, incident, why) if why else form(desk, incident)


def another(desk: Desk, _asked: Asked) -> Answer:
    """Show the form for one more disaster."""
    return no_update, form(desk, None)


def told(desk: Desk, incident: Incident | None, why: str) -> list[Any]:
    """Return what is known of a disaster for those who may not change it, and why not."""
    word, now = desk.word, desk.services.ask.world().at
    rows = []
    if incident is not None:
        rows = [
            (word("incident_name"), incident.name),
            (word("incident_kind"), kind_word(word, incident.kind)),
            (word("incident_began_at"), clock_text(incident.began_at, now)),
            (word("incident_headquarters_name"), title(desk, incident)[1] or word("none")),
        ]
    return [
        html.H2(word("incident_told")),
        html.Dl(
            [part for name, text in rows for part in (html.Dt(name), html.Dd(text))],
            className="facts",
        ) if rows else html.P(word("no_incident")),
        html.P(why, className="refusal"),
        html.Div(button(word("close"), "cancel"), className="actions"),
    ]  # fmt: skip


def kind_word(word: Words, kind: str) -> str:
    """Return the name of a kind of disaster; its code where we have no word for it."""
    return word(f"kind_is_{kind}") if kind in KINDS else kind


def form(desk: Desk, incident: Incident | None) -> list[Any]:
    """Return the fields of a disaster; empty for a new one."""
    word = desk.word
    number = str(incident.id) if incident else ""
    began = incident.began_at if incident else desk.services.ask.world().at
    kind = incident.kind if incident and incident.kind in KINDS else KINDS[0]
    known = draft_known(incident)
    fields = [
        text(word, "name", known.name, "incident_name_example"),
        dmc.Select(
            label=word("incident_kind"),
            data=[{"value": one, "label": kind_word(word, one)} for one in KINDS],
            value=kind,
            name="kind",
            allowDeselect=False,
        ),
        text(word, "began_at", local(began), kind="datetime-local"),
        text(word, "headquarters_name", known.headquarters_name, "incident_headquarters_example"),
        text(word, "headquarters_level", known.headquarters_level, "incident_level_example"),
        text(word, "headquarters_since", local(known.headquarters_since), kind="datetime-local"),
    ]
    others = []
    if incident is not None:
        others = [
            button(word("incident_end"), "ask_end", number),
            button(word("incident_other"), "another"),
        ]
    save = word("incident_edit_do" if incident else "incident_open_do")
    return [
        html.H2(word("incident_edit" if incident else "incident_new")),
        html.Div(fields, className="incident-form"),
        html.P(word("incident_does"), className="quiet-text"),
        html.Div(
            [
                *others,
                html.Span(className="spring"),
                button(word("cancel"), "cancel"),
                button(save, "save", number, main=True),
            ],
            className="actions",
        ),
    ]


def draft_known(incident: Incident | None) -> IncidentDraft:
    """Return what is known of a disaster as the form shows it."""
    return IncidentDraft(
        name=incident.name if incident else "",
        kind=incident.kind if incident else "",
        began_at=incident.began_at if incident else None,
        headquarters_name=(incident and incident.headquarters_name) or "",
        headquarters_level=(incident and incident.headquarters_level) or "",
        headquarters_since=incident.headquarters_since if incident else None,
    )


def text(
    word: Words, name: str, value: str | None, example: str = "", *, kind: str = "text"
) -> dmc.TextInput:
    """Return one field with its label; times are Japan's."""
    return dmc.TextInput(
        label=word(f"incident_{name}"),
        name=name,
        value=value or "",
        placeholder=word(example) if example else "",
        inputProps={"type": kind, "autoComplete": "off"},
        className=f"field-{name}",
    )


def local(moment: datetime | None) -> str | None:
    """Return a moment as a field for date and time holds it, in Japan time."""
    return None if moment is None else f"{tokyo(moment):%Y-%m-%dT%H:%M}"


def button(words: str, do: str, number: str = "", *, main: bool = False) -> html.Button:
    """Return a button of the dialog."""
    return html.Button(
        words,
        className="button main" if main else "button",
        **attributes(data_incident=do, data_number=number),
    )


def ask_end(desk: Desk, asked: Asked) -> Answer:
    """Say what ending will do and ask whether to."""
    word, incident = desk.word, desk.services.lead.incident()
    if incident is None or str(incident.id) != asked.get("incident"):
        return look(desk, asked)
    return no_update, [
        html.H2(word("incident_end")),
        html.P(word("incident_end_does", name=incident.name)),
        html.Small(word("incident_end_back")),
        html.Div(
            [
                button(word("cancel"), "cancel"),
                button(word("incident_end"), "end", str(incident.id), main=True),
            ],
            className="actions",
        ),
    ]


def end(desk: Desk, asked: Asked) -> Answer:
    """End the work on the disaster that was asked about."""
    incident = desk.services.lead.incident()
    desk.services.lead.close_incident(desk.viewer.actor, number_of(asked))
    tell(desk.word("incident_ended", name=incident.name if incident else ""))
    return False, []


def save(desk: Desk, asked: Asked) -> Answer:
    """Register a disaster, or change what is said of it."""
    draft = draft_of(desk.word, asked.get("fields") or {})
    lead, actor = desk.services.lead, desk.viewer.actor
    if asked.get("incident"):
        lead.edit_incident(actor, number_of(asked), draft)
        tell(desk.word("incident_changed", name=draft.name))
    else:
        lead.open_incident(actor, draft)
        tell(desk.word("incident_opened", name=draft.name))
    return False, []


def number_of(asked: Asked) -> int:
    """Return the number of the disaster meant.

    Raises
    ------
    InvalidError
        When it is none.
    """
    number = str(asked.get("incident"))
    if not (number.isascii() and number.isdigit() and len(number) <= DIGITS):
        message = "どの災害か分かりません。画面を開き直してください。"
        raise InvalidError(message)
    return int(number)


def draft_of(word: Words, fields: Mapping[str, Any]) -> IncidentDraft:
    """Return what the fields hold; times without a zone are Japan's."""
    return IncidentDraft(
        name=str(fields.get("name") or ""),
        kind=str(fields.get("kind") or ""),
        began_at=moment(word, fields, "began_at"),
        headquarters_name=str(fields.get("headquarters_name") or ""),
        headquarters_level=str(fields.get("headquarters_level") or ""),
        headquarters_since=moment(word, fields, "headquarters_since"),
    )


def moment(word: Words, fields: Mapping[str, Any], name: str) -> datetime | None:
    """Return the time in a field, None when it is empty.

    Raises
    ------
    InvalidError
        When it is no time.
    """
    written = str(fields.get(name) or "").strip()
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError as error:
        raise InvalidError(word("time_bad", title=word(f"incident_{name}"))) from error
    return found if found.tzinfo else found.replace(tzinfo=TOKYO)


def cancel(_desk: Desk, _asked: Asked) -> Answer:
    """Close the dialog."""
    return False, []


DEEDS: dict[str, Callable[[Desk, Asked], Answer]] = {
    "look": look,
    "another": another,
    "ask_end": ask_end,
    "end": end,
    "save": save,
    "cancel": cancel,
}
"""By what the button says."""
