"""Things to eat and drink, and what they come in."""

from .canvas import BRASS, COLOURS, GROUND, INK, LEAF, PAPER, WHITE, WOOD, dark, light, mix


def _lid_colour(p, c):
    return p.random.choice([BRASS, dark(c, 0.35), "#e9dcc6", "#8b1a35", "#4c5661"])


def _cloth_cap(p, cx, y, w, c):
    """A round of cloth over a lid, tied with twine."""
    p.path(f"M{cx - w / 2} {y + 14}q{w / 2} -34 {w} 0l12 22q-9 8 -17 0q-9 9 -17 1q-9 8 -18 0q-9 9 -18 0"
           f"q-9 9 -18 0q-9 8 -17 -1q-9 8 -{w - 87 if w > 100 else 15} 0z", p.round(c))
    for i in range(5):
        p.line(f"M{cx - w / 2 + 12 + i * (w - 24) / 4} {y + 8}v22", light(c, 0.55), 3, ' opacity=".5"')
    p.line(f"M{cx - w / 2} {y + 17}q{w / 2} 9 {w} 0", BRASS, 4)


def jar(p, c, cx=200, base=GROUND, scale=1.0):
    w, h = 138, p.random.choice([170, 185, 200])
    p.begin(f"translate({cx} {base})scale({scale})translate(-200 -400)")
    top = 400 - h
    p.shadow(200, 400, w / 2)
    p.path(f"M{200 - w / 2 + 16} {top}h{w - 32}q2 14 16 24v{h - 46}q0 22 -22 22h{44 - w}q-22 0 -22 -22v{46 - h}q14 -10 16 -24z",
           p.round(c))
    for _ in range(9):
        x, y = p.random.uniform(150, 250), p.random.uniform(top + 34, 386)
        p.circle(x, y, p.random.uniform(7, 12), dark(c, 0.2), ' opacity=".4"')
    if p.random.random() < 0.45:
        _cloth_cap(p, 200, top - 28, w - 12, p.random.choice([c, "#a3163a", "#6f8a5b", "#4c5661"]))
    else:
        lid = _lid_colour(p, c)
        p.rect(200 - w / 2 + 10, top - 26, w - 20, 30, p.round(lid), 6)
        p.line(f"M{200 - w / 2 + 12} {top - 6}h{w - 24}", dark(lid, 0.25), 2)
    p.label(200, 400 - h * 0.42, 98, 84, dark(c, 0.2) if c != COLOURS["cream"] else INK)
    p.shine(200 - w / 2 + 9, top + 34, 8, h - 70)
    p.end()


def honeyjar(p, c):
    p.shadow(200, 400, 78)
    p.path("M146 240h108q6 16 20 30q10 12 10 30v74q0 26 -26 26h-116q-26 0 -26 -26v-74q0 -18 10 -30q14 -14 20 -30z", p.round(c))
    for y in (286, 318, 350, 380):
        p.line(f"M120 {y}q80 12 160 0", dark(c, 0.22), 2, ' opacity=".35"')
    p.rect(140, 206, 120, 38, p.round(WOOD), 6)
    p.label(200, 325, 92, 76, dark(c, 0.4))
    p.shine(128, 290, 9, 74, 0.5)
    p.line("M316 398L262 196", WOOD, 7)
    p.begin("translate(259 186)rotate(-15)")
    for i in range(4):
        p.rect(-15, -22 + i * 11, 30, 8, p.round(WOOD), 4)
    p.end()


def jars(p, c):
    for x, s, shade in ((128, 0.66, light(c, 0.2)), (276, 0.7, dark(c, 0.15)), (200, 0.86, c)):
        jar(p, shade, x, GROUND + (6 if s > 0.8 else -8), s)


def bottle(p, c):
    shape = p.random.randrange(3)
    p.shadow(200, 400, 58)
    if shape == 0:
        outline = "M183 170h34v56q2 22 22 36q17 12 17 38v76q0 24 -24 24h-64q-24 0 -24 -24v-76q0 -26 17 -38q20 -14 22 -36z"
    elif shape == 1:
        outline = "M184 164h32v70q0 20 22 32q14 9 14 26v88q0 20 -20 20h-64q-20 0 -20 -20v-88q0 -17 14 -26q22 -12 22 -32z"
    else:
        outline = "M182 196h36v22q0 14 30 32q26 17 26 46v80q0 24 -24 24h-100q-24 0 -24 -24v-80q0 -29 26 -46q30 -18 30 -32z"
    p.path(outline, p.round(c))
    top = {0: 170, 1: 164, 2: 196}[shape]
    cap = p.random.choice(["cork", "wax", "swing"])
    if cap == "cork":
        p.rect(184, top - 22, 32, 26, p.round(WOOD), 4)
    elif cap == "wax":
        p.path(f"M180 {top - 16}q20 -12 40 0v36q-5 9 -9 0q-6 14 -12 0q-5 10 -10 0q-5 6 -9 -2z", p.round(dark(c, 0.4)))
    else:
        p.rect(185, top - 24, 30, 20, p.round("#f3ece0"), 8)
        p.line(f"M178 {top + 14}q22 -14 44 0M178 {top + 14}l8 -26M222 {top + 14}l-8 -26", "#8f9498", 3)
    p.label(200, 336, 84 if shape < 2 else 104, 88, dark(c, 0.3) if c != "#efe0c6" else INK)
    p.shine(154 if shape < 2 else 134, 300, 8, 72, 0.45)
    p.shine(188, top + 12, 5, 34, 0.4)


def pouch(p, c):
    paper = p.random.choice(["#d9bd94", "#efe6d6", light(c, 0.55), "#51483f"])
    p.shadow(200, 400, 82)
    p.path("M128 190h144q-4 40 4 90t2 104q0 16 -16 16h-124q-16 0 -16 -16q-6 -54 2 -104t4 -90z", p.round(paper))
    p.rect(128, 186, 144, 26, dark(paper, 0.1), 3)
    p.line("M132 204h136", dark(paper, 0.3), 1.5, ' stroke-dasharray="4 4"')
    p.rect(136, 228, 128, 66, c, 4)
    p.emblem(200, 256, 17, PAPER)
    p.rect(168, 280, 64, 4, PAPER, 2)
    p.ellipse(200, 344, 44, 34, dark(paper, 0.45))
    for _ in range(26):
        a, r = p.random.uniform(0, 6.28), p.random.random() ** 0.5
        x, y = 200 + 36 * r * _cos(a), 344 + 26 * r * _sin(a)
        p.circle(x, y, p.random.uniform(5, 8.5), p.ball(p.random.choice([c, light(c, 0.18), dark(c, 0.15)])))


def _cos(a):
    import math
    return math.cos(a)


def _sin(a):
    import math
    return math.sin(a)


def coffeebag(p, c):
    paper = p.random.choice([dark(c, 0.1), "#efe6d6", "#3c3431"])
    p.shadow(200, 400, 74)
    p.path("M138 196h124l8 24v164q0 16 -16 16h-108q-16 0 -16 -16v-164z", p.round(paper))
    p.path("M262 196l8 24v180l-24 0v-176z", dark(paper, 0.25), ' opacity=".45"')
    p.rect(134, 176, 132, 26, p.round(dark(paper, 0.12)), 3)
    p.rect(126, 184, 148, 7, BRASS, 3)
    p.label(200, 310, 98, 116, c if c != paper else dark(c, 0.3))
    for x, y, a in ((120, 402, 20), (142, 410, -30), (282, 408, 60)):
        p.begin(f"translate({x} {y})rotate({a})")
        p.ellipse(0, 0, 10, 7, p.ball("#5b3524"))
        p.line("M-8 0q8 -5 16 0", "#2f1a12", 1.5)
        p.end()


def tin(p, c):
    p.shadow(200, 400, 70)
    p.path("M134 222v164q0 14 66 14t66 -14v-164z", p.round(c))
    pattern = p.random.randrange(4)
    tone = light(c, 0.5) if c != "#efe0c6" else "#c99b45"
    if pattern == 0:
        for i in range(7):
            p.sprig(150 + (i % 4) * 30 + (i // 4) * 14, 300 + (i // 4) * 84, 44, -90, tone, None, 3)
    elif pattern == 1:
        for y in (250, 378):
            p.line(f"M136 {y}q64 14 128 0", tone, 4)
            p.line(f"M136 {y + 9}q64 14 128 0", tone, 1.5)
    elif pattern == 2:
        for i in range(5):
            for j in range(6):
                p.circle(146 + i * 27, 246 + j * 27 + (i % 2) * 13, 3.5, tone)
    else:
        for i in range(6):
            p.line(f"M{142 + i * 23} 244v146", tone, 2, ' opacity=".7"')
    p.label(200, 318, 84, 96, dark(c, 0.25) if c != "#efe0c6" else INK)
    p.path("M128 204q0 -14 72 -14t72 14v24q0 13 -72 13t-72 -13z", p.round(dark(c, 0.18)))
    p.ellipse(200, 204, 72, 14, light(c, 0.12))
    p.ellipse(200, 203, 56, 10, "none", f' stroke="{dark(c, .2)}" stroke-width="1.5" opacity=".6"')
    p.shine(144, 246, 7, 126, 0.3)


def tinround(p, c):
    p.shadow(200, 398, 108, 22)
    p.path("M96 334v34q0 34 104 34t104 -34v-34z", p.round(dark(c, 0.12)))
    p.ellipse(200, 334, 104, 36, p.round(c))
    p.ellipse(200, 332, 84, 27, PAPER)
    p.begin("translate(200 332)scale(1 .42)")
    p.emblem(0, 0, 40, c)
    p.end()
    p.ellipse(200, 332, 76, 23, "none", f' stroke="{c}" stroke-width="1.5"')


def spice(p, c):
    for x, s, shade in ((146, 0.8, dark(c, 0.1)), (246, 1.0, c)):
        p.begin(f"translate({x} 400)scale({s})")
        p.shadow(0, 0, 46)
        p.rect(-46, -128, 92, 128, "#e9e2d6", 14)
        p.rect(-41, -96, 82, 91, p.round(shade), 11)
        p.rect(-34, -158, 68, 36, p.round(WOOD), 6)
        p.label(0, -56, 66, 58, dark(c, 0.3))
        p.shine(-39, -110, 6, 86, 0.55)
        p.end()
    p.begin("translate(150 420)rotate(-6)")
    for i in range(3):
        p.rect(0 + i * 4, -4 - i * 9, 92, 9, p.round("#9a5428"), 4)
    p.end()


def box(p, c):
    p.shadow(204, 400, 88)
    p.path("M268 206l30 14v170l-30 10z", dark(c, 0.32))
    p.path("M116 206h152l30 14h-150z", light(c, 0.3))
    p.rect(116, 206, 152, 194, p.down(light(c, 0.08), c), 2)
    p.rect(132, 236, 120, 128, PAPER, 60)
    p.emblem(192, 286, 26, c)
    p.rect(160, 328, 64, 4, INK, 2)
    p.rect(172, 340, 40, 3, mix(INK, PAPER, 0.4), 1)


def bar(p, c):
    brown = "#5b3524" if c not in ("#efe0c6", "#eacf9a") else "#f0dfc0"
    p.shadow(204, 400, 84)
    p.begin("rotate(-7 200 300)")
    for i in range(3):
        for j in range(2):
            p.rect(142 + i * 39, 168 + j * 36, 37, 34, p.down(light(brown, 0.16), brown), 4)
            p.rect(149 + i * 39, 174 + j * 36, 23, 21, "none", 3, f' stroke="{light(brown, .22)}" stroke-width="1.5"')
    p.path("M140 218l14 -8l15 9l14 -10l16 10l14 -9l16 9l14 -9l17 8v16h-120z", "#d9d4cc")
    p.rect(136, 226, 128, 170, p.round(c), 3)
    p.label(200, 312, 100, 122, dark(c, 0.25) if c != "#efe0c6" else INK)
    p.end()


def giftchoc(p, c):
    p.shadow(204, 404, 120, 24)
    p.path("M84 258l20 -40h192l20 40z", dark(c, 0.35))
    p.path("M84 258h232v120q0 22 -22 22h-188q-22 0 -22 -22z", p.down(c, dark(c, 0.2)))
    p.rect(98, 240, 204, 136, PAPER, 8)
    shades = ["#5b3524", "#7a4a30", "#efdcc0", "#3c2118", light(c, 0.1)]
    for j in range(3):
        for i in range(4):
            x, y, tone = 127 + i * 49, 264 + j * 43, p.random.choice(shades)
            if p.random.random() < 0.5:
                p.circle(x, y, 18, p.ball(tone))
            else:
                p.rect(x - 17, y - 16, 34, 32, p.down(light(tone, 0.2), tone), 6)
            top = p.random.randrange(3)
            if top == 0:
                p.line(f"M{x - 9} {y + 3}q5 -11 9 -2t9 -2", light(tone, 0.55), 2)
            elif top == 1:
                p.circle(x, y - 2, 5, c)
    p.rect(84, 382, 232, 6, BRASS, 0, ' opacity=".8"')


def sweets(p, c):
    p.shadow(200, 402, 100, 18)
    tones = [c, light(c, 0.35), dark(c, 0.12), "#f3e3cc", mix(c, "#e8c843", 0.5)]
    spots = [(146, 300), (200, 286), (254, 302), (172, 268), (228, 266), (200, 246), (128, 318), (272, 320)]
    for x, y in spots:
        tone, angle = p.random.choice(tones), p.random.uniform(-50, 50)
        p.begin(f"translate({x} {y})rotate({angle:.0f})")
        p.path("M-20 0l-22 -13q5 13 0 26zM20 0l22 -13q-5 13 0 26z", light(tone, 0.3))
        p.circle(0, 0, 22, p.ball(tone))
        p.line("M-12 -15q9 15 0 30M3 -21q11 21 0 42", light(tone, 0.5), 2.5, ' opacity=".6"')
        p.end()
    p.path("M92 312h216q-4 64 -60 84q-10 6 -48 6t-48 -6q-56 -20 -60 -84z", p.round("#eee4d6"))
    p.path("M92 312h216v10q-108 14 -216 0z", "#fffaf0")
    p.line("M104 344q96 22 192 0", c, 5, ' opacity=".75"')


def loaf(p, c):
    crust = mix("#b9763a", c, 0.18)
    p.shadow(200, 400, 132, 20)
    p.rect(62, 384, 276, 18, p.down(light(WOOD, 0.15), dark(WOOD, 0.1)), 8)
    p.path("M82 386q-20 -70 30 -112q86 -50 178 0q48 42 28 112z", p.down(light(crust, 0.18), dark(crust, 0.18)))
    for x in (136, 186, 236):
        p.path(f"M{x - 10} 344q-2 -50 26 -84q18 4 22 10q-24 28 -20 78q-16 6 -28 -4z", light(crust, 0.55), ' opacity=".85"')
    for _ in range(14):
        p.circle(p.random.uniform(100, 300), p.random.uniform(296, 372), p.random.uniform(3, 6), c, ' opacity=".75"')
    p.line("M112 288q76 -44 160 -8", WHITE, 5, ' opacity=".2"')


def bun(p, c):
    dough = mix("#dba55c", c, 0.12)
    p.shadow(200, 402, 128, 18)
    p.ellipse(200, 388, 136, 18, p.round("#f4ece0"))
    p.ellipse(200, 384, 112, 11, "#e2d6c4")
    for x, y, r in ((140, 344, 50), (262, 344, 50), (200, 300, 50), (200, 350, 54)):
        p.path(f"M{x - r} {y + 18}q-2 -{r} {r} -{r + 6}q{r + 2} 6 {r} {r + 6}q0 22 -{r} 22t-{r} -22z",
               p.down(light(dough, 0.22), dark(dough, 0.14)))
        p.line(f"M{x - r + 6} {y + 18}q{r - 6} 12 {2 * r - 12} 0", light(dough, 0.5), 6, ' opacity=".7"')
        for _ in range(5):
            p.circle(x + p.random.uniform(-r * 0.6, r * 0.6), y + p.random.uniform(-14, 10), p.random.uniform(3.5, 6), c)


def cake(p, c):
    icing = light(c, 0.62) if c not in ("#5b3524",) else "#5b3524"
    p.shadow(200, 402, 132, 20)
    p.ellipse(200, 390, 140, 18, p.round("#efe6da"))
    p.path("M104 290v88q0 20 96 20t96 -20v-88z", p.round("#e3bd84"))
    for y in (322, 352):
        p.path(f"M104 {y}q96 34 192 0v13q-96 34 -192 0z", c)
    p.path("M104 286q0 -26 96 -26t96 26v26q-8 26 -18 4q-10 -8 -18 8q-10 22 -20 2q-12 -10 -20 2q-12 24 -24 2q-10 -8 -18 2q-12 20 -22 0"
           "q-10 -10 -18 2q-12 18 -20 -2q-12 -4 -18 -20z", p.round(icing))
    p.ellipse(200, 284, 94, 23, light(icing, 0.25))
    for x, y in ((150, 276), (176, 268), (204, 264), (232, 268), (254, 277), (190, 284), (220, 285), (168, 286)):
        p.berry(x, y, 12, c if c != "#5b3524" else "#a3163a")
    p.leaf(214, 262, 34, -38)
    p.leaf(196, 262, 30, -140)


def pie(p, c):
    crust = "#d79a4c"
    p.shadow(200, 396, 138, 24)
    p.path("M66 320q10 66 40 74q94 16 188 0q30 -8 40 -74z", p.round(p.random.choice(["#f1e7da", "#c0704d", "#8fa6a4", "#b4bac0"])))
    p.ellipse(200, 318, 140, 48, p.down(light(crust, 0.2), dark(crust, 0.1)))
    p.ellipse(200, 314, 116, 36, p.ball(c))
    for i in range(5):
        x = 116 + i * 42
        h = [20, 31, 35, 31, 20][i]
        p.line(f"M{x - 12} {314 - h}L{x + 12} {314 + h}", light(crust, 0.3), 12)
    for y, w in ((294, 86), (314, 112), (334, 86)):
        p.line(f"M{200 - w} {y + 4}L{200 + w} {y - 4}", light(crust, 0.42), 11)
    for i in range(18):
        import math
        a = math.tau * i / 18
        p.ellipse(200 + 129 * math.cos(a), 317 + 43 * math.sin(a), 15, 8, light(crust, 0.18 if i % 2 else 0.3))
    p.steam(200, 268)


def cookies(p, c):
    dough = mix("#d39a55", c, 0.2)
    p.shadow(200, 402, 92)
    for i in range(5):
        y, x = 384 - i * 27, 200 + p.random.uniform(-9, 9)
        p.path(f"M{x - 80} {y - 6}q0 22 80 22t80 -22v-4h-160z", dark(dough, 0.2))
        p.ellipse(x, y - 10, 80, 20, p.down(light(dough, 0.2), dough))
    top = y - 10
    for _ in range(13):
        dx, dy = p.random.uniform(-58, 58), p.random.uniform(-11, 11)
        p.circle(x + dx, top + dy, p.random.uniform(4, 7), p.random.choice([c, dark(c, 0.25), light(c, 0.1)]))
    p.begin("translate(306 356)rotate(14)")
    p.ellipse(0, 0, 48, 50, p.ball(dough))
    for _ in range(9):
        p.circle(p.random.uniform(-28, 28), p.random.uniform(-30, 30), p.random.uniform(4, 7), p.random.choice([c, dark(c, 0.2)]))
    p.end()


def punnet(p, c):
    p.shadow(200, 402, 116, 18)
    for row, (y, count, spread) in enumerate(((262, 4, 44), (282, 6, 40), (304, 7, 36))):
        for i in range(count):
            x = 200 + (i - (count - 1) / 2) * spread
            p.berry(x + p.random.uniform(-5, 5), y + p.random.uniform(-5, 5), 23, p.random.choice([c, dark(c, 0.18), light(c, 0.12)]))
    p.path("M76 312h248l-26 78q-4 12 -16 12h-164q-12 0 -16 -12z", p.down("#7f9a86", "#5c7763"))
    p.path("M76 312h248l-4 13h-240z", "#a9bfae")
    for i in range(5):
        p.rect(128 + i * 32, 342, 16, 34, "#4c6553", 6)
    p.sprig(284, 268, 62, -38, LEAF, None, 3)


def crate(p, c):
    p.shadow(200, 402, 130, 18)
    for y, count in ((268, 4), (292, 5)):
        for i in range(count):
            x = 200 + (i - (count - 1) / 2) * 50
            tone = p.random.choice([c, light(c, 0.18), dark(c, 0.14)])
            p.circle(x + p.random.uniform(-4, 4), y + p.random.uniform(-5, 5), 31, p.ball(tone))
            p.line(f"M{x} {y - 22}q4 -8 10 -10", "#6b4330", 3)
    p.rect(70, 304, 260, 96, dark(WOOD, 0.3), 2)
    for y in (302, 336, 370):
        p.rect(66, y, 268, 28, p.down(light(WOOD, 0.18), WOOD), 3)
        p.line(f"M78 {y + 11}h160M190 {y + 19}h120", dark(WOOD, 0.2), 1, ' opacity=".5"')
    for x in (72, 306):
        p.rect(x, 298, 22, 104, p.down(light(WOOD, 0.05), dark(WOOD, 0.12)), 2)
        for y in (314, 348, 382):
            p.circle(x + 11, y, 2.5, "#5b4334")


def pumpkins(p, c):
    for cx, base, r in ((258, 394, 62), (164, 402, 88)):
        p.shadow(cx, base, r)
        y = base - r * 0.72
        for k, w in ((-0.62, 0.42), (0.62, 0.42), (-0.34, 0.48), (0.34, 0.48), (0, 0.5)):
            p.ellipse(cx + k * r, y, w * r, r * 0.74, p.ball(c if abs(k) < 0.5 else dark(c, 0.12)))
        p.path(f"M{cx - 9} {y - r * .66}q4 -26 -8 -36q12 -8 26 0q-6 16 2 36z", p.round("#6f7a4a"))
    p.leaf(176, 312, 60, -16, "#7f8f4f")
