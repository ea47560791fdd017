"""The facts of a product: attributes with values that agree with its name.

Values are drawn from the lists of the section; what the name says wins.
"""

import re

NUMBERS = {"Pair": 2, "Three": 3, "Trio": 3, "Four": 4, "Six": 6, "Eight": 8, "Nine": 9, "Ten": 10,
           "Twelve": 12, "Sixteen": 16, "Thirty": 30, "Forty": 40, "Fifty": 50}

COLOUR_NAMES = {
    "cranberry": "Cranberry", "ruby": "Cranberry", "cherry": "Cranberry", "rose": "Berry", "plum": "Berry",
    "oat": "Oatmeal", "cream": "Oatmeal", "vanilla": "Oatmeal", "sage": "Moss", "pine": "Moss", "mint": "Sea green",
    "teal": "Bog green", "sky": "Fog", "grey": "Fog", "silver": "Fog", "slate": "Midnight", "mustard": "Mustard",
    "honey": "Honey", "pumpkin": "Rust", "cinnamon": "Rust", "clay": "Terracotta", "wood": "Natural", "copper": "Copper",
}

# (section, name, attribute, value): where the name matches, the attribute has this value, or is left out (None).
RULES = [(section, re.compile(name, re.I), attribute, value) for section, name, attribute, value in [
    ("", r"curd|butter|honey|milk|cream|caramel", "Diet", "Vegetarian"),
    ("preserves", r"raspberr|strawberr|peach|quince|pear|apple|cherry|meyer|seville", "Origin", "Vermont, USA"),
    ("preserves", r"blueberry|lingonberry|elderberry", "Origin", "Nova Scotia, Canada"),
    ("preserves", r"curd", "Fruit content", None),
    ("sauces", r"mustard|mostarda", "Allergens", "Mustard"),
    ("sauces", r"hot sauce|barbecue|horseradish", "Heat", "Medium"),
    ("sauces", r"^(?!.*(hot|smoky|horseradish|pepper|spiced)).*$", "Heat", "None"),
    ("sauces", r"pumpkin|pepper|gravy|onion|tomato", "Tartness", None),
    ("honey-syrups", r"maple", "Origin", "Vermont, USA"),
    ("honey-syrups", r"maple", "Harvest", "Spring"),
    ("honey-syrups", r"syrup", "Texture", "Runny"),
    ("honey-syrups", r"creamed|butter", "Texture", "Creamed"),
    ("honey-syrups", r"comb", "Texture", "Thick"),
    ("honey-syrups", r"^(?!.*maple).*honey", "Origin", "Cape Cod, USA"),
    ("dried-fruit-nuts", r"almond|pecan|walnut|hazelnut|pistachio", "Allergens", "Tree nuts"),
    ("dried-fruit-nuts", r"almond|pecan|walnut|hazelnut|seeds|ginger|peel|fig|raisin|apple", "Tartness", None),
    ("dried-fruit-nuts", r"fig", "Origin", "Turkey"),
    ("dried-fruit-nuts", r"cranberr", "Origin", "Massachusetts, USA"),
    ("dried-fruit-nuts", r"almond|pistachio|walnut|raisin|orange peel", "Origin", "California, USA"),
    ("dried-fruit-nuts", r"hazelnut|cherries|apple|seeds|blueberr|pecan|ginger", "Origin", "Oregon, USA"),
    ("oils-vinegars", r"oil", "Acidity", None),
    ("oils-vinegars", r"balsamic", "Origin", "Modena, Italy"),
    ("oils-vinegars", r"olive|garlic", "Origin", "Crete, Greece"),
    ("oils-vinegars", r"hazelnut|walnut|pumpkin|fig|chili|champagne|sherry", "Origin", "California, USA"),
    ("oils-vinegars", r"cranberry v|apple|raspberry|herb", "Origin", "Massachusetts, USA"),
    ("breakfast", r"almond|pecan|hazelnut", "Allergens", "Gluten, tree nuts"),
    ("breakfast", r"almond butter|hazelnut spread", "Allergens", "Tree nuts"),
    ("breakfast", r"cornmeal|buckwheat", "Allergens", "None"),
    ("breakfast", r"buttermilk|muffin|pancake", "Allergens", "Gluten, milk"),
    ("breakfast", r"buttermilk|muffin|pancake|chocolate", "Diet", "Vegetarian"),
    ("juices-cordials", r"pure|shrub", "Tartness", "Very tart"),
    ("juices-cordials", r"pear|grape|elderflower|barley", "Tartness", "Mild"),
    ("teas", r"infusion|chamomile|peppermint|rooibos|verbena|winter spice ", "Caffeine", "None"),
    ("teas", r"black|breakfast|chai|smoky|grey|winter", "Caffeine", "High"),
    ("teas", r"sencha|jasmine|peony|oolong", "Caffeine", "Medium"),
    ("teas", r"sencha", "Origin", "Uji, Japan"),
    ("teas", r"jasmine|peony|oolong", "Origin", "Fujian, China"),
    ("teas", r"black|breakfast|chai|grey|smoky", "Origin", "Assam, India"),
    ("teas", r"infusion|chamomile|peppermint|rooibos|verbena", "Origin", "Blended in Maine, USA"),
    ("teas", r"green|white|sencha|peony", "Steeping time", "3 minutes"),
    ("teas", r"infusion|chamomile|peppermint|rooibos|verbena", "Steeping time", "8 minutes"),
    ("coffee-cocoa", r"chocolate|cocoa|beans", "Roast", None),
    ("coffee-cocoa", r"chocolate|cocoa|beans|chicory", "Grind", None),
    ("coffee-cocoa", r"light|ethiopia", "Roast", "Light"),
    ("coffee-cocoa", r"dark roast|espresso", "Roast", "Dark"),
    ("coffee-cocoa", r"ethiopia", "Origin", "Sidama, Ethiopia"),
    ("coffee-cocoa", r"guatemala", "Origin", "Antigua, Guatemala"),
    ("coffee-cocoa", r"cocoa|chocolate|blend|espresso|chicory|spice", "Origin", "Blend"),
    ("coffee-cocoa", r"espresso", "Grind", "Espresso"),
    ("coffee-cocoa", r"coarse|autumn", "Grind", "Filter"),
    ("breads-scones", r"sourdough|rye|focaccia", "Allergens", "Gluten"),
    ("cakes-tarts", r"almond|pecan|upside", "Allergens", "Gluten, milk, eggs, tree nuts"),
    ("cakes-tarts", r"loaf", "Diameter", None),
    ("cookies", r"pistachio|almond|hazelnut|linzer", "Allergens", "Gluten, milk, tree nuts"),
    ("cookies", r"thins for|crackers|shortbread", "Allergens", "Gluten, milk"),
    ("baking", r"sugar|spice|vanilla|cinnamon|gluten-free", "Allergens", "None"),
    ("baking", r"flour|starter|house|bread|crust|muffin|brownie", "Allergens", "Gluten"),
    ("baking", r"beans|sticks|extract", "Net weight", None),
    ("baking", r"spice", "Net weight", "60 g"),
    ("baking", r"sugar", "Net weight", "340 g"),
    ("baking", r"starter", "Net weight", "20 g"),
    ("chocolate", r"milk|bark|caramel|assorted", "Allergens", "Milk"),
    ("chocolate", r"hazelnut|almond", "Allergens", "Milk, tree nuts"),
    ("chocolate", r"milk|maple", "Cocoa", "38 %"),
    ("chocolate", r"white|bark|assorted", "Cocoa", None),
    ("chocolate", r"purists|nibs", "Cocoa", "82 %"),
    ("chocolate", r"belize", "Origin", "Belize"),
    ("chocolate", r"nine|sixteen", "Net weight", "180 g"),
    ("candy", r"caramel|fudge|butterscotch", "Allergens", "Milk"),
    ("candy", r"almond|walnut", "Allergens", "Milk, tree nuts"),
    ("candy", r"jell|lozenge|taffy|stick|fruit|leaves|liquorice|chews|honeycomb|marsh", "Allergens", "None"),
    ("cookware", r"copper", "Material", "Copper, steel lined"),
    ("cookware", r"cast-iron|grill", "Material", "Cast iron"),
    ("cookware", r"carbon|crêpe", "Material", "Carbon steel"),
    ("cookware", r"enamelled|cocotte|braiser", "Material", "Enamelled cast iron"),
    ("cookware", r"bamboo", "Material", "Bamboo"),
    ("cookware", r"terracotta", "Material", "Terracotta"),
    ("cookware", r"saucepan|stockpot|sauté|roasting", "Material", "Tri-ply stainless steel"),
    ("cookware", r"bamboo|kettle", "Oven safe", None),
    ("cookware", r"bamboo|skillet|pan$|rack", "Capacity", None),
    ("cookware", r"bamboo", "Weight", None),
    ("cookware", r"kettle", "Capacity", "1.5 l"),
    ("bakeware", r"stoneware|pie dish|gratin|ramekin|cloche|ceramic", "Material", "Stoneware"),
    ("bakeware", r"bundt", "Material", "Cast aluminium"),
    ("bakeware", r"sheet|muffin|madeleine|springform|tart|brownie", "Material", "Carbon steel"),
    ("bakeware", r"proofing", "Material", "Rattan"),
    ("bakeware", r"rack", "Material", "Stainless steel"),
    ("bakeware", r"proofing|rack|bird", "Oven safe", None),
    ("bakeware", r"bird|rack|ramekin", "Size", None),
    ("bakeware", r"proofing", "Care", "Hand wash"),
    ("tools-boards", r"cherry|mill, tall", "Material", "Cherry wood"),
    ("tools-boards", r"olive", "Material", "Olive wood"),
    ("tools-boards", r"walnut", "Material", "Walnut wood"),
    ("tools-boards", r"knife|scissors", "Material", "Carbon steel"),
    ("tools-boards", r"granite", "Material", "Granite"),
    ("tools-boards", r"cutters", "Material", "Copper"),
    ("tools-boards", r"reamer|dipper|pin|whisk|springerle", "Material", "Beech wood"),
    ("tools-boards", r"board|end-grain|scoop", "Material", "Maple wood"),
    ("tools-boards", r"mortar|cutters|scissors|spoon set", "Length", None),
    ("tools-boards", r"knife|scissors", "Made in", "Solingen, Germany"),
    ("tools-boards", r"^(?!.*(knife|scissors)).*$", "Made in", "Maine, USA"),
    ("tableware", r"glass", "Material", "Recycled glass"),
    ("tableware", r"maple", "Material", "Maple wood"),
    ("tableware", r"plates|bowls|platter|midnight|pitcher|cellar|boat", "Material", "Stoneware"),
    ("tableware", r"stand|butter|egg", "Material", "Porcelain"),
    ("tableware", r"maple", "Care", "Hand wash"),
    ("tableware", r"glass|pitcher|boat|egg|cellar|butter", "Diameter", None),
    ("mugs", r"enamel", "Material", "Enamelled steel"),
    ("mugs", r"glass teapot", "Material", "Borosilicate glass"),
    ("mugs", r"cast iron", "Material", "Cast iron"),
    ("mugs", r"porcelain|espresso", "Material", "Porcelain"),
    ("mugs", r"mug$|cup$|latte|bowl|acorn|pair", "Material", "Stoneware"),
    ("mugs", r"teapot", "Capacity", "1 l"),
    ("mugs", r"espresso", "Capacity", "80 ml"),
    ("linens", r"linen", "Material", "100 % linen"),
    ("linens", r"apron|mitt|holder|bag|knitted|waffle|gingham", "Material", "100 % cotton"),
    ("linens", r"tablecloth", "Size", "140 × 250 cm"),
    ("linens", r"napkins|cloths", "Size", "45 × 45 cm"),
    ("linens", r"towel", "Size", "50 × 70 cm"),
    ("linens", r"apron|mitt|holder|bag", "Size", "One size"),
    ("linens", r"runner", "Size", "40 × 180 cm"),
    ("pillars-tapers", r"holder|chamberstick|snuffer", "Burn time", None),
    ("pillars-tapers", r"holder|chamberstick|snuffer", "Wax", None),
    ("pillars-tapers", r"beeswax|birthday", "Wax", "Pure beeswax"),
    ("pillars-tapers", r"taper", "Height", "25 cm"),
    ("pillars-tapers", r"birthday", "Height", "15 cm"),
    ("pillars-tapers", r"floating|tea lights", "Height", None),
    ("pillars-tapers", r"tea lights|floating|birthday", "Burn time", "4 hours"),
    ("pillars-tapers", r"pillar", "Burn time", "60 hours"),
    ("pillars-tapers", r"taper", "Burn time", "8 hours"),
    ("fragrance", r"blocks|sachets|pillow|kit|sticks|potpourri", "Volume", None),
    ("fragrance", r"diffuser", "Volume", "100 ml"),
    ("soap-bath", r"unscented|mitt|brush|towel", "Scent", "Unscented"),
    ("soap-bath", r"mitt|brush|towel", "Net weight", None),
    ("soap-bath", r"mitt|brush|towel", "Skin", "All"),
    ("soap-bath", r"soap|salts|balm|oil|cream", "Scent", "Light"),
    ("soap-bath", r"unscented", "Scent", "Unscented"),
    ("soap-bath", r"balm", "Net weight", "15 g"),
    ("throws-cushions", r"cushion|pad", "Size", "45 × 45 cm"),
    ("throws-cushions", r"throw|blanket", "Size", "130 × 180 cm"),
    ("throws-cushions", r"baby", "Size", "80 × 100 cm"),
    ("throws-cushions", r"baby", "Material", "Merino wool"),
    ("throws-cushions", r"velvet", "Material", "Cotton velvet"),
    ("throws-cushions", r"linen|flax|ticking|embroidered", "Material", "100 % linen"),
    ("throws-cushions", r"recycled", "Material", "Recycled wool"),
    ("throws-cushions", r"canvas", "Material", "Cotton canvas"),
    ("throws-cushions", r"throw|moss|wool|cable|bottle", "Material", "100 % wool"),
    ("throws-cushions", r"bottle", "Size", None),
    ("plants-vases", r"plant|bush|topiary|thyme|tree|fern|bulbs|amaryllis", "Material", "Living plant"),
    ("plants-vases", r"glass", "Material", "Recycled glass"),
    ("plants-vases", r"stoneware|moon", "Material", "Stoneware"),
    ("plants-vases", r"terracotta", "Material", "Terracotta"),
    ("plants-vases", r"can,", "Material", "Galvanised steel"),
    ("plants-vases", r"vase|jar|pots|can,|bouquet|packets", "Light", None),
    ("plants-vases", r"bouquet|packets", "Material", None),
    ("plants-vases", r"bulbs|packets", "Height", None),
    ("stationery", r"cards|print|labels|kit|pencil|gift card|box", "Pages", None),
    ("stationery", r"box|kit|pencil|labels", "Paper", None),
    ("stationery", r"box|kit|pencil|labels|gift", "Format", None),
    ("fresh", r"early black", "Variety", "Early Black"),
    ("fresh", r"howes", "Variety", "Howes"),
    ("fresh", r"stevens|organic", "Variety", "Stevens"),
    ("fresh", r"pumpkin|apple|plum|quince|chestnut|sampler", "Variety", None),
    ("fresh", r"pumpkin|apple|chestnut", "Tartness", None),
    ("fresh", r"box|crate|pumpkin", "Net weight", "2.3 kg"),
    ("wreaths-garlands", r"wreath|bunch", "Length", None),
    ("wreaths-garlands", r"garland|roping|bunch", "Diameter", None),
    ("wreaths-garlands", r"fir|cedar", "Material", "Fir and cedar"),
    ("wreaths-garlands", r"eucalyptus", "Material", "Eucalyptus"),
    ("wreaths-garlands", r"boxwood|cranberr", "Material", "Cranberry and boxwood"),
    ("wreaths-garlands", r"felt|paper|oak|bay|orange|bittersweet", "Material", None),
    ("wreaths-garlands", r"dried|wheat", "Material", "Dried flowers"),
    ("canning", r"jars", "Material", "Glass"),
    ("canning", r"kettle", "Material", "Enamelled steel"),
    ("canning", r"crock", "Material", "Stoneware"),
    ("canning", r"funnel|lifter|thermometer|mill|strainer", "Material", "Stainless steel"),
    ("canning", r"wraps|spice", "Material", None),
    ("canning", r"funnel|lifter|thermometer|mill|wraps|spice|strainer|kettle", "Capacity", None),
    ("canning", r"spice", "Care", None),
    ("ornaments", r"glass|bauble|drop", "Material", "Blown glass"),
    ("ornaments", r"wooden|nutcracker", "Material", "Cherry wood"),
    ("ornaments", r"felt", "Material", "Wool felt"),
    ("ornaments", r"brass|tin", "Material", "Brass"),
    ("ornaments", r"porcelain", "Material", "Porcelain"),
    ("ornaments", r"straw|paper", "Material", "Straw and paper"),
    ("ornaments", r"topper|nutcracker", "Height", "24 cm"),
    ("wrap", r"paper|tags", "Material", "Recycled paper"),
    ("wrap", r"velvet", "Material", "Velvet"),
    ("wrap", r"hemp", "Material", "Hemp"),
    ("wrap", r"cotton|cloth|bags", "Material", "Cotton"),
    ("wrap", r"ribbon|twine|cord", "Size", "10 m"),
    ("wrap", r"tags|bags", "Size", None),
    ("wrap", r"cloth", "Size", "70 × 70 cm"),
    ("wrap", r"paper", "Size", "70 × 200 cm"),
]]


def facts(section, lists, name, colour, random_):
    """The details of a product as [(attribute, value)], in the order of the section."""
    result = {}
    for attribute, values in lists.items():
        value = random_.choice(values)
        if random_.random() < 0.12 and attribute not in ("Material", "Net weight", "Burn time", "Author"):
            continue
        result[attribute] = value
    for where, pattern, attribute, value in RULES:
        if where in ("", section) and attribute in lists and pattern.search(name):
            result[attribute] = value
    if "Colour" in result:
        result["Colour"] = COLOUR_NAMES.get(colour, "Natural")
    _read_from(name, lists, result)
    return [(attribute, result[attribute]) for attribute in lists if result.get(attribute)]


def _read_from(name, lists, result):
    """Sizes and counts that stand in the name itself."""
    measure = re.search(r"(\d+(?:\.\d+)?) (cm|l)\b", name)
    if measure:
        key = {"l": "Capacity"}.get(measure[2]) or next(
            (k for k in ("Length", "Diameter", "Size", "Height") if k in lists), None)
        if key in lists:
            result[key] = measure[0]
    for word, number in NUMBERS.items():
        if re.search(rf"\b{word}\b", name):
            if "Pieces" in lists:
                result["Pieces"] = str(number)
            break
    else:
        if "Pieces" in result and not any(key in lists for key in ("Net weight", "Gift card")):
            result["Pieces"] = "1"


def names_a_colour(name):
    words = name.lower()
    return "ivory" in words or any(colour.lower() in words for pair in COLOUR_NAMES.items() for colour in pair)


def weight_g(details, random_):
    """What it weighs for the post, in grams; taken from the details where they tell."""
    for attribute, value in details:
        match = re.fullmatch(r"(\d+(?:\.\d+)?) (g|kg|ml|l)", value)
        if match and attribute in ("Net weight", "Weight", "Volume"):
            grams = float(match[1]) * (1000 if match[2] in ("kg", "l") else 1)
            return round(grams * (1.5 if attribute == "Volume" else 1.15))
    return random_.choice([90, 140, 220, 310, 450, 680, 900])
