"""Every table, column, event type and tag family, named once."""

from enum import StrEnum


class Table(StrEnum):
    """Tables of a version file."""

    EVENTS = "events"
    ITEMS = "items"
    USERS = "users"
    IMPORTS = "imports"
    REJECTS = "rejects"


class Event(StrEnum):
    """What a shopper can do, or have done to her (impression)."""

    IMPRESSION = "impression"
    VIEW = "view"
    CLICK = "click"
    CART = "cart"
    FAVOURITE = "favourite"
    PURCHASE = "purchase"
    SEARCH = "search"
    RATING = "rating"
    REVIEW = "review"
    RETURN = "return"


class Kind(StrEnum):
    """What an item is."""

    PRODUCT = "product"
    ARTICLE = "article"
    VIDEO = "video"
    AD = "ad"


#: Kinds of item that tell of others.
TELLING = (Kind.ARTICLE, Kind.VIDEO)


class Col(StrEnum):
    """Columns of the canonical tables."""

    USER = "user_id"
    ITEM = "item_id"
    TYPE = "event_type"
    TS = "ts"
    VALUE = "value"
    DWELL = "dwell_seconds"
    QUANTITY = "quantity"
    PRICE = "price"
    SESSION = "session_id"
    QUERY = "query"
    SLOT = "slot"
    POSITION = "position"
    IMPRESSION = "impression_id"
    TEXT = "text"
    SOURCE_ROW = "source_row"
    IMPORT = "import_id"
    TITLE = "title"
    DESCRIPTION = "description"
    CATEGORY = "category"
    BRAND = "brand"
    KIND = "kind"
    IMAGE = "image_url"


class Family(StrEnum):
    """Families of profile tags."""

    INTEREST = "interest"
    PRICE = "price"
    INTENT = "intent"
    LIFECYCLE = "lifecycle"
    HABIT = "habit"
    ATTRIBUTE = "attribute"
    DESCRIBED = "described"


#: Said of how dates are written, in place of an order of day and month: numbers are days, as spreadsheets count them.
EXCEL = "excel"

#: Column of the events table → (SQL type, required). The order is the order of the table.
EVENT_COLUMNS: dict[str, str] = {
    Col.USER: "VARCHAR",
    Col.ITEM: "VARCHAR",
    Col.TYPE: "VARCHAR",
    Col.TS: "TIMESTAMP",
    Col.VALUE: "DOUBLE",
    Col.DWELL: "DOUBLE",
    Col.QUANTITY: "DOUBLE",
    Col.PRICE: "DOUBLE",
    Col.SESSION: "VARCHAR",
    Col.QUERY: "VARCHAR",
    Col.SLOT: "VARCHAR",
    Col.POSITION: "INTEGER",
    Col.IMPRESSION: "VARCHAR",
    Col.TEXT: "VARCHAR",
    Col.SOURCE_ROW: "BIGINT",
    Col.IMPORT: "INTEGER",
}
REQUIRED_EVENT_COLUMNS = (Col.USER, Col.TYPE, Col.TS)

ITEM_COLUMNS: dict[str, str] = {
    Col.ITEM: "VARCHAR",
    Col.TITLE: "VARCHAR",
    Col.DESCRIPTION: "VARCHAR",
    Col.CATEGORY: "VARCHAR",
    Col.BRAND: "VARCHAR",
    Col.PRICE: "DOUBLE",
    Col.KIND: "VARCHAR",
    Col.IMAGE: "VARCHAR",
}
REQUIRED_ITEM_COLUMNS = (Col.ITEM,)
#: Before the names of what else a file of items has: no query has such a name, whatever the file calls it.
OTHER = "item."
REQUIRED_USER_COLUMNS = (Col.USER,)

#: A category is a path from wide to narrow; its first part is the top category.
CATEGORY_SEPARATOR = " > "

#: Version of the text template. A model made for another version is refused.
TEMPLATE_VERSION = "2"
