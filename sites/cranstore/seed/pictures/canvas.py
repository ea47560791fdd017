"""A small vocabulary for drawing flat still lifes as SVG: colours, shapes, light and shadow.

The canvas is 400 by 500. Things stand on y = 400 and are centred on x = 200.
"""

import math
import random

WIDTH, HEIGHT, GROUND, MIDDLE = 400, 500, 400, 200

COLOURS = {
    "apple": "#b9c25a", "blueberry": "#4b5a8f", "cherry": "#b3202c", "chocolate": "#5b3524",
    "cinnamon": "#a5592f", "clay": "#c0704d", "coffee": "#6b4330", "copper": "#c7794c",
    "cranberry": "#a3163a", "cream": "#efe0c6", "fig": "#6d3b5c", "ginger": "#cf9a4b",
    "gold": "#cfa13f", "grey": "#8f9498", "honey": "#dd9a22", "lavender": "#9386bd",
    "lemon": "#e8c843", "mint": "#86b8a0", "mustard": "#d1a02b", "oat": "#d8c2a0",
    "orange": "#e07d2b", "pear": "#c3c06a", "pine": "#3d6350", "plum": "#74305a",
    "pumpkin": "#dc7226", "rose": "#d77f8c", "ruby": "#c2254f", "sage": "#8ba078",
    "silver": "#b4bac0", "sky": "#85aec6", "slate": "#4c5661", "teal": "#3f7f86",
    "vanilla": "#eacf9a", "wood": "#b98352",
}
PAPER, INK, WHITE = "#fbf4e8", "#4a2b2b", "#ffffff"
WOOD, BRASS, STEEL, LEAF = "#b98352", "#c99b45", "#b4bac0", "#6f8a5b"


def _rgb(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def mix(a, b, share):
    """`a` with `share` (0 to 1) of `b` in it."""
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(_rgb(a), _rgb(b)))


def light(colour, share=0.25):
    return mix(colour, "#fff6ea", share)


def dark(colour, share=0.25):
    return mix(colour, "#2a1118", share)


def brightness(colour):
    red, green, blue = _rgb(colour)
    return (0.3 * red + 0.59 * green + 0.11 * blue) / 255


def _n(number):
    return f"{number:.1f}".rstrip("0").rstrip(".")


class Picture:
    """Collects shapes; `svg()` writes them out. Everything random comes from `random_`, which is seeded."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self._parts = []
        self._defs = {}

    # Shapes ---------------------------------------------------------------------------------

    def add(self, text):
        self._parts.append(text)

    def rect(self, x, y, w, h, fill, r=0, more=""):
        corner = f' rx="{_n(r)}"' if r else ""
        self.add(f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}"{corner} fill="{fill}"{more}/>')

    def ellipse(self, cx, cy, rx, ry, fill, more=""):
        self.add(f'<ellipse cx="{_n(cx)}" cy="{_n(cy)}" rx="{_n(rx)}" ry="{_n(ry)}" fill="{fill}"{more}/>')

    def circle(self, cx, cy, r, fill, more=""):
        self.add(f'<circle cx="{_n(cx)}" cy="{_n(cy)}" r="{_n(r)}" fill="{fill}"{more}/>')

    def path(self, d, fill, more=""):
        self.add(f'<path d="{d}" fill="{fill}"{more}/>')

    def line(self, d, colour, width=2, more=""):
        self.add(f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{_n(width)}" '
                 f'stroke-linecap="round" stroke-linejoin="round"{more}/>')

    def begin(self, transform="", more=""):
        self.add(f'<g transform="{transform}"{more}>' if transform else f"<g{more}>")

    def end(self):
        self.add("</g>")

    # Paint ----------------------------------------------------------------------------------

    def _paint(self, key, text):
        if key not in self._defs:
            self._defs[key] = (f"g{len(self._defs)}", text)
        return f"url(#{self._defs[key][0]})"

    def round(self, colour):
        """Light from the left on something round and upright."""
        stops = [(0, dark(colour, 0.1)), (0.22, light(colour, 0.22)), (0.55, colour), (1, dark(colour, 0.28))]
        inner = "".join(f'<stop offset="{o}" stop-color="{c}"/>' for o, c in stops)
        return self._paint(("round", colour), f'<linearGradient id="%s">{inner}</linearGradient>')

    def down(self, top, bottom):
        inner = f'<stop stop-color="{top}"/><stop offset="1" stop-color="{bottom}"/>'
        return self._paint(("down", top, bottom),
                           f'<linearGradient id="%s" x2="0" y2="1">{inner}</linearGradient>')

    def ball(self, colour):
        """Light from the upper left on a ball."""
        inner = (f'<stop stop-color="{light(colour, 0.45)}"/><stop offset=".55" stop-color="{colour}"/>'
                 f'<stop offset="1" stop-color="{dark(colour, 0.3)}"/>')
        return self._paint(("ball", colour),
                           f'<radialGradient id="%s" cx=".36" cy=".3" r=".75">{inner}</radialGradient>')

    def glow(self, colour, strength=0.5):
        inner = (f'<stop stop-color="{colour}" stop-opacity="{strength}"/>'
                 f'<stop offset="1" stop-color="{colour}" stop-opacity="0"/>')
        return self._paint(("glow", colour, strength), f'<radialGradient id="%s">{inner}</radialGradient>')

    # Common parts ---------------------------------------------------------------------------

    def shadow(self, cx, cy, rx, ry=None):
        self.ellipse(cx + rx * 0.14, cy, rx * 1.22, ry or max(9, rx * 0.15), self.glow("#3a1620", 0.5))

    def shine(self, x, y, w, h, opacity=0.4):
        self.rect(x, y, w, h, WHITE, w / 2, f' opacity="{opacity}"')

    def _symbol(self, key, text):
        """Shapes that come many times are defined once, at size 1, and used with a transform."""
        return self._paint(key, text)[5:-1]

    def leaf(self, x, y, length, angle, colour=LEAF):
        vein = light(colour, 0.35)
        name = self._symbol(("leaf", colour), (
            f'<g id="%s"><path d="M0 0C.3 -.34 .75 -.26 1 0C.75 .26 .3 .34 0 0Z" fill="{colour}"/>'
            f'<path d="M.08 0H.85" stroke="{vein}" stroke-width=".03"/></g>'))
        self.add(f'<use href="#{name}" transform="translate({_n(x)} {_n(y)})rotate({_n(angle)})scale({_n(length)})"/>')

    def berry(self, x, y, r, colour="#a3163a"):
        ball = self.ball(colour)
        name = self._symbol(("berry", colour), (
            f'<g id="%s"><circle r="1" fill="{ball}"/><circle cx="-.35" cy="-.4" r=".2" fill="#fff" opacity=".7"/></g>'))
        self.add(f'<use href="#{name}" transform="translate({_n(x)} {_n(y)})scale({_n(r)})"/>')

    def sprig(self, x, y, length, angle, colour=LEAF, berries=None, leaves=4):
        """A twig with leaves in pairs, growing from (x, y)."""
        self.begin(f"translate({_n(x)} {_n(y)})rotate({_n(angle)})")
        self.line(f"M0 0Q{_n(length * .5)} {_n(-length * .08)} {_n(length)} 0", dark(colour, 0.2), 2)
        for i in range(leaves):
            at = length * (0.22 + 0.74 * i / max(1, leaves - 1))
            self.leaf(at, -1, length * 0.32, -48, colour)
            self.leaf(at - 3, 1, length * 0.32, 44, dark(colour, 0.12))
        if berries:
            for i in range(3):
                self.berry(length * (0.3 + 0.24 * i), (-1) ** i * length * 0.1, length * 0.075, berries)
        self.end()

    def steam(self, x, y, count=3):
        for i in range(count):
            at = x + (i - (count - 1) / 2) * 22
            self.line(f"M{_n(at)} {_n(y)}c-10 -14 10 -22 0 -38s8 -20 2 -32", WHITE, 4, ' opacity=".55"')

    def flame(self, x, y, size=1.0):
        self.circle(x, y - 14 * size, 62 * size, self.glow("#ffd27a", 0.65))
        self.line(f"M{_n(x)} {_n(y + 4 * size)}v{_n(-9 * size)}", INK, 2)
        s = size
        self.path(f"M{_n(x)} {_n(y - 34 * s)}c{_n(8 * s)} {_n(13 * s)} {_n(11 * s)} {_n(18 * s)} {_n(10 * s)} {_n(24 * s)}"
                  f"a{_n(10 * s)} {_n(10 * s)} 0 0 1 {_n(-20 * s)} 0c0 {_n(-7 * s)} {_n(5 * s)} {_n(-11 * s)} {_n(10 * s)} {_n(-24 * s)}z",
                  "#f7a928")
        self.path(f"M{_n(x)} {_n(y - 20 * s)}c{_n(4 * s)} {_n(7 * s)} {_n(5 * s)} {_n(9 * s)} {_n(5 * s)} {_n(12 * s)}"
                  f"a{_n(5 * s)} {_n(5 * s)} 0 0 1 {_n(-10 * s)} 0c0 {_n(-4 * s)} {_n(3 * s)} {_n(-6 * s)} {_n(5 * s)} {_n(-12 * s)}z",
                  "#fff0bf")

    def emblem(self, cx, cy, r, colour):
        """The little print on a label; which one depends on the seed."""
        which = self.random.randrange(6)
        if which == 0:
            self.sprig(cx - r, cy + r * 0.3, r * 2, -8, colour, None, 4)
        elif which == 1:
            for dx, dy in ((-0.45, 0.25), (0.4, 0.35), (0, -0.35)):
                self.circle(cx + dx * r, cy + dy * r, r * 0.42, colour)
            self.leaf(cx, cy - r * 0.6, r * 0.9, -30, LEAF)
        elif which == 2:
            for i in range(8):
                self.leaf(cx, cy, r, i * 45, colour)
        elif which == 3:
            self.circle(cx, cy, r, "none", f' stroke="{colour}" stroke-width="2"')
            self.sprig(cx, cy + r * 0.75, r * 1.4, -90, colour, None, 3)
        elif which == 4:
            self.path(star(cx, cy, r, r * 0.45, 5), colour)
        else:
            self.path(f"M{_n(cx - r)} {_n(cy + r * .7)}Q{_n(cx)} {_n(cy - r * 1.6)} {_n(cx + r)} {_n(cy + r * .7)}Z", colour)
            self.circle(cx, cy - r * 0.1, r * 0.3, PAPER)

    def label(self, cx, cy, w, h, colour, paper=PAPER):
        """A paper label: border, emblem and two lines that stand for the writing."""
        x, y = cx - w / 2, cy - h / 2
        style = self.random.randrange(3)
        self.rect(x, y, w, h, paper, 3 if style else 10)
        if style == 1:
            self.rect(x, y, w, h * 0.16, colour)
            self.rect(x, y + h * 0.84, w, h * 0.16, colour)
        else:
            self.rect(x + 4, y + 4, w - 8, h - 8, "none", 2, f' stroke="{colour}" stroke-width="1.5"')
        self.emblem(cx, cy - h * 0.1, h * 0.2, colour)
        self.rect(cx - w * 0.26, cy + h * 0.18, w * 0.52, 3.5, INK, 1)
        self.rect(cx - w * 0.16, cy + h * 0.28, w * 0.32, 2.5, mix(INK, paper, 0.4), 1)

    def svg(self):
        defs = "".join(text % name for name, text in self._defs.values())
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
                f'width="{WIDTH}" height="{HEIGHT}"><defs>{defs}</defs>{"".join(self._parts)}</svg>\n')


def star(cx, cy, outer, inner, points):
    corners = []
    for i in range(points * 2):
        r = inner if i % 2 else outer
        angle = math.pi * i / points - math.pi / 2
        corners.append(f"{_n(cx + r * math.cos(angle))} {_n(cy + r * math.sin(angle))}")
    return "M" + "L".join(corners) + "Z"


def ring(cx, cy, radius, count, start=0.0):
    """`count` points on a circle, as (x, y, angle in degrees)."""
    for i in range(count):
        angle = start + 360 * i / count
        yield (cx + radius * math.cos(math.radians(angle)), cy + radius * math.sin(math.radians(angle)), angle)
