"""Price bands as SQL: 0, 1, 2 for budget, mid and premium, among the prices of a category or else of the whole shop."""


def band(price: str) -> str:
    """SQL for the band of a price, NULL where there is none to tell it by; ``joined`` stands behind FROM."""
    low, high = "coalesce(own_bands.low, shop_bands.low)", "coalesce(own_bands.high, shop_bands.high)"
    return (
        f"CASE WHEN {price} IS NULL OR {low} IS NULL THEN NULL "
        f"WHEN {price} <= {low} THEN 0 WHEN {price} <= {high} THEN 1 ELSE 2 END"
    )


def joined(category: str, day: str) -> str:
    """SQL that joins the bands of the week that a day lies in; ``category`` has its own, and the shop has some too."""
    return (
        "ASOF LEFT JOIN (SELECT * FROM price_bands WHERE category <> '') AS own_bands "
        f"ON {category} = own_bands.category AND {day} >= own_bands.week "
        f"ASOF LEFT JOIN (SELECT * FROM price_bands WHERE category = '') AS shop_bands ON {day} >= shop_bands.week"
    )
