"""What a button says in the corner of the screen."""

# What the client does then: read the screen anew, or close the dialog.
RELOAD = {"type": "ir.actions.client", "tag": "soft_reload"}
CLOSE = {"type": "ir.actions.act_window_close"}


def notification(message, kind="success", then=RELOAD, **params):
    """The action that tells the user ``message``.

    :param str kind: ``success``, ``info``, ``warning`` or ``danger``
    :param then: the action that follows, or its external id; None for none
    :param params: more for the client, ``title`` and ``sticky`` say
    """
    if then:
        params["next"] = then
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {"type": kind, "message": message, **params},
    }
