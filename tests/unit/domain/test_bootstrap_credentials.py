# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access import bootstrap_credentials as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.bootstrap_credentials import Credentials
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError, EdgeError

SECRET = "marked-secret"
ADMIN = Credentials("admin", "*", SECRET)


def test_line_is_what_the_product_documents() -> None:
    assert model.check("admin", "*", SECRET).line == f"admin@*={SECRET}"


@pytest.mark.parametrize(
    ("user", "address", "password", "says"),
    [
        pytest.param("", "*", SECRET, "the username is empty", id="no-user"),
        pytest.param("a@b", "*", SECRET, "the username", id="at-in-user"),
        pytest.param("a b", "*", SECRET, "the username", id="blank-in-user"),
        pytest.param("admin", "", SECRET, "the address", id="no-address"),
        pytest.param("admin", "*=x", SECRET, "the address", id="equals-in-address"),
        pytest.param("admin", "*", None, "no password was given", id="no-password"),
        pytest.param("admin", "*", "", "no password was given", id="empty-password"),
        pytest.param("admin", "*", f"{SECRET} x", "the password has blanks", id="blank"),
        pytest.param("admin", "*", f"{SECRET}\n", "the password has blanks", id="line-end"),
        pytest.param("admin", "*", "password", "the product's default", id="default"),
        pytest.param("admin", "*", "Password", "the product's default", id="default-with-a-capital"),
    ],
)
def test_credentials_that_cannot_be_meant_are_refused(user: str, address: str, password: str | None, says: str) -> None:
    with pytest.raises(EdgeError) as caught:
        model.check(user, address, password)

    assert says in caught.value.msg
    assert SECRET not in caught.value.msg


def test_other_administrators_are_kept() -> None:
    text = "otto@192.0.2.7=one\n\nadmin=two\n"
    listed = model.parse(text)

    assert [(one.user, one.address) for one in listed] == [("otto", "192.0.2.7"), ("admin", "*")]
    assert model.merged(listed, ADMIN) == f"otto@192.0.2.7=one\nadmin@*={SECRET}\n"


def test_password_may_have_an_equals_sign() -> None:
    assert model.parse("admin@*=a=b@c\n") == (Credentials("admin", "*", "a=b@c"),)


@pytest.mark.parametrize("line", [SECRET, f"admin {SECRET}", f"={SECRET}", "admin@*=", f"admin@*={SECRET} \ufffd"])
def test_line_that_access_would_refuse_is_told_by_its_number(line: str) -> None:
    with pytest.raises(ConflictError, match="line 2 is not of the form") as caught:
        model.parse(f"otto@*=one\n{line}\n")

    assert SECRET not in caught.value.msg


@pytest.mark.parametrize(("password", "count"), [("plain-A1!$", 0), ("back\\slash", 1), ("#hash", 1), ("äöü", 1)])
def test_password_that_may_be_read_otherwise_is_warned_about_without_showing_it(password: str, count: int) -> None:
    warnings = model.warnings(Credentials("admin", "*", password))

    assert len(warnings) == count
    assert all(password not in warning for warning in warnings)


def test_repr_shows_no_password() -> None:
    assert SECRET not in repr(ADMIN)
