# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RSA keys for a fleet, made faster than one by one."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric import rsa

PUBLIC_EXPONENT = 65537
KEY_SIZE = 2048


class KeyPool:
    """Distinct, valid RSA keys. Keys share primes, which is worthless as security and good enough for a simulator.

    Making a 2048 bit key takes 0.1 s, so 1,000 Edges would take minutes. n primes give n(n-1)/2 keys instead.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._primes: list[int] = []
        self._pairs = self._next_pairs()

    def take(self) -> rsa.RSAPrivateKey:
        """A key that this pool has not given out before."""
        with self._lock:
            return _key(*next(self._pairs))

    def _next_pairs(self) -> Iterator[tuple[int, int]]:
        while True:
            numbers = rsa.generate_private_key(PUBLIC_EXPONENT, KEY_SIZE).private_numbers()
            for prime in (numbers.p, numbers.q):
                yield from [(prime, other) for other in self._primes]
                self._primes.append(prime)


def _key(first: int, second: int) -> rsa.RSAPrivateKey:
    p, q = max(first, second), min(first, second)
    private_exponent = pow(PUBLIC_EXPONENT, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=private_exponent,
        dmp1=rsa.rsa_crt_dmp1(private_exponent, p),
        dmq1=rsa.rsa_crt_dmq1(private_exponent, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(PUBLIC_EXPONENT, p * q),
    ).private_key(unsafe_skip_rsa_key_validation=True)


POOL = KeyPool()
