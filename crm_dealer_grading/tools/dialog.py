"""Actions that open a form over the screen."""


def ask(model, name, /, **defaults):
    """The action that opens a new ``model`` in a dialog.

    :param str name: the dialog's title, translated
    :param defaults: what its fields begin with
    """
    context = {f"default_{field}": value for field, value in defaults.items()}
    return {**_form(model, name), "context": context}


def show(record, name):
    """The action that opens ``record``, a dialog's that is filled say, in a dialog."""
    return {**_form(record._name, name), "res_id": record.id}


def _form(model, name):
    return {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": model,
        "views": [(False, "form")],
        "target": "new",
    }
