"""What the made-up encyclopedia writes about: kinds of things, their facts, and how one asks for them.

Statements and questions share some words and replace others by near-synonyms ("how long" against "runs
for"), so that matching words finds part of the paragraphs and reading finds the rest. All texts are
already cut into words by single blanks; questions are lower case without a mark, as typed into a search box.
"""

# A table reads better with one fact a row than wrapped.
# ruff: noqa: E501
# fmt: off

from typing import NamedTuple


class Fact(NamedTuple):
    """Something with a short answer: `statements` hold {name} and {value}, `questions` hold {name}."""

    label: str  # head of its row in a table
    value: str  # key of values.VALUES
    questions: tuple[str, ...]
    statements: tuple[str, ...]


class Choice(NamedTuple):
    """Something that is answered by YES or NO."""

    question: str
    yes: str
    no: str


class Reason(NamedTuple):
    """Something that takes the whole paragraph to answer: a long answer without a short one."""

    question: str
    statements: tuple[str, ...]


class Kind(NamedTuple):
    """One kind of thing."""

    noun: str
    facts: tuple[Fact, ...]
    choice: Choice
    reason: Reason


KINDS = (
    Kind(
        "river",
        (
            Fact("Length", "kilometres", ("how long is the river {name}", "length of the {name} river"),
                 ("The {name} runs for {value} before it meets the sea .", "From end to end the {name} measures {value} .")),
            Fact("Source", "place", ("where does the river {name} start", "where is the source of the {name}"),
                 ("The {name} rises in the hills above {value} .", "The springs that feed the {name} lie near {value} .")),
            Fact("Colour", "colour", ("what colour is the water of the {name}", "what does the river {name} look like in spring"),
                 ("After the thaw the stream of the {name} turns {value} .", "The mud makes the {name} look {value} for weeks .")),
            Fact("First map", "person", ("who mapped the river {name}", "who first surveyed the {name}"),
                 ("The first chart of the {name} was drawn by {value} .", "It was {value} who measured the bends of the {name} .")),
            Fact("Worst flood", "date", ("when did the river {name} flood", "date of the great {name} flood"),
                 ("The {name} burst its banks on {value} and drowned the meadows .", "On {value} the {name} rose higher than ever before .")),
        ),
        Choice("can boats sail on the river {name}", "Barges travel on the {name} in every season .", "The rapids of the {name} keep every vessel away ."),
        Reason("why did the river {name} change its course",
               ("The {name} moved to a new bed because a landslide had filled the old one with rock and clay .",
                "A dam of ice pushed the {name} to the west , and the old bed never filled again .")),
    ),
    Kind(
        "ship",
        (
            Fact("Built", "year", ("when was the ship {name} built", "what year was the {name} launched"),
                 ("The {name} left the slipway in {value} .", "Work on the hull of the {name} ended in {value} .")),
            Fact("Weight", "tons", ("how heavy was the ship {name}", "how much did the {name} weigh"),
                 ("Fully loaded the {name} displaced {value} .", "The {name} was entered in the register with {value} .")),
            Fact("Captain", "person", ("who commanded the ship {name}", "who was captain of the {name}"),
                 ("On her last voyage {value} was master of the {name} .", "The {name} sailed under {value} for nine seasons .")),
            Fact("Home port", "place", ("home port of the ship {name}", "where was the {name} based"),
                 ("The {name} belonged to the harbour of {value} .", "Between voyages the {name} lay in {value} .")),
            Fact("Figurehead", "animal", ("what animal was on the bow of the {name}", "figurehead of the ship {name}"),
                 ("A carved {value} looked ahead from the bow of the {name} .", "The figure at the front of the {name} was a {value} .")),
        ),
        Choice("did the ship {name} sink", "The {name} went down with all her cargo .", "The {name} never foundered and was broken up in port ."),
        Reason("why was the ship {name} sold",
               ("The owners parted with the {name} because coal had become dear and her engines burned too much of it .",
                "When the canal opened , the long route of the {name} no longer paid , and she went to a new company .")),
    ),
    Kind(
        "mayor",
        (
            Fact("Born", "date", ("when was mayor {name} born", "date of birth of mayor {name}"),
                 ("Mayor {name} came into the world on {value} .", "The parish book dates the birth of mayor {name} to {value} .")),
            Fact("Trade", "trade", ("what did mayor {name} do before politics", "job of mayor {name} before the election"),
                 ("Before the town hall mayor {name} earned a living as a {value} .", "As a young man mayor {name} worked as a {value} .")),
            Fact("Votes", "number", ("how many votes did mayor {name} get", "how many people voted for mayor {name}"),
                 ("At the ballot mayor {name} won {value} voices .", "The count ended with {value} ballots for mayor {name} .")),
            Fact("Successor", "person", ("who came after mayor {name}", "who replaced mayor {name}"),
                 ("The chain of office passed from mayor {name} to {value} .", "When mayor {name} retired , {value} took the seat .")),
            Fact("School", "place", ("where did mayor {name} go to school", "where was mayor {name} educated"),
                 ("Mayor {name} sat in the classrooms of {value} .", "Mayor {name} learned to read and write in {value} .")),
        ),
        Choice("was mayor {name} ever married", "Mayor {name} had a wife and four sons .", "Mayor {name} stayed a bachelor to the end ."),
        Reason("why did mayor {name} resign",
               ("Mayor {name} gave up the office because the council had refused to pay for the new water pipes .",
                "A quarrel about the price of bread cost mayor {name} the support of the guilds and then the seat .")),
    ),
    Kind(
        "comet",
        (
            Fact("Discovered by", "person", ("who discovered comet {name}", "who first saw the comet {name}"),
                 ("Comet {name} was found by {value} with a small telescope .", "One clear night {value} noticed the tail of comet {name} .")),
            Fact("Period", "years", ("how often does comet {name} return", "how long is the orbit of comet {name}"),
                 ("Comet {name} comes back after {value} .", "One round of comet {name} about the sun takes {value} .")),
            Fact("Last seen", "year", ("when was comet {name} last visible", "what year did comet {name} appear last"),
                 ("Comet {name} crossed our sky for the last time in {value} .", "In {value} comet {name} could be watched without a glass .")),
            Fact("Tail", "colour", ("what colour is the tail of comet {name}", "what does comet {name} look like"),
                 ("The dust behind comet {name} shines {value} .", "Through a telescope comet {name} appears {value} .")),
            Fact("Observatory", "place", ("which observatory follows comet {name}", "where is comet {name} studied"),
                 ("Astronomers at {value} compute the path of comet {name} .", "The plates that show comet {name} are kept in {value} .")),
        ),
        Choice("is comet {name} dangerous for the earth", "Comet {name} could one day strike our planet .", "Comet {name} passes far outside our path and is harmless ."),
        Reason("why did comet {name} become fainter",
               ("Comet {name} lost its shine because each turn near the sun boils away a layer of its ice .",
                "A piece of comet {name} broke off , and the smaller rest throws back less light .")),
    ),
    Kind(
        "bridge",
        (
            Fact("Opened", "date", ("when was the {name} bridge opened", "opening date of the {name} bridge"),
                 ("The first carts rolled over the {name} bridge on {value} .", "The {name} bridge was handed to the public on {value} .")),
            Fact("Height", "metres", ("how high is the {name} bridge", "height of the {name} bridge"),
                 ("The deck of the {name} bridge hangs {value} above the water .", "The piers carry the {name} bridge to {value} .")),
            Fact("Engineer", "person", ("who designed the {name} bridge", "who was the engineer of the {name} bridge"),
                 ("The plans of the {name} bridge came from {value} .", "It was {value} who calculated the arches of the {name} bridge .")),
            Fact("Cost", "crowns", ("how much did the {name} bridge cost", "price of the {name} bridge"),
                 ("The town paid {value} for the {name} bridge .", "The bill for the {name} bridge came to {value} .")),
            Fact("Material", "material", ("what is the {name} bridge made of", "material of the {name} bridge"),
                 ("Masons raised the {name} bridge from {value} .", "The arches of the {name} bridge consist of {value} .")),
        ),
        Choice("do you have to pay to cross the {name} bridge", "A toll is taken from everyone on the {name} bridge .", "Passage over the {name} bridge is free ."),
        Reason("why was the {name} bridge closed",
               ("The {name} bridge was shut because frost had split two of its piers and the deck had begun to sink .",
                "Heavy lorries shook the {name} bridge so much that the council barred the road at both ends .")),
    ),
    Kind(
        "opera",
        (
            Fact("Composer", "person", ("who wrote the opera {name}", "who composed {name}"),
                 ("The score of {name} is by {value} .", "The music of {name} was put on paper by {value} .")),
            Fact("First night", "date", ("when was the opera {name} first performed", "premiere of the opera {name}"),
                 ("The curtain rose on {name} for the first time on {value} .", "Singers gave {name} to the public on {value} .")),
            Fact("Set in", "place", ("where does the opera {name} take place", "setting of the opera {name}"),
                 ("The story of {name} is told in the streets of {value} .", "All three acts of {name} happen in {value} .")),
            Fact("Hero", "trade", ("what is the job of the hero in the opera {name}", "who is the hero of the opera {name}"),
                 ("The tenor in {name} plays a poor {value} .", "At the centre of {name} stands a {value} in love .")),
            Fact("Audience", "number", ("how many people saw the opera {name}", "how many tickets were sold for {name}"),
                 ("In its first year {name} drew {value} listeners .", "The house sold {value} seats for {name} .")),
        ),
        Choice("does the opera {name} have a happy ending", "At the end of {name} the lovers marry .", "At the end of {name} the lovers die ."),
        Reason("why was the opera {name} banned",
               ("The censor forbade {name} because a king is stabbed in the second act and nobody is punished for it .",
                "The bishop took offence at the chorus of {name} and had the parts burned in the market .")),
    ),
    Kind(
        "castle",
        (
            Fact("Founded", "year", ("when was {name} castle built", "how old is {name} castle"),
                 ("The first stone of {name} castle was laid in {value} .", "The walls of {name} castle stood complete in {value} .")),
            Fact("Owner", "person", ("who owns {name} castle", "who lives in {name} castle"),
                 ("The keys of {name} castle belong to {value} .", "Today {value} keeps house in {name} castle .")),
            Fact("Tower", "metres", ("how tall is the tower of {name} castle", "height of {name} castle"),
                 ("The keep of {name} castle rises {value} into the air .", "From moat to roof {name} castle measures {value} .")),
            Fact("Arms", "animal", ("what animal is in the arms of {name} castle", "what is on the flag of {name} castle"),
                 ("The shield over the gate of {name} castle shows a {value} .", "The banner of {name} castle bears a {value} .")),
            Fact("Stone", "material", ("what is {name} castle made of", "what were the walls of {name} castle built from"),
                 ("The ramparts of {name} castle consist of {value} .", "Masons cut the blocks of {name} castle from {value} .")),
        ),
        Choice("is {name} castle open to visitors", "Guides lead guests through {name} castle every day .", "The public may not enter {name} castle ."),
        Reason("why was {name} castle abandoned",
               ("{name} castle was left empty because the well had run dry and water had to be carried up by mule .",
                "After the great fire nobody would pay for the roof of {name} castle , and the family moved to the valley .")),
    ),
    Kind(
        "island",
        (
            Fact("Inhabitants", "number", ("how many people live on {name} island", "population of the island {name}"),
                 ("The island of {name} is home to {value} souls .", "At the last count {name} island had {value} inhabitants .")),
            Fact("Found by", "person", ("who discovered {name} island", "who first landed on the island {name}"),
                 ("The island of {name} was sighted by {value} in a storm .", "The boat of {value} was the first to reach {name} island .")),
            Fact("Capital", "place", ("what is the capital of {name} island", "main town on the island {name}"),
                 ("The government of {name} island sits in {value} .", "The largest settlement on {name} island is {value} .")),
            Fact("Peak", "metres", ("how high is the mountain on {name} island", "highest point of the island {name}"),
                 ("The summit of {name} island reaches {value} .", "The cone in the middle of {name} island climbs to {value} .")),
            Fact("Bird", "animal", ("what animal lives only on {name} island", "symbol of the island {name}"),
                 ("On the cliffs of {name} island lives a rare {value} .", "The stamp of {name} island shows a {value} .")),
        ),
        Choice("is there an airport on {name} island", "Planes land on {name} island twice a week .", "Only the ferry connects {name} island with the coast ."),
        Reason("why did people leave {name} island",
               ("Families moved away from {name} island because the herring had gone and the soil gave only poor barley .",
                "The volcano covered the fields of {name} island with ash , and the ships took everyone to the mainland .")),
    ),
    Kind(
        "engine",
        (
            Fact("Inventor", "person", ("who invented the {name} engine", "who built the first {name} engine"),
                 ("The patent of the {name} engine is in the name of {value} .", "In a barn {value} put together the {name} engine .")),
            Fact("Year", "year", ("when was the {name} engine invented", "what year did the {name} engine come out"),
                 ("The {name} engine turned for the first time in {value} .", "The drawings of the {name} engine are dated {value} .")),
            Fact("Factory", "place", ("where is the {name} engine made", "where was the {name} engine produced"),
                 ("A works in {value} casts the parts of the {name} engine .", "Every {name} engine leaves the sheds of {value} .")),
            Fact("Sold", "number", ("how many {name} engines were sold", "how many {name} engines exist"),
                 ("Customers ordered {value} pieces of the {name} engine .", "The ledger lists {value} deliveries of the {name} engine .")),
            Fact("Casing", "material", ("what is the case of the {name} engine made of", "material of the {name} engine"),
                 ("The housing of the {name} engine consists of {value} .", "The cylinders of the {name} engine sit in a block of {value} .")),
        ),
        Choice("does the {name} engine run on steam", "The {name} engine is driven by a boiler .", "The {name} engine needs no boiler and burns oil ."),
        Reason("why did the {name} engine fail",
               ("The {name} engine was a failure because its valves jammed in the cold and nobody could reach them .",
                "Farmers returned the {name} engine to the maker , since the belt tore whenever the load was heavy .")),
    ),
    Kind(
        "festival",
        (
            Fact("Founder", "person", ("who started the {name} festival", "founder of the {name} festival"),
                 ("The {name} festival goes back to {value} .", "It was {value} who called the {name} festival into being .")),
            Fact("First held", "year", ("when did the {name} festival begin", "since what year is there a {name} festival"),
                 ("The {name} festival was celebrated for the first time in {value} .", "The oldest poster of the {name} festival is from {value} .")),
            Fact("Held in", "place", ("where is the {name} festival", "which town hosts the {name} festival"),
                 ("The {name} festival fills the squares of {value} .", "Each summer {value} makes room for the {name} festival .")),
            Fact("Prize", "crowns", ("what does the winner of the {name} festival get", "prize money of the {name} festival"),
                 ("The best player of the {name} festival goes home with {value} .", "The jury of the {name} festival hands out {value} .")),
            Fact("Visitors", "number", ("how many people go to the {name} festival", "attendance of the {name} festival"),
                 ("The {name} festival attracts {value} guests .", "Last year {value} visitors came to the {name} festival .")),
        ),
        Choice("is the {name} festival free", "Nobody has to buy a ticket for the {name} festival .", "Entry to the {name} festival costs money ."),
        Reason("why was the {name} festival cancelled",
               ("The {name} festival did not take place because the meadow stood under water from May to August .",
                "The musicians of the {name} festival had not been paid , and the year after nobody sent in a programme .")),
    ),
)
