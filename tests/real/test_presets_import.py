"""Complete Journey, Open Bandit and the clothing reviews, as published: counts worked out with the csv module alone."""

from collections import Counter, defaultdict

import pytest

from core.store.importer import import_files
from core.store.workspace import Workspace
from tests.real.published import MARKS, REAL, lines

pytestmark = MARKS


def counted(report):
    """File → role, lines, imported, rejected, duplicates, events."""
    return {
        file.file: (file.role, file.lines_read, file.imported, file.rejected, file.duplicates, file.events)
        for file in report.files
    }


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    made = []

    def run(preset, *given):
        workspace = Workspace.create(tmp_path_factory.mktemp(preset) / "shop")
        report = import_files(workspace, [REAL / one for one in given], preset=preset)
        made.append(workspace.reader())
        return report, made[-1]

    yield run
    for reader in made:
        reader.close()


@pytest.fixture(scope="module")
def journey(imported):
    return imported("complete-journey", "complete_journey")


@pytest.fixture(scope="module")
def bandit(imported):
    return imported("open-bandit", "open_bandit")


@pytest.fixture(scope="module")
def reviews(imported):
    return imported("clothing-reviews", "clothing_reviews/womens_clothing_reviews.csv.gz")


def test_every_line_of_complete_journey_is_accounted_for(journey):
    report, _ = journey
    transactions, campaigns, redemptions, promotions, products, coupons, households, described = (
        lines("complete_journey", f"{name}.csv.gz") for name in (
            "transactions_sample", "campaigns", "coupon_redemptions", "promotions_sample", "products", "coupons",
            "demographics", "campaign_descriptions")
    )
    assert len(set(map(lambda line: tuple(line.values()), transactions))) == len(transactions)
    kinds = {line["campaign_id"]: line["campaign_type"] for line in described}
    theirs = defaultdict(set)
    for line in coupons:
        theirs[line["campaign_id"]].add(line["coupon_upc"])
    shown = sum(
        1 if kinds[line["campaign_id"]] == "Type A" else max(1, len(theirs[line["campaign_id"]])) for line in campaigns
    )
    assert counted(report) == {
        "transactions_sample.csv.gz": ("transactions", 75_000, 75_000, 0, 0, len(transactions)),
        "campaigns.csv.gz": ("campaign_households", len(campaigns), len(campaigns), 0, 0, shown),
        "coupon_redemptions.csv.gz": ("redemptions", 2_102, 2_102, 0, 0, len(redemptions)),
        "promotions_sample.csv.gz": ("promotions", len(promotions), len(promotions), 0, 0, 0),
        "products.csv.gz": ("catalogue", 92_331, len(products), 0, 0, 0),
        "campaign_descriptions.csv.gz": ("campaign_descriptions", 27, 27, 0, 0, 0),
        "coupons.csv.gz": ("coupons", 116_204, len(coupons), 0, 0, 0),
        "demographics.csv.gz": ("households", 801, len(households), 0, 0, 0),
    }
    assert report.lines_read == report.imported == 75_000 + len(campaigns) + 2_102
    assert report.events == 75_000 + shown + 2_102
    people = {line["household_id"] for table in (transactions, campaigns, redemptions, households) for line in table}
    assert report.users == len(people)
    upcs = {line["coupon_upc"] for line in coupons}
    assert report.items == len({line["product_id"] for line in (*products, *transactions)}) + len(upcs) + len(kinds)


def test_complete_journey_has_prices_coupons_as_ads_and_what_households_state(journey):
    _, reader = journey
    paid, given = Counter(), {}
    for line in lines("complete_journey", "transactions_sample.csv.gz"):
        paid[line["household_id"]] += float(line["sales_value"]) if float(line["quantity"]) > 0 else 0
    for line in lines("complete_journey", "demographics.csv.gz"):
        given[line["household_id"]] = (line["age"] or None, line["income"] or None)
    spent = dict(reader.rows(
        "SELECT user_id, coalesce(sum(price * quantity), 0) FROM events WHERE event_type = 'purchase' GROUP BY 1"
    ))
    assert set(spent) == set(paid)
    assert max(abs(spent[person] - paid[person]) for person in paid) < 1e-6
    stated = {row[0]: row[1:] for row in reader.rows("SELECT user_id, age_band, income FROM users WHERE age_band > ''")}
    assert stated == {person: said for person, said in given.items() if said[0]}
    clicked, redeemed = Counter(), Counter()
    for line in lines("complete_journey", "coupon_redemptions.csv.gz"):
        redeemed[f"coupon:{line['coupon_upc']}"] += 1
    clicked.update(dict(reader.rows("SELECT item_id, count(*) FROM events WHERE event_type = 'click' GROUP BY 1")))
    assert clicked == redeemed
    assert reader.rows("SELECT count(*) FROM items WHERE (item_id LIKE 'c%:%') <> (kind = 'ad')") == [(0,)]
    assert reader.rows("SELECT count(*) FROM items WHERE kind = 'ad' AND title IS NULL") == [(0,)]


def test_every_impression_of_open_bandit_is_there_with_its_propensity(bandit):
    report, reader = bandit
    files = [f"{policy}_{campaign}" for policy in ("bts", "random") for campaign in ("men", "women")]
    logs = {name: lines("open_bandit", f"{name}.csv.gz") for name in files}
    clicks = {name: sum(line["click"] == "1" for line in log) for name, log in logs.items()}
    found = counted(report)
    for name, log in logs.items():
        assert len({tuple(list(line.values())[1:]) for line in log}) == len(log)
        assert found[f"{name}.csv.gz"] == ("log", 10_000, 10_000, 0, 0, 10_000 + clicks[name])
    assert (report.lines_read, report.imported, report.events) == (40_000, 40_000, 40_000 + sum(clicks.values()))
    by_campaign = {
        campaign: len({line["item_id"] for policy in ("bts", "random")
                       for line in lines("open_bandit", f"{policy}_{campaign}_item_context.csv")})
        for campaign in ("men", "women")
    }
    assert dict(reader.rows("SELECT split_part(item_id, ':', 1), count(*) FROM items GROUP BY 1")) == by_campaign
    total = sum(float(line["propensity_score"]) for log in logs.values() for line in log)
    assert reader.rows("SELECT sum(value) FROM events WHERE event_type = 'impression'")[0][0] == pytest.approx(total)
    places = Counter(int(line["position"]) for log in logs.values() for line in log)
    shown = reader.rows("SELECT position, count(*) FROM events WHERE event_type = 'impression' GROUP BY 1")
    assert dict(shown) == places
    assert report.users == 40_000  # nobody knows who saw what
    assert "does not say who" in report.notes[0]


def test_every_review_is_there_whatever_is_quoted_in_it(reviews):
    report, reader = reviews
    written = lines("clothing_reviews", "womens_clothing_reviews.csv.gz")
    said = [line for line in written if line["Title"].strip() or line["Review Text"].strip()]
    assert counted(report) == {
        "womens_clothing_reviews.csv.gz": ("reviews", 23_486, len(written), 0, 0, len(written)),
    }
    assert dict(reader.rows("SELECT event_type, count(*) FROM events GROUP BY 1")) == {
        "review": len(said), "rating": len(written) - len(said),
    }
    letters = sum(len(line["Review Text"]) for line in written if line["Review Text"].strip() and not line["Title"])
    alone = "SELECT sum(length(text)) FROM events WHERE source_row IN (SELECT unnest($rows))"
    rows = [n for n, line in enumerate(written, 1) if line["Review Text"].strip() and not line["Title"]]
    assert reader.rows(alone, {"rows": rows})[0][0] == letters
    stars = Counter(float(line["Rating"]) for line in written)
    assert dict(reader.rows("SELECT value, count(*) FROM events GROUP BY 1")) == stars
    assert report.items == len({line["Clothing ID"] for line in written})
    assert report.users == len(written)
    assert any("1 January 2018" in note for note in report.notes)
