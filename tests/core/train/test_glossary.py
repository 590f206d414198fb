from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.config import TrainSettings
from core.model.batch import term_keys
from core.model.predict import Pack, logits
from core.text.terms import NONE, Terms
from core.train.examples import Example
from core.train.glossary import LEAST, LISTS, _grown, alone, give, learn, learn_tags, often
from core.train.network import build, start_at_base_rates
from tests.core.train.little_lists import lists

LIKED, OTHER, RARE = 11, 12, 13


def term(*keys: int) -> Terms:
    """Terms of the second token each."""
    return Terms(np.array(keys, np.int64), np.full(len(keys), 1, np.int32), np.full(len(keys), 2, np.int32))


def with_terms(examples: list[Example]) -> list[Example]:
    """Lists whose clicked items have the term ``LIKED``, others ``OTHER``."""
    return [replace(example, pack=Pack(example.pack.history, example.pack.candidates, (
        NONE, *(term(LIKED if click else OTHER) for click in example.clicks)))) for example in examples]


def test_it_learns_what_terms_say() -> None:
    found = learn(with_terms(lists(400)), 4)
    assert found is not None
    assert found.keys.tolist() == [LIKED, OTHER]
    liked, other, unknown = found.of_items(torch.tensor([[0]]), torch.tensor([[[LIKED], [OTHER], [99]]]))[0].tolist()
    assert liked > 1 > -1 > other
    assert other < unknown < liked
    assert not found.training and not any(weight.requires_grad for weight in found.parameters())


def shoppers(count: int) -> list[Example]:
    """Shoppers by turns with the term ``LIKED`` and the first of two tags, and with ``OTHER`` and neither.

    Whether ``OTHER`` has the second is not known.
    """
    ids, nothing = np.array([2, 7, 3], np.int32), np.empty(0, np.float32)
    return [Example(Pack(ids, (), (term(LIKED if n % 2 else OTHER),)), nothing, np.full(3, -1, np.int16), (),
                    np.array([n % 2, 0 if n % 2 else np.nan], np.float32)) for n in range(count)]


def test_it_learns_what_terms_say_of_tags() -> None:
    found = learn_tags(shoppers(400), 4)
    assert found is not None
    assert (found.keys.tolist(), found.outputs) == ([LIKED, OTHER], 2)
    (liked, never), (other, _), (unknown, _) = found.of_pasts(torch.tensor([[LIKED], [OTHER], [99]])).tolist()
    assert liked > 1 > -1 > other
    assert other < unknown < liked
    assert never < -2
    assert learn_tags(shoppers(LEAST), 4) is None  # each term is in half of them
    assert learn_tags([], 4) is None and learn_tags(shoppers(400), 0) is None
    grown = _grown(found, [RARE])
    with torch.no_grad():
        said = grown.of_pasts(torch.tensor([[LIKED], [RARE]]))[:, 0].tolist()
    assert said == pytest.approx([liked, unknown], abs=1e-5)


def test_the_same_seed_learns_the_same_and_leaves_chance_as_it_was() -> None:
    examples = with_terms(lists(60))
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    one = learn(examples, 4, seed=1)
    assert torch.equal(before, torch.random.get_rng_state())
    torch.manual_seed(6)
    two, three = learn(examples, 4, seed=1), learn(examples, 4, seed=2)
    assert one is not None and two is not None and three is not None
    assert torch.equal(one.table.weight, two.table.weight)
    assert not torch.equal(one.table.weight, three.table.weight)


def test_what_is_seen_too_seldom_is_not_learned() -> None:
    examples = with_terms(lists(30))
    pack = examples[0].pack
    examples[0] = replace(examples[0], pack=replace(pack, terms=(term(RARE), *pack.terms[1:])))
    assert RARE not in often(examples)
    assert {LIKED, OTHER} <= set(often(examples))
    assert RARE in often(examples, least=len(pack.candidates))  # it stands before each item of its list
    assert learn(examples[:2], 4) is None
    assert len(examples[0].clicks) * 2 < LEAST


def test_no_width_no_glossary() -> None:
    assert learn(with_terms(lists(60)), 0) is None
    assert learn(lists(60), 4) is None  # nobody said which terms there are


def test_it_goes_on_from_an_earlier_one() -> None:
    early = learn(with_terms(lists(400)), 4)
    assert early is not None
    kept = early.table.weight.clone()
    new = [replace(one, pack=replace(one.pack, terms=(term(RARE), *one.pack.terms[1:]))) for one in
           with_terms(lists(100, seed=4))]
    found = learn(new, 4, earlier=early)
    assert found is not None
    assert found.keys.tolist() == [LIKED, OTHER, RARE]
    assert torch.equal(early.table.weight, kept)
    assert 0 < float((found.table.weight[1] - kept[1]).abs().max()) < 0.2
    with torch.no_grad():
        same = _grown(early, [OTHER, RARE])
        keys = torch.tensor([[0]]), torch.tensor([[[LIKED], [OTHER], [RARE], [99]]])
        before, after = early.of_items(*keys)[0], same.of_items(*keys)[0]
    assert torch.allclose(before, after)  # nothing is forgotten before anything is learned
    assert learn(lists(5), 4, earlier=early) is early


def test_who_goes_on_from_a_model_without_one_gets_none(tiny_base: Path) -> None:
    settings = TrainSettings(term_width=4)
    network = build(str(tiny_base), 2, settings)
    give(network, with_terms(lists(60)), [], replace(settings, start_from="spring"))
    assert network.glossary is None
    give(network, with_terms(lists(60)), [], settings)
    early = network.glossary
    assert early is not None
    give(network, with_terms(lists(60)), [], replace(settings, start_from="spring"))
    assert network.glossary is not None
    assert not torch.equal(network.glossary.table.weight, early.table.weight)


def test_tags_have_one_of_their_own(tiny_base: Path) -> None:
    settings = TrainSettings(term_width=4)
    network = build(str(tiny_base), 2, settings).eval()
    give(network, [], shoppers(400), settings)
    assert network.glossary is None and network.tag_glossary is not None
    start_at_base_rates(network, [np.array([1, 0], np.float32)], [one.tags for one in shoppers(4)])
    with torch.no_grad():
        network.tag_head[-1].weight.zero_()
    told = logits(network, [one.pack for one in shoppers(2)], 0)[1]
    said = network.tag_glossary.of_pasts(torch.tensor([[OTHER], [LIKED]])).numpy()
    rates = np.log([2 + 1, 1]) - np.log([2 + 1, 2 + 1])  # what the encoder begins with: how often each tag is given
    assert told == pytest.approx((said + rates) / 2, abs=1e-5)
    again = replace(settings, start_from="spring")
    early = network.tag_glossary
    give(network, with_terms(lists(60)), shoppers(60), again)
    assert network.glossary is None and network.tag_glossary is not None
    assert not torch.equal(network.tag_glossary.table.weight, early.table.weight)


def test_alone_it_says_what_the_model_says_whose_encoder_is_silent(tiny_base: Path) -> None:
    settings = TrainSettings(term_width=4)
    network = build(str(tiny_base), 2, settings).eval()
    examples = with_terms(lists(LISTS + 7))
    examples[3] = replace(examples[3], pack=Pack(examples[3].pack.history, (), (NONE,)), clicks=np.empty(0, np.float32))
    give(network, examples, [], settings)
    assert network.glossary is not None
    with torch.no_grad():
        for part in network.click_head[-1].parameters():  # type: ignore[union-attr]
            part.zero_()
    told, _ = logits(network, [example.pack for example in examples], 0)
    said = alone(network.glossary, examples)
    assert len(said) == 4 * (len(examples) - 1)
    assert np.ptp(said) > 1
    assert said == pytest.approx(np.concatenate(told), abs=1e-5)
    assert len(alone(network.glossary, [])) == 0


@pytest.mark.parametrize("softened", [True, False])
def test_it_meets_the_chances_that_the_teacher_tells(softened: bool) -> None:
    examples = with_terms(lists(400))
    if softened:
        examples = [replace(one, clicks=(0.5 * one.clicks + 0.25).astype(np.float32)) for one in examples]
    found = learn(examples, 4)
    assert found is not None
    odds = torch.cat([found.of_items(*term_keys([one.pack.terms]))[0] for one in examples])
    chance = odds.sigmoid().max()
    assert (chance > 0.9) != softened
    if softened:
        assert float(chance) == pytest.approx(0.75, abs=0.05)
