"""Country codes: ISO 3166-1 alpha-3, and four states that no longer exist."""

from functools import cache

FORMER = {
    "SUN": "Soviet Union",
    "CSK": "Czechoslovakia",
    "DDR": "German Democratic Republic",
    "YUG": "Yugoslavia",
}


@cache
def alpha_3_codes() -> frozenset[str]:
    import pycountry

    return frozenset(country.alpha_3 for country in pycountry.countries) | frozenset(FORMER)


def alpha_3_tip(text: str) -> str:
    """What to type in place of a code that is none."""
    import pycountry

    country = pycountry.countries.get(alpha_2=text.upper()) if len(text) == 2 else None
    tip = f'type "{country.alpha_3}" for {country.name}' if country else 'for example "USA"'
    return f"not an ISO 3166-1 alpha-3 code (three capital letters); {tip}"
