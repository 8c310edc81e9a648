"""Sentences that answer nothing: fillers about the thing itself, and paragraphs about quite other matters."""

# Lists of words read better without quotes and commas.
# ruff: noqa: SIM905

import random

# Fillers carry {name} in part, so that a name alone does not tell which paragraph answers.
FILLERS = (
    "Old people still speak of {name} with some pride .",
    "A small book about {name} is sold in the region .",
    "Little was known about {name} until the archives were opened .",
    "Visitors often ask about {name} at the local desk .",
    "The newspapers of the time wrote about it at length .",
    "No two witnesses agree about the details .",
    "A plaque recalls these events to this day .",
    "The documents are kept under glass and may be read on request .",
    "Later writers have repeated this without a check .",
    "For a long time the matter was of interest to a few people only .",
)
COMPARISONS = (
    "It is often mistaken for {other} .",
    "Many people confuse it with {other} .",
    "This has nothing to do with {other} .",
    "The case of {other} was quite different .",
)
_SLOTS = {
    "food": "apples barley beans bread butter cabbage carrots cheese eggs honey lentils onions peas".split(),
    "tool": "brush bucket chisel drill hammer kettle ladder lamp pan rope saw shovel sieve spoon".split(),
    "time": "dawn dusk midday midnight noon sunrise sunset teatime weekends".split(),
    "room": "attic bathroom cellar corridor garage garden hall kitchen library porch workshop".split(),
    "person": "baker cousin dentist driver gardener neighbour nurse pupil teacher waiter writer".split(),
    "game": "cards chess cricket curling darts football handball hockey rowing tennis".split(),
    "mood": "brief calm careful cheerful dry gentle lazy noisy patient quiet slow steady".split(),
}
_TRIVIA = (
    "Wash the {food} in cold water and cut all of it into pieces with a sharp knife .",
    "Stir the {food} over a low flame until the {tool} stays clean .",
    "Serve the {food} with a slice of lemon and a {mood} word .",
    "The forecast for {time} speaks of clouds , wind and a little rain .",
    "At {time} the temperature falls by a few degrees and the roads turn slippery .",
    "The library closes at {time} , and loans can be renewed at the desk .",
    "Members of the {game} club meet at {time} behind the school .",
    "The rules of {game} forbid a second try after a foul .",
    "A {mood} start decided the match in {game} before the break .",
    "Keep the {tool} in the {room} , away from children and from heat .",
    "Before you paint the {room} , clean the walls with a {tool} and let them dry .",
    "The {person} recommends a {mood} walk after every meal .",
    "Every {person} should have a {tool} at hand when the lights go out .",
    "Plant the {food} in rows and water them at {time} .",
    "Press the button twice to reset the clock , then wait for a {mood} tone .",
    "The bus to the {room} museum leaves from the second stop at {time} .",
    "My {person} grows {food} on the balcony and gives them away .",
    "The password must hold at least one digit and must not contain the word {tool} .",
    "This page was last changed by a {person} ; the text is available under a free licence .",
    "See also : list of {game} clubs , history of {food} , {tool} ( disambiguation ) .",
)


def trivia(rng: random.Random, least: int, most: int) -> list[str]:
    """Return a paragraph of `least` to about `most` words that has nothing to do with any question."""
    words: list[str] = []
    for sentence in rng.sample(_TRIVIA, len(_TRIVIA)):
        words += sentence.format(**{slot: rng.choice(choices) for slot, choices in _SLOTS.items()}).split(" ")
        if len(words) >= least:
            break
    return [*words[: most - 1], "."] if len(words) > most else words
