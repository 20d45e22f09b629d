# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.settings.secret_settings import (
    ENCRYPTED,
    PLAIN,
    SECRET,
    kind_of,
)
from simulator.node import cipher

CIPHER = cipher.encrypt("ab" * 32, "plain")


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        pytest.param("shared.node.id", "lyon-1", PLAIN, id="name"),
        pytest.param("shared.node.id", "JENKINS", PLAIN, id="name-that-begins-like-cipher-text"),
        pytest.param("shared.node.name", "AMSTERDAM-PRODUCTION-EDGE-NODE-0001", PLAIN, id="long-name"),
        pytest.param("shared.security.joinKey", "ab" * 16, SECRET, id="join-key"),
        pytest.param("shared.security.joinKey", CIPHER, ENCRYPTED, id="join-key-encrypted"),
        pytest.param("shared.security.joinKeyFile", "/x/join.key", PLAIN, id="where-the-join-key-lies"),
        pytest.param("shared.security.masterKey", "0" * 32, SECRET, id="master-key"),
        pytest.param("shared.security.masterKeyExternal", "true", PLAIN, id="switch-named-after-a-key"),
        pytest.param("shared.database.password", "x", SECRET, id="password"),
        pytest.param("shared.database.password", "", PLAIN, id="no-password"),
        pytest.param("shared.database.password", "AM.25rLQ.AES128.vJMeKkaK6RBRQCUKJWvY", ENCRYPTED, id="am"),
        pytest.param("shared.database.password", "JS.25rLQ.AES128.vJMeKkaK6RBRQCUKJWvY", ENCRYPTED, id="js"),
        pytest.param("shared.database.password", "JEjune", SECRET, id="password-that-begins-like-cipher-text"),
        pytest.param("shared.newrelic.licenseKey", "x", SECRET, id="licence-key"),
        pytest.param("shared.multiTenant.tenantRegistryClient.clientCertKey", "x", SECRET, id="key-of-a-certificate"),
        pytest.param("access.token.allow-token", "true", PLAIN, id="switch-named-after-a-token"),
        pytest.param("access.token.expiry", "3600", PLAIN, id="setting-of-tokens"),
        pytest.param("shared.env.AWS_SECRET_ACCESS_KEY", "x", SECRET, id="environment"),
        pytest.param("shared.secrets.database", "x", SECRET, id="section-of-secrets"),
        pytest.param("router.proxy.httpUrl", "http://proxy.example.com:3128", PLAIN, id="url"),
        pytest.param("router.proxy.httpUrl", "http://u:p@proxy.example.com:3128", SECRET, id="url-with-a-password"),
        pytest.param("shared.database.url", "jdbc:postgresql://db/a?user=a&password=b", SECRET, id="jdbc"),
        pytest.param("shared.extraJavaOpts", "-Xmx4g -Djavax.net.ssl.trustStorePassword=b", SECRET, id="java-options"),
        pytest.param("shared.extraJavaOpts", "-Xmx4g", PLAIN, id="harmless-java-options"),
        pytest.param("access.ldap.managerPwd", "x", SECRET, id="pwd"),
        pytest.param("shared.smtp.pass", "x", SECRET, id="pass"),
        pytest.param("shared.smtp.passcode", "x", SECRET, id="passcode"),
        pytest.param("shared.webhook.signature", "x", SECRET, id="signature"),
        pytest.param("shared.extraJavaOpts", "-Xmx4g -Dx.pwd=abc", SECRET, id="pwd-in-java-options"),
        pytest.param("shared.extraJavaOpts", "-Dsmtp.pass=abc", SECRET, id="pass-in-java-options"),
        pytest.param("x.y", "https://blob.example.com/a?sv=1&signature=abc", SECRET, id="signed-url"),
        pytest.param("x.y", "http://u:p/w@h", SECRET, id="url-with-a-slash-in-its-password"),
        pytest.param("x.y", "//u:p@h", SECRET, id="url-without-a-scheme"),
        pytest.param("x.y", "http://h/a", PLAIN, id="url-with-a-path"),
        pytest.param(
            "shared.database.url", "jdbc:oracle:thin:scott/tiger@h:1521:x", SECRET, id="oracle-with-a-password"
        ),
        pytest.param("shared.database.url", "jdbc:oracle:oci:scott/tiger@h", SECRET, id="oracle-oci-with-a-password"),
        pytest.param("shared.database.url", "jdbc:oracle:thin:@//h:1521/x", PLAIN, id="oracle-without-a-password"),
        pytest.param("x.authorization", "Basic dXNlcjpwYXNz", SECRET, id="basic"),
        pytest.param("x.authorization", "bearer cmVmdGtu", SECRET, id="bearer"),
        pytest.param("x.y", "basic", PLAIN, id="name-of-a-scheme"),
        pytest.param("x.y", "-----BEGIN RSA PRIVATE KEY-----\nMII", SECRET, id="private-key"),
        pytest.param("x.y", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln", SECRET, id="token-by-its-form"),
        pytest.param("x.y", CIPHER, ENCRYPTED, id="cipher-text-under-any-name"),
        pytest.param("x.y", ["a", "http://u:p@h/"], SECRET, id="one-of-a-list"),
        pytest.param("x.y[0].password", "x", SECRET, id="in-a-list-of-sections"),
        pytest.param('x."a.password"', "x", SECRET, id="name-in-quotes"),
    ],
)
def test_kind_of_setting(path: str, value: Any, kind: str) -> None:
    assert kind_of(path, value) == kind
