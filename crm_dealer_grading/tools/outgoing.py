"""What reaches people outside, and what was asked before it does: the list of each addon (P4).

``tests/test_privacy_outgoing.py`` of each addon walks the source and fails for a place that sends
something and is not in the addon's ``OUTGOING``; and for one that is in it and sends no more.
"""

import ast
from pathlib import Path
from typing import NamedTuple

# Methods of the ERP that write to somebody, or give somebody something to do.
_METHODS = {
    "message_post", "message_notify", "message_post_with_source", "message_mail_with_source",
    "send_mail", "send_mail_batch", "activity_schedule", "activity_schedule_with_view",
    "_message_sms", "_message_sms_with_template", "_message_sms_schedule_mass", "_send_sms",
    "action_put_in_queue", "action_send_mail", "rating_send_request", "action_reset_password",
    "_send_email", "sms_composer", "action_invite_survey",
}  # fmt: skip
# Models whose records go out, or are calls to make.
_MODELS = {
    "mail.mail", "sms.sms", "mail.activity", "mail.compose.message", "sms.composer",
    "mailing.mailing", "survey.invite", "mail.message", "portal.wizard", "calendar.event",
}  # fmt: skip
# Statements that make messages, to-dos, or lists of whom to contact.
_TABLES = tuple(
    f"insert into {table} "
    for table in (
        "mail_mail", "sms_sms", "mail_activity", "crm_contact_due", "crm_care_reminder",
        "crm_followup_call", "crm_winback_case", "crm_purchase_candidate",
    )
)  # fmt: skip
_FOLDERS = ("models", "wizard", "controllers", "tools")


class Outgoing(NamedTuple):
    """A place in the source that sends something or plans a call.

    :param to: ``customer``, or ``staff`` for colleagues and dealers' people
    :param ways: ``email``, ``sms``, ``phone``, ``wechat``; empty for staff
    :param asks: code of the purpose that is asked; empty: no consent is needed
    :param why: why none is needed, or where it is asked
    """

    to: str
    ways: tuple = ()
    asks: str = ""
    why: str = ""


def staff(why=""):
    """Told to colleagues, in notes and to-dos: no customer hears of it."""
    return Outgoing("staff", (), "", why)


def service(ways, why):
    """Part of what the person asked for or agreed in a contract (PIPL article 13, 2)."""
    return Outgoing("customer", ways, "", why)


def asked(ways, purpose, why):
    """Goes out only to who did not say no, or said yes, to the purpose."""
    return Outgoing("customer", ways, purpose, why)


def places_in(root):
    """``{"folder/file.py:function"}`` of all that sends something below ``root``."""
    found = set()
    for folder in _FOLDERS:
        for path in sorted((Path(root) / folder).rglob("*.py")):
            if path.name.startswith("outgoing"):
                continue  # the list itself
            tree = ast.parse(path.read_text())
            for function in ast.walk(tree):
                if isinstance(function, ast.FunctionDef) and _sends(function):
                    found.add(f"{path.relative_to(root).as_posix()}:{function.name}")
            # Statements stand outside of functions.
            if any(_is_statement(node) for node in ast.walk(tree)):
                found.add(f"{path.relative_to(root).as_posix()}:")
    return found


def _sends(function):
    return any(_is_call(node) or _is_model(node) for node in ast.walk(function))


def _is_call(node):
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    # Who only hands on to the ERP what somebody else called is no place of its own.
    of_super = isinstance(node.func.value, ast.Call) and (
        isinstance(node.func.value.func, ast.Name) and node.func.value.func.id == "super"
    )
    return node.func.attr in _METHODS and not of_super


def _is_model(node):
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value in _MODELS
    )


def _is_statement(node):
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and any(table in " ".join(node.value.lower().split()) for table in _TABLES)
    )
