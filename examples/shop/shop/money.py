"""Prices are in euros; whoever pays, or reads, in another currency has them converted."""

from .provider import exchange_rate


def convert(cents: int, currency: str) -> int:
    return cents if currency == "EUR" else round(cents * exchange_rate(currency))
