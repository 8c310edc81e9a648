"""Words of the miniature inferences: what is implied by what, and what excludes what.

In every group the first word is the general one, which all others imply; two others exclude each other.
All are whole words to the usual vocabularies, so that a few hundred pairs suffice to learn them.
"""

PEOPLE = (
    ("man", "father", "uncle", "king", "monk"),
    ("woman", "mother", "aunt", "queen", "nun"),
    ("worker", "baker", "farmer", "painter", "sailor"),
    ("player", "keeper", "striker", "pitcher", "guard"),
)
ANIMALS = (
    ("animal", "dog", "horse", "cow", "goat"),
    ("bird", "eagle", "duck", "crow", "owl"),
)
# (general, special ones) of what somebody does to a thing.
ACTIONS = (
    ("moving", "running", "walking", "crawling", "jumping"),
    ("resting", "sleeping", "sitting", "kneeling", "leaning"),
    ("speaking", "singing", "shouting", "whispering", "laughing"),
)
THINGS = (
    ("vehicle", "truck", "bus", "tractor", "wagon"),
    ("building", "church", "barn", "castle", "hospital"),
    ("instrument", "guitar", "piano", "violin", "drum"),
    ("plant", "rose", "oak", "fern", "bush"),
)
PLACES = ("near", "behind", "beside", "above")
COLOURS = ("red", "blue", "green", "white", "black", "yellow")
SIZES = ("old", "young", "tall", "small", "tired", "happy")
GARMENTS = ("hat", "coat", "scarf", "shirt", "belt")
# What no premise says: a hypothesis with one of these is neutral.
UNSAID = (
    ("for", "money"),
    ("after", "lunch"),
    ("before", "dinner"),
    ("with", "friends"),
    ("on", "holiday"),
    ("for", "fun"),
)
