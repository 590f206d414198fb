"""ShopperLens: everything that is not a widget. Importing this package is cheap."""

__version__ = "0.1.0"
