"""Words the catalogue is made of: categories, things with a usual price, styles, hostile names."""

from __future__ import annotations

from dataclasses import dataclass

_EVEN_YEAR = (1.0,) * 12
_STYLES = (
    "Classic",
    "Nordic",
    "Vintage",
    "Handmade",
    "Striped",
    "Sage Green",
    "Midnight Blue",
    "Terracotta",
    "Botanical",
    "Dotted",
    "Linen White",
    "Honey Yellow",
)


@dataclass(frozen=True, kw_only=True)
class Category:
    """One shelf of the shop.

    Attributes:
        name: As written in the files.
        code: Three letters that its product ids start with.
        demand_share: Share of all picks over a year, about, 0-1.
        seasons: Demand in January to December over an even year, at seasonality strength 1.
        things: What is sold, with the usual price in cents.
    """

    name: str
    code: str
    demand_share: float
    seasons: tuple[float, ...]
    things: tuple[tuple[str, int], ...]

    def product_name(self, position: int) -> str:
        """Gives the name of the category's product at a position from 0; all are different."""
        thing = position % len(self.things)
        style = (position // len(self.things) + 5 * thing) % len(_STYLES)
        return f"{_STYLES[style]} {self.things[thing][0]}"


CATEGORIES = (
    Category(
        name="Kitchen",
        code="KIT",
        demand_share=0.20,
        seasons=_EVEN_YEAR,
        things=(
            ("Stoneware Mug", 895),
            ("Tea Towel", 595),
            ("Wooden Spoon Set", 745),
            ("Enamel Bowl", 1095),
            ("Egg Cup Pair", 645),
            ("Apron", 1995),
            ("Cake Tin", 1495),
            ("Cutting Board", 2245),
            ("Spice Jar", 345),
            ("Oven Glove", 995),
            ("Salad Servers", 1295),
            ("Milk Jug", 1345),
            ("Cast Iron Pan", 3495),
        ),
    ),
    Category(
        name="Stationery",
        code="STA",
        demand_share=0.13,
        seasons=(1.2, 1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 1.3, 1.3, 1.0, 1.0, 1.1),
        things=(
            ("Notebook A5", 695),
            ("Greeting Card", 245),
            ("Wrapping Paper", 345),
            ("Pencil Case", 895),
            ("Fountain Pen", 1895),
            ("Washi Tape", 295),
            ("Desk Calendar", 995),
            ("Sticker Sheet", 245),
            ("Letter Set", 845),
            ("Gel Pen Trio", 545),
            ("Photo Album", 1645),
            ("Paper Clips Tin", 395),
            ("Postcard Pack", 495),
        ),
    ),
    Category(
        name="Candles & Scents",
        code="CAN",
        demand_share=0.14,
        seasons=(1.1, 1.0, 0.9, 0.8, 0.7, 0.7, 0.7, 0.8, 1.0, 1.2, 1.4, 1.5),
        things=(
            ("Soy Candle", 1295),
            ("Pillar Candle", 795),
            ("Tealights Box", 445),
            ("Reed Diffuser", 1895),
            ("Incense Sticks", 495),
            ("Candle Holder", 995),
            ("Room Spray", 1145),
            ("Wax Melts", 595),
            ("Lantern", 2295),
            ("Taper Candle Pair", 695),
            ("Essential Oil", 945),
            ("Matches in a Jar", 545),
            ("Scented Sachet", 395),
        ),
    ),
    Category(
        name="Garden",
        code="GAR",
        demand_share=0.10,
        seasons=(0.4, 0.6, 1.2, 1.7, 1.9, 1.6, 1.3, 1.1, 0.8, 0.6, 0.5, 0.4),
        things=(
            ("Herb Seeds", 295),
            ("Plant Pot", 895),
            ("Watering Can", 2195),
            ("Garden Gloves", 995),
            ("Hand Trowel", 1345),
            ("Bird Feeder", 1695),
            ("Plant Labels", 345),
            ("Garden Twine", 445),
            ("Hanging Basket", 1495),
            ("Wildflower Mix", 395),
            ("Pruning Shears", 2495),
            ("Bee House", 1795),
            ("Outdoor Cushion", 1995),
        ),
    ),
    Category(
        name="Toys & Games",
        code="TOY",
        demand_share=0.14,
        seasons=(0.8, 0.8, 0.9, 1.0, 0.9, 0.9, 1.0, 0.9, 0.9, 1.0, 1.5, 1.7),
        things=(
            ("Wooden Train", 2495),
            ("Jigsaw Puzzle", 1495),
            ("Card Game", 995),
            ("Dice Set", 495),
            ("Soft Rabbit", 1695),
            ("Spinning Top", 345),
            ("Building Blocks", 2995),
            ("Colouring Book", 645),
            ("Skipping Rope", 795),
            ("Finger Puppet", 395),
            ("Memory Game", 1245),
            ("Kite", 1595),
            ("Marbles Bag", 445),
        ),
    ),
    Category(
        name="Bath & Body",
        code="BAT",
        demand_share=0.10,
        seasons=_EVEN_YEAR,
        things=(
            ("Bar Soap", 495),
            ("Hand Cream", 795),
            ("Bath Salts", 995),
            ("Lip Balm", 345),
            ("Body Brush", 1295),
            ("Shower Gel", 695),
            ("Cotton Towel", 1995),
            ("Face Cloth", 545),
            ("Bath Bomb", 395),
            ("Soap Dish", 895),
            ("Body Lotion", 1195),
            ("Wash Bag", 1745),
            ("Shampoo Bar", 745),
        ),
    ),
    Category(
        name="Tea & Coffee",
        code="TEA",
        demand_share=0.14,
        seasons=(1.2, 1.1, 1.0, 0.9, 0.8, 0.8, 0.8, 0.8, 1.0, 1.1, 1.2, 1.3),
        things=(
            ("Earl Grey Tea", 695),
            ("Espresso Beans", 1095),
            ("Green Tea", 745),
            ("Filter Coffee", 995),
            ("Chai Blend", 795),
            ("Peppermint Tea", 545),
            ("Tea Infuser", 595),
            ("Hot Chocolate", 845),
            ("Shortbread Tin", 945),
            ("Teapot", 2695),
            ("Honey Jar", 645),
            ("Rooibos Tea", 595),
            ("Coffee Scoop", 445),
        ),
    ),
    Category(
        name="Christmas",
        code="CHR",
        demand_share=0.05,
        seasons=(0.3, 0.2, 0.2, 0.2, 0.2, 0.2, 0.3, 0.5, 1.0, 2.2, 5.0, 6.0),
        things=(
            ("Glass Bauble", 595),
            ("Advent Calendar", 1895),
            ("Paper Star", 895),
            ("Wreath", 2495),
            ("Gift Tags", 295),
            ("Christmas Crackers", 1395),
            ("Felt Stocking", 1245),
            ("Gingerbread Cutter", 395),
            ("Tree Topper", 1495),
            ("Fairy Lights", 1695),
            ("Nutcracker", 2195),
            ("Christmas Card", 245),
            ("Snow Globe", 1595),
        ),
    ),
)

# One name per category, in order. Readers, pages and spreadsheets must survive all of them.
HOSTILE_NAMES = (
    "<script>alert(1)</script> Mug",
    '=HYPERLINK("http://example.com/?leak","x") Card',
    "Candle'; DROP TABLE orders; --",
    "+1 Crème brûlée Seeds, «édition spéciale»",
    'The "Best, Ever" Dice \\ {{ 7 * 7 }}',
    "Bath \u202estlas\u202c Salts 🎄☃️",
    "A very long name for a very small tea " + "and then some more words " * 11 + "at last",
    "@SUM(A1:A9) & <b>Bauble</b> %s %00",
)
