"""What terms of art mean, in a merchandiser's words: the help that stands beside them."""

from __future__ import annotations

from typing import NamedTuple

from core.language import say, to_say


class Term(NamedTuple):
    """A term: what it is called, and what it means."""

    name: str
    meaning: str


#: Whatever has a term of art gives its help; ``tests/pages/test_terms.py`` knows them by words and sees to it.
TERMS = {
    "interval": Term(
        to_say("95 % interval"),
        to_say("With other shoppers a figure would come out a little otherwise. In 95 of 100 such cases the true one "
               "lies within this range. The narrower it is, the more shoppers speak for it.")),
    "effect": Term(
        to_say("Size of a difference"),
        to_say("How far two groups are apart, measured by how unlike shoppers are anyway: 0.2 is small, 0.5 medium, "
               "0.8 large. So money and days can be held against each other. (standardised difference, Cohen’s d)")),
    "odds": Term(
        to_say("Odds"),
        to_say("A chance said in another way: 1 to 4 is 20 %. Twice these odds, 2 to 4, is 33 %; twice those of 1 % "
               "is nearly 2 %.")),
    "log_odds": Term(
        to_say("Log-odds"),
        to_say("Odds on a scale on which pushes add up: +0.7 doubles the odds, −0.7 halves them.")),
    "threshold": Term(
        to_say("Threshold"),
        to_say("The predicted chance from which a tag is given. A higher one reaches fewer shoppers, and is right more "
               "often.")),
    "calibrated": Term(
        to_say("Calibrated"),
        to_say("Set right on days that were kept apart, so that a percentage can be taken at its word: of shoppers "
               "with 30 %, about 30 of 100 do it.")),
    "points": Term(
        to_say("Percentage points"),
        to_say("What lies between two percentages: from 10 % to 12 % it is 2 points.")),
    "retention": Term(
        to_say("Retention by cohort"),
        to_say("Those who began in the same week, a cohort, are followed: how many of them came again one, two, three "
               "weeks later.")),
    "life": Term(
        to_say("Resurrected, dormant"),
        to_say("Resurrected: came again after at least a week without a visit. Dormant: was there in the week before, "
               "and not in this one.")),
    "rfm": Term(
        to_say("Recency, frequency, money (RFM)"),
        to_say("Three plain questions that sort buyers: how long ago they last bought, on how many days they bought, "
               "and how much they spent.")),
    "upset": Term(
        to_say("UpSet plot"),
        to_say("A bar for each combination of segments; the joined dots below it say of which. “Alone” means in none "
               "of the others that are chosen here.")),
    "jaccard": Term(
        to_say("Jaccard"),
        to_say("Of all who are in one of two segments or in both, the share who are in both. 1: the same shoppers; 0: "
               "none in common.")),
    "off_policy": Term(
        to_say("By the log’s own chances (off-policy)"),
        to_say("Where the log says with what chance each ad was chosen, another choice can be judged without trying "
               "it: what was seldom chosen, and would be often, counts for more. Inverse propensity does just that; "
               "self-normalised is steadier; doubly robust leans on the counts as well, and is right if one of the two "
               "is.")),
    "lift": Term(
        to_say("Lift"),
        to_say("How many times as often it happens among these rows as in the whole list: 1 is no better than "
               "choosing by chance.")),
    "click_through": Term(
        to_say("Click-through"), to_say("Clicks as a share of what was shown.")),
    "impressions": Term(
        to_say("Impressions"),
        to_say("How often something was shown: each time it is seen by a shopper counts once.")),
    "stability": Term(
        to_say("Population stability index"),
        to_say("One number for how differently the chances are spread than they were: 0 is not at all, from 0.25 on "
               "much.")),
    "lightgbm": Term(
        "LightGBM",
        to_say("A strong, common method that learns from tables of counts (how often, how long ago) and not from "
               "words: what an analyst would try first.")),
    "bert": Term(
        "BERT",
        to_say("The kind of language model that reads a shopper’s history as a text.")),
    "gate": Term(
        to_say("Gate"),
        to_say("What a model that went on from another must pass to be used unasked: better on the new days beyond "
               "chance, and nothing forgotten of the earlier ones.")),
    "surprise": Term(
        to_say("Surprise"),
        to_say("How far the chances were from what came: who says 90 % and is right is hardly surprised, who says 10 % "
               "is much. Less is better. (log loss)")),
    "off_by": Term(
        to_say("Off by"),
        to_say("By how many points a predicted percentage is off, on average. (expected calibration error)")),
    "told_apart": Term(
        to_say("Of 100 pairs"),
        to_say("Of 100 pairs of one who belongs and one who does not, how many are put in the right order. 50 is "
               "guessing. (ROC AUC)")),
    "vectors": Term(
        to_say("Vectors"),
        to_say("An item’s words turned into numbers, by which items near in meaning are found though they share no "
               "word.")),
    "gradients": Term(
        to_say("Gradients"),
        to_say("A quick estimate: how much the prediction would move if each word counted a little less. The exact "
               "values follow.")),
    "adapter": Term(
        to_say("Adapter"),
        to_say("The language model stays as it is, and a small part beside it learns your shop: quick, and a few "
               "megabytes large. LoRA is the usual kind.")),
}  # fmt: skip


def told(*keys: str) -> str:
    """Return the help for some terms, in the order in which they are named."""
    found = [TERMS[key] for key in keys]
    return "\n\n".join(say("**{term}**: {meaning}", term=say(one.name), meaning=say(one.meaning)) for one in found)
