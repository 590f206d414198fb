"""Words of the demo shop: its categories, invented brands, colours and sentences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shelf:
    """A sub-category: what its products are called, and who tends to like it."""

    top: str
    name: str
    price: float  # median, in the shop's currency
    age: float  # age band it appeals to most, 0 (18-24) to 4 (65+)
    gender: float  # -1 men, +1 women
    nouns: tuple[str, ...]
    features: tuple[str, ...]
    materials: tuple[str, ...]
    sizes: tuple[str, ...]
    palette: str  # wear, tech, or empty where colour says nothing

    @property
    def category(self) -> str:
        """The category path."""
        return f"{self.top} > {self.name}"


_SHOES = "size 37|size 39|size 41|size 42|size 44"
_CLOTHES = "size S|size M|size L|size XL"
_NO = "set of 1|set of 2|set of 4"

# top; name; price; age; gender; nouns; features; materials; sizes; palette
_TABLE = f"""
Shoes;Running shoes;95;1;0;running shoes|trail running shoes;cushioned|lightweight|breathable;mesh|knit|polyester;{_SHOES};wear
Shoes;Hiking boots;130;2.5;-0.3;hiking boots|trekking boots;waterproof|insulated|ankle-high;leather|suede|nylon;{_SHOES};wear
Shoes;Sandals;48;2;0.7;sandals|slides;strappy|cushioned|summer;leather|cork|rubber;{_SHOES};wear
Shoes;Sneakers;78;0;0;sneakers|low-top sneakers;retro|classic|chunky;canvas|leather|suede;{_SHOES};wear
Clothing;Jackets;120;2;0;jacket|rain jacket|winter jacket;waterproof|padded|windproof;nylon|cotton|wool;{_CLOTHES};wear
Clothing;Dresses;68;1;1;dress|midi dress|wrap dress;summer|pleated|elegant;linen|cotton|silk;{_CLOTHES};wear
Clothing;Jeans;62;0.5;0;jeans|straight jeans;slim|relaxed|high-waist;denim|stretch denim|organic cotton;{_CLOTHES};wear
Clothing;Knitwear;70;3;0.3;sweater|cardigan;chunky|fine-knit|ribbed;wool|cashmere|cotton;{_CLOTHES};wear
Clothing;Running socks;14;1.2;0;running socks|sports socks;cushioned|seamless|compression;merino|cotton|nylon;pack of 2|pack of 3|pack of 6;wear
Electronics;Phones;480;0.8;-0.1;smartphone|phone;fast-charging|dual-camera|compact;glass|aluminium|ceramic;64 GB|128 GB|256 GB;tech
Electronics;Phone cases;22;0.5;0.4;phone case|flip case;shockproof|slim|magnetic;silicone|leather|polycarbonate;6.1 inch|6.7 inch;tech
Electronics;Chargers;28;1.5;-0.2;charger|wireless charger|power bank;fast|foldable|travel;aluminium|bamboo|nylon;20 W|45 W|65 W;tech
Electronics;Headphones;110;0.5;-0.1;headphones|earbuds;noise-cancelling|wireless|open-ear;aluminium|leather|silicone;20 hours|30 hours|40 hours;tech
Electronics;Laptops;820;1.2;-0.3;laptop|notebook;lightweight|gaming|convertible;aluminium|magnesium|carbon;13 inch|14 inch|16 inch;tech
Home;Bedding;58;2.8;0.4;duvet cover|bed sheet|pillowcase set;soft|cooling|easy-care;linen|cotton|satin;single|double|king size;wear
Home;Lamps;64;2;0.1;table lamp|floor lamp|reading lamp;dimmable|minimalist|vintage;brass|glass|rattan;30 cm|45 cm|150 cm;wear
Home;Rugs;140;3;0.2;rug|runner rug;hand-woven|washable|shaggy;wool|jute|cotton;80 x 150 cm|120 x 180 cm|160 x 230 cm;wear
Home;Storage;32;2.3;0.3;storage basket|storage box|shelf unit;stackable|foldable|lidded;bamboo|rattan|felt;{_NO};wear
Kitchen;Coffee machines;240;2.2;-0.1;coffee machine|espresso machine;automatic|compact|programmable;steel|aluminium|chrome;1 litre|1.5 litres|2 litres;tech
Kitchen;Coffee beans;16;2.2;0;coffee beans|espresso beans;dark-roast|mild|fair-trade;arabica|robusta|decaf;250 g|500 g|1 kg;
Kitchen;Cookware;75;3;0.2;frying pan|saucepan|casserole;non-stick|induction|oven-safe;cast-iron|steel|copper;20 cm|24 cm|28 cm;tech
Kitchen;Knives;60;2.8;-0.5;chef's knife|bread knife|knife set;forged|balanced|serrated;steel|damascus|ceramic;15 cm|20 cm|set of 5;
Kitchen;Tableware;42;3.2;0.5;dinner plates|bowls|mugs;hand-glazed|dishwasher-safe|stackable;stoneware|porcelain|bamboo;set of 2|set of 4|set of 6;wear
Outdoor;Tents;210;1.5;-0.3;tent|trekking tent;waterproof|pop-up|family;ripstop|nylon|cotton;2 persons|3 persons|4 persons;wear
Outdoor;Sleeping bags;95;1.5;-0.2;sleeping bag|quilt;ultralight|four-season|summer;down|synthetic|fleece;size M|size L;wear
Outdoor;Backpacks;85;1.3;0;backpack|daypack;ventilated|roll-top|padded;canvas|nylon|polyester;20 litres|35 litres|55 litres;wear
Outdoor;Camping stoves;54;2;-0.6;camping stove|gas cooker;foldable|windproof|compact;titanium|steel|aluminium;1 burner|2 burners;
Sports;Yoga mats;36;1.4;0.9;yoga mat|pilates mat;non-slip|extra-thick|foldable;cork|rubber|jute;4 mm|6 mm|8 mm;wear
Sports;Fitness gear;58;0.8;-0.6;dumbbells|kettlebell|resistance bands;adjustable|hexagonal|compact;iron|neoprene|latex;5 kg|10 kg|20 kg;tech
Sports;Bicycles;620;2;-0.4;city bike|gravel bike|folding bike;lightweight|8-speed|belt-drive;aluminium|steel|carbon;size S|size M|size L;wear
Sports;Bike helmets;70;2;0;bike helmet|urban helmet;ventilated|lighted|foldable;polycarbonate|carbon|polyester;size S|size M|size L;wear
Beauty;Skin care;28;2.6;0.9;face cream|serum|cleansing gel;hydrating|soothing|anti-ageing;aloe|hyaluron|vitamin C;30 ml|50 ml|100 ml;
Beauty;Perfume;82;1.8;0.6;eau de parfum|eau de toilette;fresh|warm|floral;cedar|jasmine|citrus;30 ml|50 ml|100 ml;
Beauty;Make-up;24;0.3;1;lipstick|mascara|foundation;long-lasting|matte|vegan;mineral|satin|velvet;3 g|10 ml|30 ml;wear
Beauty;Shaving;38;2.4;-1;razor|shaving set|beard trimmer;precision|cordless|sensitive;steel|beechwood|chrome;set of 1|set of 3;tech
Toys;Building sets;46;1.8;-0.3;building set|marble run;creative|motorised|classic;wooden|magnetic|plastic;100 pieces|250 pieces|600 pieces;
Toys;Board games;34;1;0;board game|card game|party game;cooperative|strategy|family;cardboard|wooden|linen;2-4 players|3-6 players|4-8 players;
Toys;Plush toys;22;2;0.6;plush bear|plush rabbit|plush dog;cuddly|giant|washable;organic cotton|plush|wool;25 cm|40 cm|80 cm;wear
Toys;Puzzles;20;3.8;0.4;puzzle|3D puzzle;panorama|glow-in-the-dark|classic;cardboard|wooden|cork;500 pieces|1000 pieces|2000 pieces;
Pets;Dog food;34;2.5;0;dog food|puppy food;grain-free|senior|high-protein;chicken|salmon|lamb;2 kg|6 kg|12 kg;
Pets;Cat food;26;2.6;0.4;cat food|kitten food;grain-free|indoor|hairball;tuna|chicken|salmon;1.5 kg|4 kg|10 kg;
Pets;Pet beds;48;2.5;0.3;dog bed|cat bed|pet cushion;orthopaedic|washable|round;fleece|plush|canvas;size S|size M|size L;wear
Garden;Garden furniture;260;3.3;0.1;garden chair|bistro set|lounger;foldable|weatherproof|reclining;teak|aluminium|rattan;{_NO};wear
Garden;Plants;24;3.2;0.6;olive tree|lavender|monstera;potted|evergreen|easy-care;terracotta|ceramic|jute;30 cm|60 cm|90 cm;
Garden;Garden tools;38;3.6;-0.5;pruning shears|spade|hedge trimmer;ergonomic|cordless|telescopic;steel|ash wood|carbon;30 cm|60 cm|120 cm;tech
Books;Cookbooks;26;3;0.4;cookbook|baking book;vegetarian|quick|regional;hardcover|paperback|spiral-bound;120 pages|240 pages|360 pages;
Books;Crime novels;15;3.5;0.3;crime novel|thriller;gripping|historical|nordic;paperback|hardcover|large-print;280 pages|360 pages|480 pages;
Books;Travel guides;19;2.8;0;travel guide|hiking guide;illustrated|pocket|insider;paperback|hardcover|waterproof;180 pages|260 pages|420 pages;
"""


def _shelf(line: str) -> Shelf:
    top, name, price, age, gender, nouns, features, materials, sizes, palette = line.split(";")
    lists = (tuple(words.split("|")) for words in (nouns, features, materials, sizes))
    return Shelf(top, name, float(price), float(age), float(gender), *lists, palette)


SHELVES = tuple(_shelf(line) for line in _TABLE.strip().splitlines())
SHELF_NAMES = tuple(shelf.name for shelf in SHELVES)
TOPS = tuple(dict.fromkeys(shelf.top for shelf in SHELVES))
COLOURS = ("black", "white", "blue", "grey", "silver", "green", "red", "brown", "beige", "pink", "yellow")
PALETTES = {"wear": range(len(COLOURS)), "tech": range(5)}
MATERIALS = tuple(sorted({material for shelf in SHELVES for material in shelf.materials}))

#: Invented names; any likeness to a real brand is by chance.
BRANDS = tuple(
    "Norvale Tarnwick Quillon Brevora Ostenfal Mirrowen Kestavar Lunderby Vantorre Pellagrin "
    "Ashmoor Drovanne Fennick Halvorsk Ironell Jorvane Kaldera Lormund Mossgrave Nerrowin "
    "Oakenfell Pramble Querista Rindale Solvenne Thornby Umbrelle Velmora Wexholm Yarrowby "
    "Zephrane Altherin Bramsted Corvelle Dunmarra Elverston Farrowyn Glimmere Hestervale Inglora "
    "Juniva Kronfeld Larkhaven Merrinor Nivelle Orsanti Pinewick Roskelde Saltmere Tindrell "
    "Ulverine Vossmark Willomere Xandover Yelvane Zorrelin Arvoden Belcastra Cinderly Dappleton".split()
)

#: What a purchase makes people want next.
COMPLEMENTS = {
    "Phones": ("Phone cases", "Chargers"),
    "Tents": ("Sleeping bags", "Camping stoves"),
    "Running shoes": ("Running socks",),
    "Coffee machines": ("Coffee beans",),
    "Hiking boots": ("Backpacks",),
    "Bicycles": ("Bike helmets",),
    "Pet beds": ("Dog food",),
    "Perfume": ("Skin care",),
    "Cookware": ("Cookbooks",),
    "Garden furniture": ("Plants",),
    "Laptops": ("Headphones",),
}
#: Days after which what was used up is bought again.
REPEATS = {"Coffee beans": 12, "Dog food": 14, "Cat food": 14, "Skin care": 16}

BENEFITS = (
    "made for everyday use", "a favourite for weekends", "built to last for years", "easy to clean and to store",
    "tested by our own team", "a thoughtful gift", "with a two-year guarantee", "designed to save space",
)
ARTICLES = ("How to choose {}", "{}: our five favourites", "What to know about {}", "Trends this season: {}")
ADS = ("{brand} {noun}: now 20 % off", "New from {brand}: {noun}", "{brand} week: {noun} and more")
REVIEWS = {
    1: ("Broke after a week, very disappointed.", "Not as described, poor quality."),
    2: ("Expected more for the price.", "Runs small and feels cheap."),
    3: ("It is fine, nothing special.", "Does the job, delivery was slow."),
    4: ("Good quality, would buy again.", "Happy with it, colour as shown."),
    5: ("Perfect, exactly what I was looking for!", "Excellent quality, highly recommended."),
}
COUNTRIES = ("DE", "FR", "NL", "AT", "ES", "PL")
AGE_BANDS = ("18-24", "25-34", "35-49", "50-64", "65+")
