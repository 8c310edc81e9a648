"""Names and values of the made-up world, all drawn from short lists of our own."""

# Lists of words read better without quotes and commas.
# ruff: noqa: SIM905

import random
from collections.abc import Callable
from itertools import permutations

# Names are pairs of common words, whole words to every tokenizer: whether two names agree can then be
# learnt from a few hundred pages. Pairs of syllables were tried; a 3-layer encoder did not learn them.
_NAME_WORDS = """Abbey Anchor Arrow Aspen Autumn Bamboo Banner Beacon Berry Birch Bishop Blossom Breeze Canyon
Chapel Cherry Clover Cobalt Coral Cotton Crystal Cypress Dagger Diamond Dragon Ebony Echo Emerald Feather
Fern Flint Forest Frost Ginger Glacier Harbor Harvest Hawk Hazel Heather Helmet Hollow Holly Hunter Ivory
Jade Jasmine Jasper Juniper Lantern Laurel Lily Linen Lotus Lunar Magnolia Maple Mercury Mirror Misty Monarch
Myrtle Nectar Olive Orchid Pearl Pepper Phoenix Pine Pioneer Prairie Quartz Ribbon Robin Ruby Sage
Sapphire Scarlet Shadow Shepherd Sparrow Spruce Sterling Summit Thistle Thunder Tiger Velvet Violet Walnut
Willow Winter""".split()
_FIRST_NAMES = """Ada Albin Berta Bruno Clara Conrad Della Edrin Emil Frida Gustav Hedda Hugo Ines Ivar Jonas
Karla Leo Lotte Magnus Mina Nora Oskar Petra Ralf Rosa Selma Sven Thea Tomas Ursula Viktor Wanda""".split()
_LAST_NAMES = """Aldmoor Brandt Coster Dahl Eklund Farrow Gorling Hask Ivers Jarlby Kessel Lindau
Morten Nyberg Ostrow Pell Quist Rademar Strand Tolvan Ulmer Vessby Wolfram Yarrow Zeller""".split()
_PLACE_HEADS = "Ash Black Crow Deep East Fair Gold High Iron Kings Long Mill".split()
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
    """Return all names, two words each, shuffled by `seed`; page i takes its own stretch of them."""
    every = [f"{first} {second}" for first, second in permutations(_NAME_WORDS, 2)]
    random.Random(f"names {seed}").shuffle(every)
    return every
