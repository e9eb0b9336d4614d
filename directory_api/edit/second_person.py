"""Whether changes wait for a second person: by a setting, and by who may approve them."""

from collections.abc import Collection
from datetime import date

from directory_api.edit.tokens import granted, is_valid
from directory_api.record.token import Token, person


def review_required(setting: str, tokens: Collection[Token]) -> bool:
    """Return whether changes wait for review. `tokens` are all that there ever were.

    They do with the setting `on`, and with `auto` from the day on which two people may approve.
    They still do after one of these tokens has expired or been revoked: otherwise one person would
    be enough again without notice. The store keeps such tokens.
    """
    return setting == "on" or (setting == "auto" and _had_two_approvers(tokens))


def begins_review(
    setting: str, tokens: Collection[Token], name: str, scopes: Collection[str], today: date
) -> bool:
    """Return whether a new token of this name would let changes wait for review from now on."""
    return (
        setting == "auto"
        and not {"approve", "admin"}.isdisjoint(scopes)
        and not _had_two_approvers(tokens)
        and any(
            "approve" in granted(token)
            and is_valid(token, today)
            and person(token.name) != person(name)
            for token in tokens
        )
    )


def _had_two_approvers(tokens: Collection[Token]) -> bool:
    approving = [token for token in tokens if "approve" in granted(token)]
    # The first day that two tokens share is the day on which the later one was created. A token
    # counts that was accepted on a part of it.
    return any(
        len(
            {
                person(token.name)
                for token in approving
                if token.created <= day <= min(token.expires, token.revoked or token.expires)
            }
        )
        > 1
        for day in {token.created for token in approving}
    )
