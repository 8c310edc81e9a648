"""Names and values of the made-up world, all drawn from short lists of our own syllables and words."""

# Lists of words read better without quotes and commas.
# ruff: noqa: SIM905

import random
from collections.abc import Callable
from itertools import product

_HEADS = """Bar Bel Cal Cor Dor Dun Elm Fal Fen Gar Hal Har Ist Jor Kal Kel Lor Mal Mar Nev Nor Orv Pel Per
Quin Ras Rin Sel Sor Tal Tor Ulv Var Vel Wen Wil Yar Yor Zan Zel""".split()
_MIDDLES = "a an ar e el en i in o ol or u um y".split()
_TAILS = "beth dane dis fax gan gor lan leth lin mora nai nock pho rek sant thor tine vane vik wyn".split()
_FIRST_NAMES = """Ada Albin Berta Bruno Clara Conrad Della Edrin Emil Frida Gustav Hedda Hugo Ines Ivar Jonas
Karla Leo Lotte Magnus Mina Nora Oskar Petra Ralf Rosa Selma Sven Thea Tomas Ursula Viktor Wanda""".split()
_LAST_NAMES = """Aldmoor Brandt Coster Dahl Eklund Farrow Gorling Hask Ivers Jarlby Kessel Lindau
Morten Nyberg Ostrow Pell Quist Rademar Strand Tolvan Ulmer Vessby Wolfram Yarrow Zeller""".split()
_PLACE_HEADS = "Ash Black Crow Deep East Fair Gold Hazel Iron Kings Long Mill".split()
_PLACE_TAILS = "bury ford gate ham holt mouth stead ton wick worth".split()
_MONTHS = """January February March April May June July August September October November
December""".split()
_MATERIALS = """basalt beech brass brick cedar clay copper granite larch limestone marble oak
sandstone slate""".split()
_COLOURS = "amber black blue brown crimson green grey orange purple red silver white yellow".split()
_ANIMALS = "badger bear crane falcon fox hare heron lynx magpie raven seal stag swan toad wolf".split()
_TRADES = """brewer carpenter doctor farmer glazier lawyer miller painter printer sailor smith
tailor""".split()

# What a fact may be about: each draws one value, its words separated by single blanks.
VALUES: dict[str, Callable[[random.Random], str]] = {
    "year": lambda rng: str(rng.randint(1702, 1994)),
    "date": lambda rng: f"{rng.randint(1, 28)} {rng.choice(_MONTHS)} {rng.randint(1702, 1994)}",
    "kilometres": lambda rng: f"{rng.randint(21, 990)} kilometres",
    "metres": lambda rng: f"{rng.randint(12, 480)} metres",
    "tons": lambda rng: f"{rng.randint(1, 48)},{rng.randint(100, 999)} tons",
    "years": lambda rng: f"{rng.randint(13, 890)} years",
    "number": lambda rng: f"{rng.randint(2, 96)},{rng.randint(100, 999)}",
    "crowns": lambda rng: f"{rng.randint(11, 940)},000 crowns",
    "person": lambda rng: f"{rng.choice(_FIRST_NAMES)} {rng.choice(_LAST_NAMES)}",
    "place": lambda rng: rng.choice(_PLACE_HEADS) + rng.choice(_PLACE_TAILS),
    "material": lambda rng: rng.choice(_MATERIALS),
    "colour": lambda rng: rng.choice(_COLOURS),
    "animal": lambda rng: rng.choice(_ANIMALS),
    "trade": lambda rng: rng.choice(_TRADES),
}


def names(seed: int) -> list[str]:
    """Return all names of entities, shuffled by `seed`; page i takes its own stretch, so none is shared."""
    every = [head + middle + tail for head, middle, tail in product(_HEADS, _MIDDLES, _TAILS)]
    random.Random(f"names {seed}").shuffle(every)
    return every
