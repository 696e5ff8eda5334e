"""SQL written by hand, named and commented; migrations read it from here."""

from functools import cache
from importlib.resources import files


@cache
def text(name: str) -> str:
    """The file `name` of this folder."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
