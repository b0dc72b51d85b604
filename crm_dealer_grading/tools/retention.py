"""What may be removed when its time is over, said by each addon (P4)."""

from typing import NamedTuple

from odoo.tools import SQL

DELETE, CLEAR, FILES = "delete", "clear", "files"
EMPTY = "—"  # stands where a text is required
# What accounting law wants kept: no kind may be about it.
KEPT_BY_LAW = frozenset(
    {
        "account.move", "account.move.line", "account.payment", "account.bank.statement",
        "account.bank.statement.line", "account.partial.reconcile", "account.full.reconcile",
    }
)  # fmt: skip
_SETTING = "crm_dealer.retention"


class RetentionKind(NamedTuple):
    """A kind of records whose time may be over.

    :param label: what users read
    :param model: name of the model
    :param date: its date or datetime from which the period counts
    :param domain: which records, besides their age
    :param actions: what a rule may do: ``delete`` the record, ``clear`` fields, remove ``files``
    :param clear: ``{field: value}``, what the fields hold afterwards
    :param months: the shortest period; less would break what the records are needed for
    :param condition: SQL on the table's alias that is too much for a domain, or None
    :param along: name of a method of the rule that says what of another kind goes the same way:
        called with ids or a query of the records, returns ``(code of the kind, domain)``
    :param forget: where fields are emptied, messages about the record and its files go as well
    :param writer: name of the model's method that writes the values, where ``write`` refuses
    :param by_sql: remove the rows by SQL: the model refuses deletion to everybody
    """

    label: str
    model: str
    date: str
    domain: tuple = ()
    actions: tuple = (DELETE,)
    clear: dict = {}
    months: int = 1
    condition: object = None
    along: str = ""
    by_sql: bool = False
    forget: bool = True
    writer: str = "write"


def begin_removal(cr):
    """Say in this transaction that rows go because their time is over; triggers may ask it."""
    cr.execute(SQL("SELECT set_config(%s, 'on', TRUE)", _SETTING))


def end_removal(cr):
    cr.execute(SQL("SELECT set_config(%s, '', TRUE)", _SETTING))


def not_removing_sql():
    """Condition for triggers that keep a log: the row does not go because its time is over."""
    return SQL("COALESCE(current_setting(%s, TRUE), '') <> 'on'", _SETTING)
