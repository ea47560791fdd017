"""Puts a thing on a table, before a wall, with something small beside it."""

from . import food, home, kitchen
from .canvas import COLOURS, HEIGHT, LEAF, WIDTH, Picture, dark, light, mix, star

# (wall, table): quiet pairs; the one that differs most from the thing's colour is preferred.
BACKDROPS = [
    ("#f4e1d2", "#e6c6ae"), ("#f3e9d6", "#dcc7a4"), ("#e3e8da", "#c4ccb2"), ("#dfe7e8", "#bccbcd"),
    ("#f4dcdc", "#e2b9ba"), ("#ece3ee", "#cdbdd2"), ("#f6e6bf", "#e5c98b"), ("#e8ddd0", "#c9b39c"),
]

ALONE_ON_WALL = {"towel", "apron", "wreath", "garland", "mapprint", "ornament", "ornstar"}   # hang, need no table
FLAT = {"bundt", "muffintin", "cutters"}                                         # seen from above
WIDE = {"vase", "pan", "kettle", "pin", "loaf", "bun", "teapot"}
FOOD_KINDS = {
    "bar", "bottle", "box", "bun", "cake", "coffeebag", "cookies", "crate", "giftchoc", "honeyjar", "jar",
    "jars", "loaf", "pie", "pouch", "pumpkins", "punnet", "spice", "sweets", "tin", "tinround",
}


def _drawing(kind):
    for module in (food, kitchen, home):
        if hasattr(module, kind):
            return getattr(module, kind)
    raise KeyError(f"no drawing for pictures of kind '{kind}'")


def _distance(a, b):
    return sum((int(a[i : i + 2], 16) - int(b[i : i + 2], 16)) ** 2 for i in (1, 3, 5))


def _backdrop(p, colour, kind, turn):
    ranked = sorted(BACKDROPS, key=lambda pair: -_distance(pair[0], light(colour, 0.6)))
    wall, table = ranked[(p.random.randrange(6) + turn) % 6]
    p.rect(0, 0, WIDTH, HEIGHT, p.down(light(wall, 0.35), wall))
    style = p.random.randrange(4)
    if style == 0:
        p.circle(200, 262, 158, light(wall, 0.5), ' opacity=".7"')
    elif style == 1:
        p.path("M58 500v-280q0 -142 142 -142t142 142v280z", light(wall, 0.5), ' opacity=".65"')
    elif style == 2:
        for x, w in ((-20, 120), (130, 76)):
            p.path(f"M{x + 150} 0h{w}l-190 500h-{w}z", "#ffffff", ' opacity=".28"')
    else:
        for x in range(0, WIDTH, 40):
            p.rect(x, 0, 20, HEIGHT, light(wall, 0.5), 0, ' opacity=".35"')
    if kind in ALONE_ON_WALL:
        return
    if kind in FLAT:
        p.rect(0, 150, WIDTH, 350, p.down(light(table, 0.18), table))
        return
    p.rect(0, 372, WIDTH, 128, p.down(light(table, 0.15), dark(table, 0.06)))
    p.rect(0, 372, WIDTH, 3, "#ffffff", 0, ' opacity=".35"')


def _props(p, kind, colour):
    """Something small in front, to the left or the right."""
    side = p.random.choice([-1, 1])
    x = 200 + side * p.random.randint(116, 134)
    pick = p.random.randrange(5)
    berry = colour if colour in (COLOURS["cranberry"], COLOURS["ruby"], COLOURS["cherry"], COLOURS["blueberry"]) else COLOURS["cranberry"]
    if kind in FOOD_KINDS and pick <= 2:
        for dx, dy in ((-16, 12), (8, 18), (-2, 2), (26, 8)):
            p.shadow(x + dx, 446 + dy + 10, 11)
            p.berry(x + dx, 446 + dy, 12, berry)
        p.leaf(x + 8, 442, 34, -34)
    elif kind in FOOD_KINDS and pick == 3 and colour in (COLOURS["orange"], COLOURS["lemon"], COLOURS["honey"], COLOURS["pumpkin"]):
        p.shadow(x, 466, 32)
        p.circle(x, 446, 30, p.ball(COLOURS["orange"]))
        p.circle(x, 446, 24, "#f8d9a2")
        for i in range(8):
            p.begin(f"translate({x} 446)rotate({i * 45})")
            p.path("M0 -3l7 -17q-7 -5 -14 0z", "#ee9a3a")
            p.end()
    elif pick == 4:
        p.sprig(x - 34, 462, 84, -10, LEAF, berry, 4)
    elif kind not in FOOD_KINDS and pick < 3:
        p.sprig(x - 30, 464, 78, p.random.choice([-14, 8]), mix(LEAF, "#8a6a4a", 0.2), None, 5)


def has_company(kind):
    """Whether the thing stands on a table, where a second one can join it."""
    return kind not in ALONE_ON_WALL and kind not in FLAT


def still_life(kind, colour_name, seed, turn=0, name=""):
    """The picture of one thing as SVG. `turn` 0 is the portrait, 1 comes closer, 2 shows it in company."""
    p = Picture(f"{seed}/{turn}")
    colour = COLOURS[colour_name]
    draw = _drawing(kind)
    _backdrop(p, colour, kind, turn)
    p.random.seed(str(seed))      # the thing itself looks the same on all its pictures

    def thing(c=colour):
        if draw is home.figure:
            draw(p, c, name)
        else:
            draw(p, c)

    if kind in ALONE_ON_WALL or kind in FLAT:
        p.begin("translate(200 280)scale(1.45)translate(-200 -270)" if turn == 1 else "")
        thing()
        p.end()
    elif turn == 1:
        p.begin("translate(200 470)scale(1.5)translate(-200 -400)")
        thing()
        p.end()
    elif turn == 2:
        p.begin("translate(282 384)scale(.62)translate(-200 -400)")
        thing(mix(colour, p.random.choice(["#efe0c6", "#4c5661", "#8ba078"]), 0.4))
        p.end()
        p.begin("translate(158 428)scale(.84)translate(-200 -400)")
        p.random.seed(str(seed))
        thing()
        p.end()
    else:
        scale = 1.0 if kind in WIDE else 1.2
        p.begin(f"translate(200 428)scale({scale})translate(-200 -400)")
        thing()
        p.end()
    p.random.seed(f"{seed}/props/{turn}")
    if turn != 1 and kind not in ALONE_ON_WALL and kind not in FLAT:
        _props(p, kind, colour)
    return p.svg()


def banner(slug):
    """The wide picture of a catalog: a shelf of its things, 1200 by 600."""
    p = Picture(f"banner/{slug}")
    shelves = {
        "still-all-year": ("#f3e1d3", "#d9b493", [("jar", "cranberry"), ("bottle", "ruby"), ("pot", "teal"), ("candle", "oat"), ("tin", "mustard"), ("plant", "cranberry"), ("loaf", "cranberry")]),
        "still-fall-harvest": ("#f3dfb9", "#c98f55", [("wreath", "cranberry"), ("pumpkins", "pumpkin"), ("tapers", "cream"), ("punnet", "cranberry"), ("candle", "pumpkin"), ("crate", "apple"), ("pie", "cranberry")]),
        "still-gifts": ("#ecd5d8", "#b87f86", [("giftbox", "cranberry"), ("hamper", "cranberry"), ("giftchoc", "plum"), ("wraproll", "pine"), ("candle", "plum"), ("giftbox", "teal"), ("cups", "mustard")]),
    }
    wall, table, things = shelves[slug]
    p.rect(0, 0, 1200, 600, p.down(light(wall, 0.3), wall))
    p.circle(780, 330, 300, light(wall, 0.5), ' opacity=".65"')
    p.rect(0, 456, 1200, 144, p.down(light(table, 0.25), table))
    places = [(116, 0.86, 474), (316, 0.9, 478), (520, 0.92, 470), (712, 0.86, 490), (850, 0.8, 470), (1020, 0.92, 484), (1092, 0.62, 560)]
    for (kind, colour), (x, scale, y) in zip(things, places):
        if kind in ALONE_ON_WALL:
            p.begin(f"translate({x} {y - 170})scale({scale * .9})translate(-200 -300)")
        else:
            p.begin(f"translate({x} {y})scale({scale})translate(-200 -400)")
        _drawing(kind)(p, COLOURS[colour])
        p.end()
    for x in (240, 262, 286, 610, 630, 960, 984):
        y = 548 + (x * 7) % 16
        p.shadow(x, y + 11, 13)
        p.berry(x, y, 14)
    return _sized(p.svg(), 1200, 600)


def _sized(svg, width, height):
    return svg.replace('viewBox="0 0 400 500" width="400" height="500"',
                       f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"')


def hero():
    """The picture at the entrance: a table under an arch, 720 by 620, on a clear ground."""
    p = Picture("hero")
    p.path("M96 620V300Q96 70 396 70T696 300V620Z", p.down("#f7d9d2", "#efc3b6"))
    p.circle(400, 330, 190, "#fbe9df", ' opacity=".75"')
    p.path("M50 470h670v150H26v-126q0 -24 24 -24z", p.down("#d7a27e", "#b87f5f"))
    p.rect(50, 470, 670, 4, "#ffffff", 2, ' opacity=".35"')
    things = [("vase", "cream", 590, 478, 1.08), ("candle", "plum", 470, 486, 0.78), ("bottle", "ruby", 300, 482, 1.0),
              ("jar", "cranberry", 176, 496, 0.96), ("pie", "cranberry", 560, 566, 0.92), ("punnet", "cranberry", 330, 556, 0.86)]
    for kind, colour, x, y, scale in things:
        p.random.seed(f"hero/{kind}/2")
        p.begin(f"translate({x} {y})scale({scale})translate(-200 -400)")
        _drawing(kind)(p, COLOURS[colour])
        p.end()
    for x, y in ((96, 560), (122, 572), (74, 578), (148, 556), (196, 588), (440, 590)):
        p.shadow(x, y + 12, 14)
        p.berry(x, y, 15)
    p.sprig(60, 600, 110, -12, LEAF, None, 6)
    return _sized(p.svg(), 720, 620)


def empty_bowl():
    """For pages that could not be found: a bowl, and one berry that rolled away. 400 by 200."""
    p = Picture("empty")
    p.begin("translate(0 -236)")
    p.shadow(190, 402, 96)
    p.path("M80 286h220q-8 84 -70 112h-80q-62 -28 -70 -112z", p.round("#e9d3c4"))
    p.ellipse(190, 286, 110, 24, p.round("#f4e4d8"))
    p.ellipse(190, 290, 94, 17, p.down("#b99a88", "#e3cdbd"))
    p.line("M92 318q98 26 196 0", COLOURS["cranberry"], 5)
    p.shadow(344, 402, 16)
    p.berry(344, 388, 17)
    p.line("M306 396q12 -4 16 -2M300 386q10 -8 18 -6", "#b99a88", 2.5)
    p.leaf(360, 380, 34, -40)
    p.end()
    return _sized(p.svg(), 400, 200)
