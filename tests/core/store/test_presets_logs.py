"""Logs of what was done in shops, written by hand in the published layout, quirks included, line by line."""


def test_rees46(imported):
    got = imported("rees46")
    assert got.files == {"2019-Oct.csv": (7, 4, 2, 1, 4)}
    assert got.report.reasons == {"event_type: taken out of the cart again": 1, "price: a negative number": 1}
    assert got.events("user_id, event_type, item_id, ts, price") == [
        ("541312140", "view", "44600062", "2019-10-01 00:00:00", 35.79),
        ("520088904", "view", "1003461", "2019-10-01 00:00:05", 489.07),
        ("520088904", "cart", "1003461", "2019-10-01 00:00:11", 489.07),
        ("543272936", "purchase", "1004856", "2019-10-01 00:02:00", 130.76),
    ]
    assert got.items("item_id, category, brand") == [
        ("1003461", "electronics > smartphone", "xiaomi"), ("1004856", "electronics > smartphone", "samsung"),
        ("44600062", None, "shiseido"),
    ]


def test_retailrocket_takes_the_latest_property_of_both_parts_and_paths_of_the_tree(imported):
    got = imported("retailrocket")
    assert got.files == {
        "events.csv": (5, 4, 0, 1, 4), "category_tree.csv": (4, 4, 0, 0, 0),
        "item_properties_part1.csv": (3, 3, 0, 0, 0), "item_properties_part2.csv": (3, 3, 0, 0, 0),
    }
    assert got.events("user_id, event_type, item_id, ts, session_id") == [
        ("257597", "view", "355908", "2015-06-02 05:02:12.117000", None),
        ("599528", "cart", "356475", "2015-06-02 05:17:56.276000", None),
        ("599528", "purchase", "356475", "2015-06-02 05:17:56.276000", "4000"),
        ("992329", "view", "248676", "2015-06-02 05:50:14.164000", None),
    ]
    assert got.items("item_id, category, available") == [
        ("248676", None, "no"), ("355908", "213 > 1016 > 1338", None), ("356475", "77", None),
    ]
    assert "no titles" in got.report.notes[0]


def test_taobao_has_no_header_and_lines_of_other_years(imported):
    got = imported("taobao")
    assert got.files == {"UserBehavior.csv": (7, 4, 2, 1, 4)}
    assert list(got.report.reasons.values()) == [2]
    assert got.events("user_id, event_type, item_id, ts") == [
        ("1", "view", "2268318", "2017-11-24 17:21:10"), ("1", "favourite", "2333346", "2017-11-24 22:15:33"),
        ("1000001", "purchase", "2576651", "2017-11-25 01:21:25"), ("100", "cart", "3830808", "2017-11-25 07:04:53"),
    ]
    assert got.items("item_id, category")[0] == ("2268318", "2520377")


def test_alibaba_ads_are_shown_and_clicked_beside_what_was_done_to_categories(imported):
    got = imported("alibaba-ads")
    assert got.files == {
        "raw_sample.csv": (4, 3, 1, 0, 4), "behavior_log.csv": (4, 4, 0, 0, 4),
        "ad_feature.csv": (3, 3, 0, 0, 0), "user_profile.csv": (2, 2, 0, 0, 0),
    }
    assert got.report.reasons == {"clk: neither clicked nor not clicked": 1}
    assert got.events("user_id, event_type, item_id, ts, slot, impression_id")[4:] == [
        ("581738", "impression", "ad:1", "2017-05-07 06:14:04", "430548_1007", "581738-1494137644-430548_1007"),
        ("449818", "click", "ad:3", "2017-05-13 01:26:18", "430548_1007", "449818-1494638778-430548_1007"),
        ("449818", "impression", "ad:3", "2017-05-13 01:26:18", "430548_1007", "449818-1494638778-430548_1007"),
        ("449818", "impression", "ad:4", "2017-05-13 01:26:18", "430548_1007", "449818-1494638778-430548_1007"),
    ]
    assert got.events()[:4] == [
        ("558157", "view", "category 6250 brand 91286"), ("449818", "view", "category 6250 brand 91286"),
        ("449818", "purchase", "category 4385"), ("449818", "favourite", "category 4385"),
    ]
    assert got.items("item_id, category, brand, kind, price")[0] == ("ad:1", "6406", "95471", "ad", 170.0)
    assert got.items("item_id, category, brand, kind, price")[1] == ("ad:3", "6406", None, "ad", 199.0)
    assert got.items("item_id, category, brand, kind")[3:] == [
        ("category 4385", "4385", None, "product"), ("category 6250 brand 91286", "6250", "91286", "product"),
    ]
    assert got.users("gender, spending, shopping, student, city_level") == [
        ("449818", "female", None, "deep", "no", "3"), ("558157", None, None, None, None, None),
        ("581738", "male", "medium", "deep", "yes", None),
    ]


def test_tmall_knows_days_alone_and_who_came_back(imported):
    got = imported("tmall")
    assert got.files == {
        "user_log_format1.csv": (6, 4, 1, 1, 4), "user_info_format1.csv": (3, 3, 0, 0, 0),
        "train_format1.csv": (3, 3, 0, 0, 0),
    }
    assert got.report.reasons == {"ts: not a time": 1}
    assert got.events("user_id, event_type, item_id, ts") == [
        ("234512", "favourite", "575153", "2014-05-11 00:00:00"), ("328862", "click", "323294", "2014-08-29 00:00:00"),
        ("328862", "cart", "844400", "2014-08-29 00:00:00"), ("328862", "purchase", "575153", "2014-11-11 00:00:00"),
    ]
    assert got.items("item_id, category, brand, seller") == [
        ("323294", "833", "2661", "2882"), ("575153", "1271", None, "2882"), ("844400", "1271", "2661", "2882"),
    ]
    assert got.users("age_band, gender, repeat_buyer") == [
        ("234512", None, None, "no"), ("328862", "40-49", "male", "yes"), ("376517", "50 and over", "female", None),
    ]


def test_jdata_is_in_gbk_and_writes_ids_as_numbers(imported):
    got = imported("jdata")
    assert got.files == {
        "JData_Action_201602.csv": (6, 4, 1, 1, 4), "JData_Comment.csv": (3, 3, 0, 0, 0),
        "JData_Product.csv": (2, 2, 0, 0, 0), "JData_User.csv": (3, 3, 0, 0, 0),
    }
    assert got.events("user_id, event_type, item_id, ts") == [
        ("266079", "view", "138778", "2016-01-31 23:59:02"), ("266079", "click", "138778", "2016-01-31 23:59:03"),
        ("200719", "cart", "61226", "2016-01-31 23:59:07"), ("200719", "purchase", "61226", "2016-02-01 00:12:00"),
    ]
    assert got.items("item_id, category, brand, a1, comments, bad_comments") == [
        ("138778", "8", "403", "3", "more than 50", "0.05"), ("61226", "8", "30", None, "none", "0.0"),
    ]
    assert got.users("age_band, gender, level") == [
        ("200719", None, None, "1"), ("200720", "56 and over", "female", "3"), ("266079", "26-35", "male", "5"),
    ]


def test_ga4_unfolds_items_and_parameters(imported):
    got = imported("ga4")
    assert got.files == {"events_20210131.json": (9, 6, 3, 0, 7)}
    assert got.report.reasons == {
        "event_name: an event of the page, not about an item": 1, "item_id: no item_id": 2,
    }
    assert got.events("user_id, event_type, item_id, ts, price, quantity, query, slot, position") == [
        ("1026454.4271112504", "impression", "9195120", "2021-01-31 05:05:11", 54.5, None, None, "Home", 2),
        ("1026454.4271112504", "impression", "9196821", "2021-01-31 05:05:11", 35.0, None, None, "Home", 1),
        ("1026454.4271112504", "click", "9195120", "2021-01-31 05:05:12", 54.5, None, None, "Home", None),
        ("member-7", "search", None, "2021-01-31 05:05:13", None, None, "hoodie", None, None),
        ("member-7", "purchase", "Zip Hoodie XL", "2021-01-31 05:05:14", 54.5, 2.0, None, None, None),
        ("1026454.4271112504", "impression", "promotion:P9", "2021-01-31 05:05:15", None, None, None, "top", 1),
        ("member-7", "return", "Zip Hoodie XL", "2021-02-01 05:05:14", 54.5, 2.0, None, None, None),  # of the order
    ]
    assert got.items() == [
        ("9195120", "Zip Hoodie", "Apparel", "Google", "product"),
        ("9196821", "Super G Unisex Joggers", "Apparel > Bottoms", None, "product"),
        ("Zip Hoodie XL", "Zip Hoodie XL", "Apparel", None, "product"),
        ("promotion:P9", "Winter sale", None, None, "ad"),
    ]
    assert got.users("device, country") == [
        ("1026454.4271112504", "mobile", "France"), ("member-7", "mobile", "France"),
    ]


def test_rudderstack_writes_an_empty_user_where_nobody_is_known(imported):
    got = imported("segment", "rudderstack")
    assert got.files == {"rudder-logs.jsonl": (5, 4, 1, 0, 5)}
    assert got.report.reasons == {"type: no track call": 1}
    assert got.events("user_id, event_type, item_id, ts, price, quantity, session_id") == [
        ("7c61a6d0", "impression", "B-1", "2024-03-01 10:00:00.120000", 899.0, None, "1709287200123"),
        ("7c61a6d0", "impression", "B-2", "2024-03-01 10:00:00.120000", 499.0, None, "1709287200123"),
        ("7c61a6d0", "view", "B-1", "2024-03-01 10:01:00", 899.0, None, "1709287200123"),
        ("u-9", "favourite", "B-2", "2024-03-01 10:03:00", None, None, "1709287200123"),
        ("u-9", "return", "B-1", "2024-03-05 08:00:00", 899.0, 1.0, None),
    ]
    assert got.items("item_id, title, category, brand, image_url") == [
        ("B-1", "Trail bike", "Bikes", "Norvale", "https://shop.example/b1.jpg"),
        ("B-2", "City bike", None, None, None),
    ]


def test_segment_track_calls(imported):
    got = imported("segment")
    assert got.files == {"tracks.jsonl": (9, 7, 2, 0, 9)}
    assert got.report.reasons == {
        "event: nothing about a product, a promotion or a search": 1, "type: no track call": 1,
    }
    assert got.events("user_id, event_type, item_id, ts, price, quantity, slot, position") == [
        ("anon-1", "impression", "505bd76785", "2024-03-01 10:00:00.120000", 3.0, None, "hot-deals", 2),
        ("anon-1", "impression", "507f1f77", "2024-03-01 10:00:00.120000", 19.0, None, "hot-deals", 1),
        ("anon-1", "click", "507f1f77", "2024-03-01 10:00:05", 18.99, None, "hot-deals", None),
        ("u-7", "cart", "507f1f77", "2024-03-01 10:01:00", 18.99, 1.0, None, None),
        ("u-7", "purchase", "46493-32", "2024-03-01 10:01:59", 3.0, 2.0, None, None),
        ("u-7", "purchase", "507f1f77", "2024-03-01 10:01:59", 19.0, 1.0, None, None),
        ("anon-1", "search", None, "2024-03-01 10:03:00", None, None, None, None),
        ("anon-1", "impression", "promotion:promo_1", "2024-03-01 10:04:00", None, None, "home_banner_top", None),
        ("u-7", "review", "507f1f77", "2024-03-02 10:04:00", None, None, None, None),
    ]
    reviews = got.reader.rows("SELECT value, text FROM events WHERE event_type = 'review'")
    assert reviews == [(5.0, "I love this product")]
    assert ("promotion:promo_1", "75% store-wide shoe sale", None, None, "ad") in got.items()
    assert ("507f1f77", "Monopoly: 3rd Edition", "Games", "Hasbro", "product") in got.items()
