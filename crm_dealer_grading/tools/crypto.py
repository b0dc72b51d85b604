"""Encryption at rest and keyed search of short secrets, without ORM (P4).

A key is what ``Fernet.generate_key()`` prints. Several keys, parted by commas, make a key ring:
the first encrypts, all of them decrypt, so that a new key is put in front of the old ones and
the old ones go once everything is rotated.
"""

import base64
import functools
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_DIGEST_PURPOSE = b"crm_dealer_grading: keyed hash"
_MARK_PURPOSE = b"crm_dealer_grading: key mark"


class BadKeyError(ValueError):
    """A configured key is not a Fernet key."""


class SecretLostError(ValueError):
    """No configured key opens a stored secret."""


class Keyring:
    """Encrypts with the first key, decrypts and searches with all of them."""

    def __init__(self, keys):
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
            raw_keys = [base64.urlsafe_b64decode(key) for key in keys]
        except (ValueError, TypeError) as error:
            raise BadKeyError(str(error)) from error
        self._digest_keys = [_derive(key, _DIGEST_PURPOSE) for key in raw_keys]
        self._marks = [_derive(key, _MARK_PURPOSE).hex()[:8] for key in raw_keys]

    @property
    def current_prefix(self):
        """What each digest starts with that the first key made."""
        return self._marks[0] + ":"

    def encrypt(self, text):
        """Return a token, another one on each call."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, token):
        """Return the text of ``token``; raise SecretLostError when no key opens it."""
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise SecretLostError from error

    def digest(self, text):
        """Return the keyed hash of ``text`` under the first key."""
        return self.digests(text)[0]

    def digests(self, text):
        """Return the keyed hash of ``text`` under each key, the first key's first."""
        return [
            f"{mark}:{hmac.new(key, text.encode(), hashlib.sha256).hexdigest()}"
            for mark, key in zip(self._marks, self._digest_keys, strict=True)
        ]


def _derive(key, purpose):
    return hmac.new(key, purpose, hashlib.sha256).digest()


@functools.lru_cache(maxsize=8)
def parse_keyring(text):
    """Return the Keyring of a comma list of keys, None of an empty one."""
    keys = [key.strip() for key in (text or "").split(",") if key.strip()]
    return Keyring(keys) if keys else None
