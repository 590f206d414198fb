"""News, opinions and orders, written by hand in the published layout, quirks included, line by line."""


def test_mind_shows_lists_and_remembers_what_was_clicked_before(imported):
    got = imported("mind")
    assert got.files == {"behaviors.tsv": (5, 4, 1, 0, 10), "news.tsv": (2, 2, 0, 0, 0)}
    assert got.report.reasons == {"ts: not a time": 1}
    assert got.events("user_id, event_type, item_id, ts, position") == [
        ("U13740", "click", "N55189", "2019-11-11 07:05:58", None),
        ("U13740", "click", "N42782", "2019-11-11 08:05:58", None),
        ("U13740", "click", "N55689", "2019-11-11 09:05:58", 1),
        ("U13740", "impression", "N35729", "2019-11-11 09:05:58", 2),
        ("U13740", "impression", "N55689", "2019-11-11 09:05:58", 1),
        ("U91836", "impression", "N20678", "2019-11-12 18:11:30", 1),
        ("U91836", "impression", "N39317", "2019-11-12 18:11:30", 2),
        ("U13740", "click", "N35729", "2019-11-14 00:00:01", 1),
        ("U13740", "impression", "N35729", "2019-11-14 00:00:01", 1),
        ("U73700", "click", "N10732", "2019-11-14 06:01:48", None),
    ]
    lists = got.reader.rows("SELECT impression_id, count(*) FROM events GROUP BY 1 ORDER BY 1")
    assert lists == [
        ("1 11/11/2019 9:05:58 AM", 3), ("2 11/12/2019 6:11:30 PM", 2), ("3 11/14/2019 12:00:01 AM", 2), (None, 3),
    ]
    assert ("N35729", 'Porn "star" charged', "news > newscrime", None, "article") in got.items()
    assert got.items("item_id, description")[-1] == ("N55689", 'He was "one of a kind')
    assert "not when" in got.report.notes[0]


def test_ebnerd_reads_parquet_with_lists(imported):
    got = imported("ebnerd")
    assert got.files == {
        "behaviors.parquet": (2, 2, 0, 0, 8), "history.parquet": (1, 1, 0, 0, 2), "articles.parquet": (1, 1, 0, 0, 0),
    }
    assert got.events("user_id, event_type, item_id, ts, dwell_seconds, position") == [
        ("22779", "view", "9738663", "2023-04-27 10:17:43", 17.0, None),
        ("22779", "view", "9738569", "2023-04-27 10:18:01", 12.0, None),
        ("22779", "click", "9771051", "2023-05-21 21:06:50", None, 2),
        ("22779", "impression", "9771051", "2023-05-21 21:06:50", None, 2),
        ("22779", "impression", "9774516", "2023-05-21 21:06:50", None, 1),
        ("150224", "click", "9778623", "2023-05-24 07:31:26", None, 3),
        ("150224", "impression", "9778623", "2023-05-24 07:31:26", None, 3),
        ("150224", "impression", "9778669", "2023-05-24 07:31:26", None, 1),
        ("150224", "impression", "9778736", "2023-05-24 07:31:26", None, 2),
        ("150224", "view", "9778745", "2023-05-24 07:31:26", 30.0, None),
    ]
    assert got.users("gender, age_band, subscriber, device") == [
        ("150224", "female", "50s", "yes", "computer"), ("22779", None, None, "no", "phone"),
    ]
    assert got.items("item_id, title, category, kind, premium")[2] == (
        "9771051", 'Ishockey-spiller: "Jeg troede jeg skulle dø"', "sport", "article", "no",
    )


def test_amazon_2018(imported):
    got = imported("amazon-2018")
    assert got.files == {
        "Video_Games_5.json": (3, 2, 0, 1, 2), "ratings_Video_Games.csv": (2, 1, 0, 1, 1),
        "meta_Video_Games.json": (2, 2, 0, 0, 0),
    }
    assert got.events("user_id, event_type, item_id, ts, value, text") == [
        ("A2", "rating", "0700026657", "2014-07-08 00:00:00", 3.0, None),
        ("A1JGAP0185YJI6", "rating", "0700026657", "2015-07-27 00:00:00", 4.0, None),
        ("A1HP7NVNPFMA4N", "review", "0700026657", "2015-10-17 00:00:00", 5.0, "but when you do it's great.. "
         "This game is a bit hard to get the hang of, but when you do it's great."),
    ]
    assert got.items("item_id, title, category, brand, price, description, image_url") == [
        ("0700026657", "Anno 2070", "Video Games > PC > Games & Add-ons", "Ubisoft", 1049.99, "Build a town. Trade.",
         "https://images-na.ssl-images-amazon.com/images/I/A.jpg"),
        ("0700026658", None, None, None, None, None, None),
    ]


def test_amazon_2023(imported):
    got = imported("amazon-2023")
    assert got.files == {"All_Beauty.jsonl": (2, 2, 0, 0, 2), "meta_All_Beauty.jsonl": (2, 2, 0, 0, 0)}
    assert got.events("event_type, item_id, ts, value, text") == [
        ("rating", "B081TJ8YS3", "2020-05-04 18:10:55.070000", 4.0, None),
        ("review", "B00YQ6X8EP", "2020-05-05 14:08:48.923000", 5.0,
         "Such a lovely scent but not overpowering.. This spray is really nice."),
    ]
    assert got.items("item_id, title, category, brand, price, description") == [
        ("B00YQ6X8EP", "Howard LC0008 Leather Conditioner, 8-Ounce (4-Pack)", "All Beauty", "Howard Products", None,
         None),
        ("B081TJ8YS3", "Yes to Tomatoes Detoxifying Mask", "Beauty & Personal Care > Skin Care", None, None,
         "Charcoal. Peel off."),
    ]


def test_movielens_100k_in_latin_1_with_flags_for_genres(imported):
    got = imported("movielens-100k")
    assert got.files == {"u.data": (3, 2, 1, 0, 2), "u.item": (4, 4, 0, 0, 0), "u.user": (2, 2, 0, 0, 0)}
    assert got.report.reasons == {"ts: not a time": 1}
    assert got.events("user_id, event_type, item_id, ts, value") == [
        ("196", "rating", "242", "1997-12-04 15:55:49", 3.0), ("186", "rating", "302", "1998-04-04 19:22:22", 3.0),
    ]
    assert got.items("item_id, title, category, genres") == [
        ("1633", "Á köldum klaka (Cold Fever) (1994)", "Comedy", "Comedy, Drama"),
        ("242", "Kolya (1996)", "Comedy", "Comedy"), ("267", "unknown", None, None),
        ("302", "L.A. Confidential (1997)", "Crime", "Crime, Film-Noir, Mystery, Thriller"),
    ]
    assert got.users("age_band, gender, occupation") == [
        ("186", "30s", "female", "executive"), ("196", "40s", "male", "writer"),
    ]


def test_movielens_1m_is_parted_by_two_colons(imported):
    got = imported("movielens-1m")
    assert got.files == {"ratings.dat": (3, 2, 1, 0, 2), "movies.dat": (3, 3, 0, 0, 0), "users.dat": (2, 2, 0, 0, 0)}
    assert got.events("user_id, item_id, ts, value") == [
        ("1", "1193", "2000-12-31 22:12:40", 5.0), ("1", "661", "2000-12-31 22:35:09", 3.0),
    ]
    assert got.items("item_id, title, category, genres") == [
        ("1193", "One Flew Over the Cuckoo's Nest (1975)", "Drama", "Drama"),
        ("661", "James and the Giant Peach (1996)", "Animation", "Animation, Children's, Musical"),
        ("73", "Misérables, Les (1995)", "Drama", "Drama, Musical"),
    ]
    assert got.users("age_band, gender, occupation") == [
        ("1", "under 18", "female", "K-12 student"), ("2", "56 and over", "male", "self-employed"),
    ]


def test_shopify_lines_share_what_is_said_of_their_order_once(imported):
    got = imported("shopify")
    assert got.files == {
        "orders_export_1.csv": (6, 3, 3, 0, 4), "orders_export_2.csv": (5, 4, 1, 0, 4),
        "customers_export.csv": (2, 2, 0, 0, 0),
    }
    assert got.report.reasons == {
        "Cancelled at: the order was cancelled, or never paid": 3,
        "Email: an order without an e-mail address or a telephone number": 1,
    }
    assert ["refunded in part" in note or "not paid yet" in note for note in got.report.notes].count(True) == 2
    assert ["counts as bought and as sent back" in note for note in got.report.notes].count(True) == 1
    assert got.events("user_id, event_type, item_id, ts, quantity, price, session_id") == [
        ("ann@example.com", "purchase", "MASK-1", "2025-10-07 07:50:20", 2.0, 14.9, "#1001"),
        ("ann@example.com", "purchase", 'Crème "Nuit", 50 ml', "2025-10-07 07:50:20", 1.0, 24.0, "#1001"),
        ("ben@example.com", "purchase", "MASK-1", "2025-10-09 08:00:00", 1.0, 14.9, "#1002"),
        ("ben@example.com", "return", "MASK-1", "2025-10-09 08:00:00", 1.0, 14.9, "#1002"),
        ("+33612345678", "purchase", "MASK-1", "2025-10-12 08:00:00", 1.0, 14.9, "#1005"),
        ("ann@example.com", "purchase", "MASK-1", "2025-10-13 08:00:00", 1.0, 14.9, "#1006"),
        ("ann@example.com", "purchase", 'Crème "Nuit", 50 ml', "2025-10-13 08:00:00", 2.0, 24.0, "#1006"),
        ("ben@example.com", "purchase", "MASK-1", "2025-10-14 08:00:00", 1.0, 14.9, "#1007"),
    ]
    assert got.items("item_id, title, brand") == [
        ('Crème "Nuit", 50 ml', 'Crème "Nuit", 50 ml', "Leaf"), ("MASK-1", "Masque au collagène", "Leaf"),
    ]
    assert got.users("city, country, accepts_marketing, tags") == [
        ("+33600000000", None, None, "no", None), ("+33612345678", "Nantes", None, None, None),
        ("ann@example.com", "Paris", "FR", "yes", "vip, newsletter"), ("ben@example.com", "Lyon", "FR", None, None),
    ]


def test_woocommerce_orders_with_a_line_for_each_item(imported):
    got = imported("woocommerce")
    assert got.files == {"orders-export-2021-05-01.csv": (6, 5, 1, 0, 8)}
    assert got.events("user_id, event_type, item_id, quantity, price, session_id") == [
        ("12", "purchase", "woo-beanie-logo", 2.0, 17.0, "727"), ("12", "purchase", "38", 1.0, 2.0, "727"),
        ("ben@example.com", "purchase", "woo-beanie-logo", 2.0, 18.0, "728"),
        ("ben@example.com", "return", "woo-beanie-logo", 1.0, 18.0, "728"),
        ("ben@example.com", "purchase", "woo-beanie-logo", 2.0, 18.0, "730"),
        ("ben@example.com", "return", "woo-beanie-logo", 2.0, 18.0, "730"),
        ("ben@example.com", "purchase", "39", 3.0, 10.0, "731"), ("ben@example.com", "return", "39", 1.0, 10.0, "731"),
    ]
    assert got.items("item_id, title") == [
        ("38", "Sticker, round"), ("39", "Cap"), ("woo-beanie-logo", "Beanie with Logo"),
    ]
    assert "counts as bought and as sent back" in got.report.notes[1]


def test_woocommerce_orders_report(imported):
    got = imported("woocommerce", "woocommerce-report")
    assert got.files == {"orders_2021-05-01.csv": (3, 2, 1, 0, 6)}
    assert got.events("user_id, event_type, item_id, quantity, session_id") == [
        ("Ann A", "purchase", "Beanie with Logo", 2.0, "727"), ("Ann A", "purchase", "Sticker, round", 1.0, "727"),
        ("Cid C", "purchase", "Cap", 2.0, "729"), ("Cid C", "purchase", "Sticker, round", 1.0, "729"),
        ("Cid C", "return", "Cap", 2.0, "729"), ("Cid C", "return", "Sticker, round", 1.0, "729"),
    ]
