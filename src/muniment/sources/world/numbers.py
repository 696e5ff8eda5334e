"""Numbers that no real person can have: A-numbers from 900000000 on, SSNs beginning with 9, passports with Z.

Each is a fixed function of a person's place in the world, so two people never share one unless an error says so.
Specimens have the A-numbers below 901000000.
"""

from __future__ import annotations

from typing import Final

#: Most people one world may hold: so many numbers of each kind there are.
CAPACITY: Final = 48_000_000
_FIRST_A_NUMBER: Final = 901_000_000
_FIRST_SECOND_NUMBER: Final = 950_000_000


def _scattered(number: int, factor: int) -> int:
    """Another number below CAPACITY for each number; `factor` shares no divisor with CAPACITY = 2**9 * 3 * 5**6 * 2."""
    return (number * factor + 17) % CAPACITY


def a_number(number: int) -> str:
    """The A-number of a person."""
    return str(_FIRST_A_NUMBER + _scattered(number, 7_368_787))


def second_a_number(number: int) -> str:
    """The A-number of a second file that should not be."""
    return str(_FIRST_SECOND_NUMBER + _scattered(number, 11_184_811))


def ssn(number: int) -> str:
    return str(900_000_000 + _scattered(number, 13_466_917))


def fbi(number: int) -> str:
    return f"9{_scattered(number, 5_915_587):08d}"


def sid(number: int) -> str:
    return f"ZZ{_scattered(number, 3_267_013):08d}"


def fin(number: int) -> str:
    return str(9_000_000_000 + _scattered(number, 8_191_007))


def passport(number: int, issue: int) -> str:
    """The passport of one issue (0 to 9); a renewed passport has another number."""
    return f"Z{issue}{_scattered(number, 6_972_593):08d}"


def serial(number: int, place: int) -> str:
    """Ten digits for the `place`-th record (0 to 99) of a person in one system."""
    return f"{_scattered(number, 30_402_457):08d}{place:02d}"
