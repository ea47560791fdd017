"""Light, scent, wool, paper, things that grow and things to give."""

from .canvas import BRASS, GROUND, INK, LEAF, PAPER, STEEL, WHITE, WOOD, dark, light, mix, ring, star


def candle(p, c):
    style = p.random.randrange(3)
    glass = [light(c, 0.35), "#b8793a", "#efe6d8"][style]
    p.shadow(200, 400, 70)
    p.circle(200, 250, 130, p.glow("#ffd98f", 0.35))
    p.path("M132 238h136v142q0 20 -20 20h-96q-20 0 -20 -20z", p.round(glass), ' opacity=".92"')
    p.path("M139 262h122v116q0 16 -16 16h-90q-16 0 -16 -16z", p.round(light(c, 0.5 if style != 1 else 0.25)))
    p.ellipse(200, 262, 61, 10, light(c, 0.72))
    p.ellipse(200, 238, 68, 11, "none", f' stroke="{WHITE}" stroke-width="2.5" opacity=".8"')
    p.label(200, 334, 92, 82, dark(c, 0.2) if c != "#efe0c6" else INK)
    p.shine(144, 270, 7, 104, 0.4)
    p.flame(200, 256, 1.0)


def pillars(p, c):
    for x, h, w, tone in ((262, 112, 64, light(c, 0.35)), (140, 150, 66, dark(c, 0.12)), (200, 200, 74, c)):
        base = GROUND + (6 if x == 200 else -6)
        p.shadow(x, base, w / 2 + 6)
        p.rect(x - w / 2, base - h, w, h, p.round(tone), 6)
        p.ellipse(x, base - h + 2, w / 2, 8, light(tone, 0.35))
        p.path(f"M{x + w / 2 - 14} {base - h + 2}q7 26 0 42q-7 -14 -2 -42z", light(tone, 0.22))
        p.flame(x, base - h - 2, 0.8)


def tapers(p, c):
    for x, h in ((158, 214), (244, 176)):
        p.shadow(x, GROUND, 40)
        p.path(f"M{x - 40} 400q0 -13 40 -13t40 13q-40 8 -80 0z", p.round(BRASS))
        p.rect(x - 6, 346, 12, 44, p.round(BRASS), 4)
        p.circle(x, 366, 10, p.ball(BRASS))
        p.path(f"M{x - 17} 336h34l-5 20h-24z", p.round(BRASS))
        p.path(f"M{x - 10} 338l3 {-h}q7 -8 14 0l3 {h}z", p.round(c))
        p.flame(x, 336 - h, 0.72)


def diffuser(p, c):
    p.shadow(200, 402, 62)
    for dx in (-62, -36, -12, 16, 40, 66):
        p.line(f"M200 284L{200 + dx} {144 + abs(dx) * 0.22:.0f}", "#8a6a4a", 4)
    p.path("M176 262h48v22q4 16 24 30q18 14 18 36v30q0 20 -20 20h-92q-20 0 -20 -20v-30q0 -22 18 -36q20 -14 24 -30z", p.round(light(c, 0.5)))
    p.path("M136 340q64 12 128 0v40q0 16 -18 16h-92q-18 0 -18 -16z", p.round(c), ' opacity=".85"')
    p.rect(172, 252, 56, 16, p.round(WOOD), 4)
    p.label(200, 356, 72, 58, dark(c, 0.25))
    p.shine(146, 330, 7, 50, 0.55)


def soap(p, c):
    p.shadow(200, 402, 116, 18)
    p.rect(78, 384, 244, 18, p.down(light(WOOD, 0.15), dark(WOOD, 0.15)), 6)
    for y, tone, x in ((322, dark(c, 0.08), 92), (262, c, 108)):
        p.rect(x, y, 208, 62, p.down(light(tone, 0.25), dark(tone, 0.1)), 16)
        p.line(f"M{x + 10} {y + 44}q50 -14 96 -2t94 -4", light(tone, 0.45), 4, ' opacity=".6"')
        for _ in range(14):
            p.circle(p.random.uniform(x + 14, x + 194), p.random.uniform(y + 12, y + 52), 1.8, dark(tone, 0.3))
    p.rect(178, 258, 52, 130, p.round(PAPER), 2)
    p.emblem(204, 318, 18, dark(c, 0.2) if c != "#efe0c6" else INK)
    p.line("M108 292q104 10 208 0", "#9a7b52", 3)
    for x, y, r in ((300, 232, 13), (322, 252, 8), (92, 246, 9)):
        p.circle(x, y, r, WHITE, ' opacity=".45"')


def tube(p, c):
    p.shadow(200, 402, 44)
    p.path("M150 160h100l-12 196h-76z", p.round(c))
    p.rect(148, 150, 104, 16, dark(c, 0.12), 3)
    for i in range(12):
        p.line(f"M{154 + i * 8.4} 152v12", dark(c, 0.3), 1)
    p.rect(166, 356, 68, 44, p.round(PAPER), 6)
    p.label(200, 262, 70, 104, dark(c, 0.25))
    p.shine(166, 184, 6, 158, 0.4)


def throw(p, c):
    p.shadow(200, 402, 128, 18)
    tones = [c, light(c, 0.4), dark(c, 0.15)]
    pattern = p.random.randrange(3)
    for i, tone in enumerate(tones):
        y = 342 - i * 56
        p.path(f"M84 {y}h214q28 0 28 29t-28 29h-214q-12 -29 0 -58z", p.round(tone))
        p.line(f"M92 {y + 29}h206", dark(tone, 0.25), 2, ' opacity=".5"')
        if pattern == 0:
            for x in range(112, 300, 38):
                p.rect(x, y + 2, 12, 54, light(tone, 0.4), 0, ' opacity=".5"')
        elif pattern == 1:
            for x in range(100, 300, 16):
                p.line(f"M{x} {y + 8}l8 14l8 -14M{x} {y + 36}l8 14l8 -14", light(tone, 0.35), 1.6, ' opacity=".6"')
        else:
            p.rect(96, y + 8, 206, 6, light(tone, 0.5), 0, ' opacity=".6"')
            p.rect(96, y + 42, 206, 6, light(tone, 0.5), 0, ' opacity=".6"')
        for k in range(6):
            p.line(f"M84 {y + 6 + k * 9}h-16", light(tone, 0.2), 3)


def cushion(p, c):
    p.shadow(200, 402, 116, 18)
    p.path("M84 226q-10 -22 16 -20q100 18 200 0q26 -2 16 20q-16 72 0 152q8 24 -16 22q-100 -16 -200 0q-24 2 -16 -22q16 -80 0 -152z",
           p.ball(c))
    pattern = p.random.randrange(4)
    tone = light(c, 0.5)
    if pattern == 0:
        for x in range(112, 300, 26):
            p.line(f"M{x} 218q4 84 0 172", tone, 5, ' opacity=".6"')
    elif pattern == 1:
        for j in range(3):
            for i in range(3):
                p.sprig(124 + i * 62 + (j % 2) * 14, 272 + j * 50, 42, -70, tone, None, 3)
    elif pattern == 2:
        for i in range(4):
            p.line(f"M{110 + i * 12} {230 + i * 8}q90 {14 - i * 3} {180 - i * 24} 0", tone, 2, ' opacity=".6"')
        p.path(star(200, 312, 46, 22, 8), tone, ' opacity=".7"')
    else:
        p.circle(200, 304, 9, p.ball(light(c, 0.4)))
        p.line("M200 304L124 236M200 304L276 236M200 304L124 374M200 304L276 374", dark(c, 0.35), 2, ' opacity=".45"')
    p.path("M84 226q-10 -22 16 -20q100 18 200 0q26 -2 16 20q-16 72 0 152q8 24 -16 22q-100 -16 -200 0q-24 2 -16 -22q16 -80 0 -152z",
           "none", f' stroke="{light(c, .35)}" stroke-width="3"')


def _pot(p, tone, cx=200, w=104, h=96):
    p.shadow(cx, 400, w / 2 + 8)
    p.path(f"M{cx - w / 2} {400 - h}h{w}l-12 {h - 12}q-2 12 -14 12h{28 + 24 - w}q-12 0 -14 -12z", p.round(tone))
    p.rect(cx - w / 2 - 7, 400 - h - 14, w + 14, 26, p.round(light(tone, 0.1)), 5)


def plant(p, c):
    pot = p.random.choice(["#c0704d", "#efe3d2", "#7d8f86", "#4c5661"])
    green = p.random.choice(["#6f8a5b", "#5f8a68", "#7f8f4f"])
    style = p.random.randrange(3)
    if style == 0:
        for a in (-150, -128, -108, -90, -72, -52, -30):
            p.sprig(200, 300, p.random.uniform(104, 150), a, green if a % 4 else dark(green, 0.15), None, 6)
        for _ in range(10):
            p.berry(p.random.uniform(128, 272), p.random.uniform(182, 282), 8, c)
    elif style == 1:
        p.rect(195, 236, 10, 70, p.round("#7a5236"), 3)
        for x, y, r in ((200, 196, 62), (156, 222, 38), (244, 222, 38), (200, 236, 44)):
            p.circle(x, y, r, p.ball(green))
        for _ in range(12):
            p.leaf(p.random.uniform(150, 240), p.random.uniform(160, 240), 22, p.random.uniform(-160, 0), light(green, 0.25))
        for _ in range(6):
            p.berry(p.random.uniform(154, 246), p.random.uniform(168, 244), 9, c)
    else:
        for a, l in ((-165, 110), (-140, 130), (-115, 150), (-90, 160), (-65, 150), (-40, 130), (-15, 110)):
            p.leaf(200, 306, l, a, green if a % 2 else dark(green, 0.14))
        p.line("M200 300q6 -70 -2 -130", dark(green, 0.2), 4)
        for x, y, a in ((198, 166, 0), (184, 182, 1), (216, 184, 2)):
            p.path(star(x, y, 26, 11, 6), p.ball(c))
            p.circle(x, y, 6, "#f2c85c")
    _pot(p, pot)


def vase(p, c):
    stems = p.random.randrange(3)
    for a, length in ((-120, 150), (-104, 176), (-90, 190), (-76, 172), (-60, 148)):
        if stems == 0:
            p.sprig(200, 262, length, a, LEAF, "#a3163a", 5)
        elif stems == 1:
            p.sprig(200, 262, length, a, "#8ba99a", None, 7)
        else:
            p.begin(f"translate(200 262)rotate({a})")
            p.line(f"M0 0Q{length / 2} -8 {length} 0", "#8a6a4a", 3)
            for k in range(7):
                p.ellipse(length - k * 11, (-1) ** k * 5, 8, 4.5, "#dfb66e")
            p.end()
    p.shadow(200, 402, 56)
    shape = p.random.randrange(3)
    outline = ["M182 246h36q0 22 -4 34q42 26 42 72q0 48 -34 48h-44q-34 0 -34 -48q0 -46 42 -72q-4 -12 -4 -34z",
               "M164 246h72q-10 40 4 78q12 46 -12 76h-56q-24 -30 -12 -76q14 -38 4 -78z",
               "M174 250h52q6 10 0 22q54 10 54 66q0 62 -52 62h-56q-52 0 -52 -62q0 -56 54 -66q-6 -12 0 -22z"][shape]
    p.path(outline, p.round(c))
    p.line("M158 340q42 10 84 0", light(c, 0.45), 3, ' opacity=".5"')
    p.shine(164, 318, 7, 56, 0.4)


def book(p, c):
    p.shadow(206, 402, 86)
    p.path("M124 170h150q12 0 12 12v206q0 12 -12 12h-150z", p.down(light(c, 0.08), dark(c, 0.12)))
    p.path("M278 396l12 -6v-202q0 -8 -6 -12z", "#efe6d6")
    p.rect(114, 170, 22, 230, p.round(dark(c, 0.25)), 4)
    frame = light(c, 0.62) if c != "#efe0c6" else INK
    p.rect(152, 190, 118, 190, "none", 3, f' stroke="{frame}" stroke-width="2"')
    p.rect(172, 212, 78, 8, frame, 2)
    p.rect(184, 230, 54, 5, frame, 2)
    p.emblem(211, 298, 38, frame)
    p.rect(186, 362, 50, 4, frame, 2)
    p.path("M238 398v28l-8 -8l-8 8v-28z", "#a3163a" if c not in ("#a3163a", "#c2254f") else BRASS)


def card(p, c):
    p.ellipse(208, 372, 140, 40, p.glow("#3a1620", 0.4))
    p.begin("rotate(-8 160 330)")
    p.rect(74, 252, 178, 130, p.down(light(c, 0.35), light(c, 0.15)), 4)
    p.line("M74 254l89 70l89 -70", dark(c, 0.15), 2)
    p.end()
    p.begin("rotate(6 240 300)")
    p.rect(186, 196, 142, 200, PAPER, 3)
    p.rect(196, 206, 122, 180, "none", 2, f' stroke="{c}" stroke-width="1.5"')
    p.sprig(257, 348, 110, -92, mix(LEAF, c, 0.25), c, 6)
    p.rect(226, 362, 62, 4, INK, 2)
    p.end()


def mapprint(p, c):
    """A framed map of three ponds, with the paths between them."""
    p.rect(84, 96, 240, 300, "#3a1620", 4, ' opacity=".16"')
    p.rect(78, 88, 240, 300, p.round(WOOD), 4)
    p.rect(90, 100, 216, 276, PAPER, 2)
    p.rect(104, 114, 188, 248, mix(PAPER, "#c9b98f", 0.35), 1)
    for x, y, w, h in ((112, 132, 96, 66), (196, 206, 82, 92), (116, 252, 72, 54)):
        pond = (f"M{x} {y + h * 0.5}C{x} {y + h * 0.1} {x + w * 0.3} {y - 4} {x + w * 0.55} {y + 4}"
                f"S{x + w} {y + h * 0.2} {x + w} {y + h * 0.55}S{x + w * 0.7} {y + h} {x + w * 0.45} {y + h}"
                f"S{x} {y + h * 0.9} {x} {y + h * 0.5}Z")
        p.path(pond, p.down(light(c, 0.35), c), f' stroke="{dark(c, 0.15)}" stroke-width="1.5"')
        for dx, dy in ((0.3, 0.62), (0.4, 0.5), (0.45, 0.68)):
            p.circle(x + w * dx, y + h * dy, 4.5, p.ball("#a3163a"))
    p.line("M176 196q14 26 26 38M188 280q8 -10 14 -14M150 200q-14 30 -4 50", dark(WOOD, 0.2), 2,
           ' stroke-dasharray="1 6"')
    p.path(star(262, 152, 20, 6, 4), dark(c, 0.3))
    p.path(star(262, 152, 12, 4, 4), "#a3163a")
    p.rect(140, 328, 116, 20, PAPER, 2)
    p.rect(156, 335, 84, 5, INK, 2)


def wreath(p, c):
    p.circle(200, 124, 5, p.ball(BRASS))
    p.line("M200 124v54", "#8b1a35", 6)
    green = p.random.choice(["#6f8a5b", "#3d6350", "#8ba99a", "#a58a4a"])
    for radius, count, size, tone in ((104, 26, 52, dark(green, 0.18)), (92, 24, 46, green), (112, 20, 40, light(green, 0.16))):
        for x, y, angle in ring(200, 286, radius, count, p.random.uniform(0, 20)):
            p.leaf(x, y, size, angle + 90 + p.random.uniform(-46, 40), tone)
    for x, y, angle in ring(200, 286, 102, 22):
        p.berry(x + p.random.uniform(-16, 16), y + p.random.uniform(-16, 16), p.random.uniform(7, 11), p.random.choice([c, light(c, 0.15), dark(c, 0.15)]))
    p.path("M200 182q-44 -26 -48 4q4 26 48 -4q44 -26 48 4q-4 26 -48 -4l-22 52l14 -4l6 12l2 -60l2 60l6 -12l14 4z", p.round("#a3163a"))


def garland(p, c):
    p.line("M40 178q160 196 320 0", "#8a6a4a", 2.5)
    kind = p.random.randrange(3)
    for i in range(15):
        t = (i + 0.5) / 15
        x, y = 40 + 320 * t, 178 + 196 * 2 * t * (1 - t)
        if i % 3 == 1 and kind != 1:
            p.leaf(x, y, 40, 60 + (t - 0.5) * 80)
            p.leaf(x, y, 40, 120 + (t - 0.5) * 80, dark(LEAF, 0.12))
        elif kind == 2 and i % 3 == 2:
            p.path(star(x, y + 10, 22, 10, 5), light(c, 0.3))
        else:
            p.circle(x, y, 17, p.ball(c if i % 2 else light(c, 0.25)))
            if kind == 1:
                p.circle(x, y, 11, light(c, 0.45))
                p.path(star(x, y, 10, 3, 8), c)
    p.line("M40 178v74M360 178v74", "#a3163a", 5)


def hamper(p, c):
    straw = "#c59a5e"
    p.shadow(200, 402, 128, 18)
    p.line("M92 320q0 -150 108 -152q108 2 108 152", dark(straw, 0.1), 13)
    p.rect(122, 216, 42, 110, p.round(c), 8)
    p.rect(120, 204, 46, 18, p.round(BRASS), 4)
    p.rect(128, 248, 30, 40, PAPER, 3)
    p.path("M182 190h20v28q16 10 16 30v80h-52v-80q0 -20 16 -30z", p.round("#3d6350"))
    p.rect(183, 176, 18, 18, p.round(WOOD), 3)
    p.rect(172, 262, 40, 40, PAPER, 3)
    p.rect(226, 232, 54, 94, p.round("#efe3d2"), 4)
    p.ellipse(253, 232, 27, 8, p.round("#e3d2b8"))
    p.circle(253, 276, 14, c)
    for x in (112, 170, 222, 286):
        p.sprig(x, 322, 50, -70 + (x % 7) * 6, LEAF, "#a3163a", 3)
    p.path("M74 312h252l-20 76q-4 14 -18 14h-176q-14 0 -18 -14z", p.round(straw))
    for j in range(5):
        for i in range(10):
            p.rect(86 + j * 3 + i * (23.6 - j * 0.6), 324 + j * 15, 15, 8, light(straw, 0.3) if (i + j) % 2 else dark(straw, 0.2), 4)
    p.rect(68, 302, 264, 18, p.round(dark(straw, 0.1)), 9)
    p.path("M206 346q-34 -22 -38 4q4 22 38 -4q34 -22 38 4q-4 22 -38 -4l-14 40l8 -3l4 8l2 -40l2 40l4 -8l8 3z", p.round(c))


def giftbox(p, c):
    ribbon = light(c, 0.7) if c != "#d8c2a0" else "#a3163a"
    p.shadow(204, 402, 108, 18)
    p.rect(104, 252, 192, 150, p.round(c), 4)
    for _ in range(16):
        p.circle(p.random.uniform(116, 284), p.random.uniform(280, 390), 3.2, light(c, 0.4), ' opacity=".7"')
    p.rect(94, 226, 212, 40, p.round(light(c, 0.1)), 5)
    p.rect(184, 226, 32, 176, p.round(ribbon))
    p.path("M200 226q-20 -62 -66 -50q-30 26 66 50q20 -62 66 -50q30 26 -66 50z", p.round(ribbon))
    p.path("M200 226q-14 -34 -44 -34q-8 14 44 34q14 -34 44 -34q8 14 -44 34z", dark(ribbon, 0.2))
    p.circle(200, 224, 13, p.ball(ribbon))
    p.path("M226 250l40 26q6 22 -12 26l-30 -24z", PAPER)
    p.circle(236, 262, 3, INK)


def ornament(p, c):
    p.line("M30 168q150 -36 340 8", "#7a5236", 7)
    for x in range(50, 360, 13):
        p.line(f"M{x} {165 - (x - 200) ** 2 / 4000:.0f}l{p.random.uniform(-12, 12):.0f} {p.random.uniform(22, 40):.0f}", "#3d6350", 3)
        p.line(f"M{x} {163 - (x - 200) ** 2 / 4000:.0f}l{p.random.uniform(-12, 12):.0f} {p.random.uniform(-30, -18):.0f}", "#4f7a62", 3)
    p.line("M200 160v56", "#a3163a", 2.5)
    p.rect(187, 212, 26, 20, p.round(BRASS), 4)
    shape = p.random.randrange(3)
    if shape == 0:
        p.circle(200, 304, 76, p.ball(c))
        p.line("M128 290q72 26 144 0M128 318q72 26 144 0", light(c, 0.6), 4, ' opacity=".7"')
    elif shape == 1:
        p.path("M200 228q62 50 56 98q-8 58 -56 88q-48 -30 -56 -88q-6 -48 56 -98z", p.ball(c))
        p.path(star(200, 320, 30, 10, 8), light(c, 0.6), ' opacity=".8"')
    else:
        p.circle(200, 304, 74, p.ball(c))
        for x, y, _ in ring(200, 304, 44, 8):
            p.circle(x, y, 6, light(c, 0.6), ' opacity=".8"')
        p.circle(200, 304, 12, light(c, 0.6), ' opacity=".8"')
    p.ellipse(172, 270, 13, 22, WHITE, ' opacity=".45" transform="rotate(28 172 270)"')


def ornstar(p, c):
    p.line("M200 120v84", "#a3163a", 2.5)
    points = p.random.choice([5, 6, 8])
    p.path(star(204, 306, 108, 48, points), p.glow("#3a1620", 0.4))
    p.path(star(200, 300, 108, 46, points), p.ball(c))
    p.path(star(200, 300, 70, 30, points), "none", f' stroke="{light(c, .5)}" stroke-width="3"')
    for x, y, angle in ring(200, 300, 92, points, -90):
        p.line(f"M200 300L{x:.0f} {y:.0f}", light(c, 0.35), 2, ' opacity=".7"')
    p.circle(200, 300, 11, p.ball(light(c, 0.3)))


def figure(p, c, name=""):
    lowered = name.lower()
    p.shadow(200, 402, 72)
    if "mushroom" in lowered:
        for x, s in ((248, 0.66), (172, 1.0)):
            p.begin(f"translate({x} 400)scale({s})")
            p.path("M-26 0q-6 -70 4 -104h44q10 34 4 104z", p.round("#f3e6d2"))
            p.path("M-90 -96q4 -96 90 -98q86 2 90 98q-90 26 -180 0z", p.ball(c))
            for dx, dy, r in ((-44, -118, 12), (0, -158, 14), (46, -124, 12), (8, -108, 9)):
                p.circle(dx, dy, r, "#fff6ea")
            p.end()
    elif "moose" in lowered:
        for x in (150, 176, 226, 250):
            p.rect(x, 330, 14, 72, p.round(dark(c, 0.2)), 5)
        p.path("M138 280q64 -26 132 0q14 52 -8 68h-112q-24 -14 -12 -68z", p.round(c))
        p.path("M236 300q10 -60 40 -68q44 6 46 44q-8 22 -38 16q-10 30 -30 30z", p.round(c))
        p.path("M270 234q-50 -14 -54 -58q16 6 20 22q2 -22 18 -30q0 22 10 26q8 -18 22 -20q-4 34 4 56zM282 234q34 -20 38 -58q14 22 4 44q16 -10 26 -4q-16 26 -50 32z", p.round("#d8b584"))
        p.circle(284, 258, 4, INK)
    elif "fox" in lowered:
        p.path("M246 392q84 -6 66 -86q-30 10 -46 40z", p.round(dark(c, 0.06)))
        p.path("M310 308q-14 4 -22 12q10 12 20 16q6 -14 2 -28z", "#fff6ea")
        p.path("M144 402q-8 -92 56 -116q64 24 56 116z", p.round(c))
        p.path("M172 402q-4 -60 28 -84q32 24 28 84z", "#fff1e0")
        p.path("M132 194l26 28q42 -12 84 0l26 -28q8 40 -8 68l-60 56l-60 -56q-16 -28 -8 -68z", p.ball(c))
        p.path("M140 262q36 4 60 56q24 -52 60 -56l-60 56z", "#fff1e0")
        p.circle(172, 254, 5, INK)
        p.circle(228, 254, 5, INK)
        p.circle(200, 312, 7, INK)
    elif "nutcracker" in lowered:
        p.rect(154, 384, 92, 18, p.round(WOOD), 4)
        p.rect(166, 332, 28, 56, p.round("#2f3a46"), 4)
        p.rect(206, 332, 28, 56, p.round("#2f3a46"), 4)
        p.rect(158, 248, 84, 92, p.round(c), 10)
        for x in (146, 238):
            p.rect(x, 254, 18, 72, p.round(dark(c, 0.12)), 9)
        p.rect(168, 190, 64, 62, p.round("#f0cfa8"), 8)
        p.path("M162 192q-2 -58 38 -60q40 2 38 60z", p.round("#2f3a46"))
        p.rect(160, 184, 80, 10, p.round(BRASS), 3)
        p.rect(178, 226, 44, 26, "#fffaf0", 5)
        p.circle(186, 212, 4, INK)
        p.circle(214, 212, 4, INK)
        for y in (268, 290, 312):
            p.circle(200, y, 5, BRASS)
    else:
        p.path("M128 352q-6 -76 66 -88q14 -40 52 -28q28 10 24 38l26 14l-28 12q0 58 -48 76l10 26h-70l10 -24q-36 -4 -42 -26z", p.round(c))
        p.circle(244, 262, 5, WHITE)
        p.path("M270 276l44 12l-42 10z", "#e0a13a")
        p.path("M150 326q40 -30 78 -8q-20 38 -78 8z", dark(c, 0.25))


def wraproll(p, c):
    for x, angle, tone in ((160, -16, light(c, 0.5)), (236, 12, dark(c, 0.1)), (200, -2, c)):
        p.begin(f"rotate({angle} 200 400)")
        p.shadow(x, 402, 30)
        p.rect(x - 27, 150, 54, 250, p.round(tone), 6)
        p.ellipse(x, 152, 27, 9, light(tone, 0.4))
        p.ellipse(x, 152, 12, 4, dark(tone, 0.4))
        for k in range(6):
            y = 184 + k * 36
            p.begin(f"translate({x + (k % 2) * 16 - 8} {y})")
            p.circle(0, 0, 5, light(tone, 0.6) if tone != light(c, 0.5) else c)
            p.leaf(2, -4, 14, -40, LEAF)
            p.end()
        p.end()
    p.line("M138 330q66 20 128 0", "#f3e6d2", 8)


def ribbon(p, c):
    p.shadow(196, 402, 78)
    p.line("M232 380q60 26 96 -4t40 14", p.round(c), 12)
    p.ellipse(196, 388, 76, 15, p.round(WOOD))
    p.path("M138 268h116v116q-58 16 -116 0z", p.round(c))
    for i in range(6):
        p.line(f"M138 {284 + i * 18}q58 15 116 0", light(c, 0.4) if i % 2 else dark(c, 0.25), 3, ' opacity=".7"')
    p.ellipse(196, 264, 76, 17, p.round(light(WOOD, 0.15)))
    p.ellipse(196, 263, 20, 5, dark(WOOD, 0.5))
