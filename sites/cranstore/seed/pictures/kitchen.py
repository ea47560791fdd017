"""Things to cook with and to lay a table with."""

import math

from .canvas import BRASS, GROUND, INK, LEAF, PAPER, STEEL, WHITE, WOOD, dark, light, mix, star


def pot(p, c):
    h = p.random.choice([104, 126, 142])
    top = 392 - h
    knob = p.random.choice([BRASS, STEEL, dark(c, 0.4)])
    p.shadow(200, 398, 118, 18)
    for x, turn in ((76, 1), (324, -1)):
        p.line(f"M{x + 16 * turn} {top + 26}h{-22 * turn}q{-10 * turn} 2 {-10 * turn} 14q0 14 {14 * turn} 14h{18 * turn}", dark(c, 0.15), 11)
    p.path(f"M88 {top}h224v{h - 34}q0 34 -36 34h-152q-36 0 -36 -34z", p.round(c))
    p.path(f"M88 {top + 6}q112 12 224 0v9q-112 12 -224 0z", dark(c, 0.3), ' opacity=".45"')
    p.path(f"M80 {top + 2}q4 -44 120 -46q116 2 120 46q-120 14 -240 0z", p.round(light(c, 0.06)))
    p.line(f"M100 {top - 12}q40 -24 84 -25", WHITE, 5, ' opacity=".4"')
    p.rect(188, top - 58, 24, 16, p.round(dark(knob, 0.15)), 4)
    p.ellipse(200, top - 62, 22, 10, p.ball(knob))
    p.shine(102, top + 28, 9, h - 60, 0.3)


def pan(p, c):
    p.shadow(176, 388, 128, 26)
    p.begin("rotate(-24 260 340)")
    p.rect(252, 326, 138, 22, p.down(light(WOOD, 0.1), dark(WOOD, 0.25)) if p.random.random() < 0.5 else p.down(light(c, 0.2), dark(c, 0.3)), 11)
    p.circle(374, 337, 4.5, PAPER)
    p.end()
    p.path("M52 340q6 56 60 60h124q54 -4 60 -60z", p.round(dark(c, 0.12)))
    p.ellipse(174, 338, 122, 40, p.round(light(c, 0.18)))
    p.ellipse(174, 342, 108, 32, p.down(dark(c, 0.4), dark(c, 0.12)))
    filling = p.random.randrange(3)
    if filling == 0:
        p.path("M128 342q-6 -20 26 -20q20 -10 40 2q32 0 26 18q4 18 -34 16q-46 6 -58 -16z", "#fdf6e8")
        p.ellipse(176, 338, 20, 11, p.ball("#f0a92c"))
    elif filling == 1:
        for _ in range(16):
            p.berry(174 + p.random.uniform(-80, 80), 343 + p.random.uniform(-17, 17), 10, "#b3202c")
    else:
        p.sprig(120, 346, 110, -6, LEAF, None, 5)


def kettle(p, c):
    p.shadow(200, 400, 104, 18)
    p.line("M130 262q-16 -116 70 -118q86 2 70 118", dark(WOOD, 0.2) if p.random.random() < 0.5 else INK, 11)
    p.path("M286 330q44 -14 54 -74l16 2q-2 94 -66 112z", p.round(dark(c, 0.06)))
    p.path("M104 390q-22 -92 44 -130q52 -18 104 0q66 38 44 130q-2 10 -14 10h-164q-12 0 -14 -10z", p.round(c))
    p.path("M152 260q6 -24 48 -24t48 24q-48 12 -96 0z", p.round(light(c, 0.1)))
    p.circle(200, 232, 12, p.ball(BRASS))
    p.shine(120, 306, 10, 60, 0.4)
    p.path("M104 378q96 14 192 0v10q0 12 -14 12h-164q-12 0 -14 -10z", dark(c, 0.35), ' opacity=".35"')


def dish(p, c):
    p.shadow(200, 398, 136, 20)
    p.path("M60 318q12 70 44 76q96 14 192 0q32 -6 44 -76z", p.round(c))
    for i in range(11):
        p.line(f"M{80 + i * 24} 334L{104 + i * 19.2} 388", dark(c, 0.22), 2, ' opacity=".5"')
    p.ellipse(200, 318, 142, 46, p.round(light(c, 0.16)))
    p.ellipse(200, 320, 122, 36, p.down(dark(c, 0.3), light(c, 0.1)))
    p.ellipse(200, 330, 106, 24, p.down("#d9a45c", "#b97a38"))
    for _ in range(12):
        p.berry(200 + p.random.uniform(-84, 84), 330 + p.random.uniform(-13, 13), 8, p.random.choice(["#a3163a", "#c2254f"]))


def bundt(p, c):
    cx, cy = 200, 310
    p.ellipse(cx + 12, cy + 22, 132, 118, p.glow("#3a1620", 0.55))
    for i in range(12):
        a = math.tau * i / 12
        p.circle(cx + 88 * math.cos(a), cy + 88 * math.sin(a), 32, p.ball(c if i % 2 else light(c, 0.12)))
    p.circle(cx, cy, 90, p.ball(c))
    for i in range(12):
        a = math.tau * (i + 0.5) / 12
        p.line(f"M{cx + 34 * math.cos(a):.0f} {cy + 34 * math.sin(a):.0f}Q{cx + 70 * math.cos(a + .25):.0f} {cy + 70 * math.sin(a + .25):.0f} "
               f"{cx + 104 * math.cos(a + .12):.0f} {cy + 104 * math.sin(a + .12):.0f}", dark(c, 0.35), 3, ' opacity=".55"')
    p.circle(cx, cy, 30, p.down(dark(c, 0.5), dark(c, 0.2)))


def muffintin(p, c):
    p.ellipse(212, 330, 150, 120, p.glow("#3a1620", 0.5))
    p.rect(68, 206, 264, 200, p.down(light(c, 0.15), dark(c, 0.12)), 20)
    for j in range(2):
        for i in range(3):
            x, y = 116 + i * 84, 258 + j * 96
            p.circle(x, y, 36, dark(c, 0.35))
            if p.random.random() < 0.62:
                p.circle(x, y, 34, p.ball("#d9a45c"))
                for _ in range(6):
                    p.circle(x + p.random.uniform(-20, 20), y + p.random.uniform(-20, 20), 4.5, "#a3163a")
            else:
                p.circle(x, y + 3, 29, p.down(dark(c, 0.1), light(c, 0.15)))


def bowls(p, c):
    p.shadow(200, 402, 92, 16)
    tones = [c, light(c, 0.32), dark(c, 0.2)]
    for i, tone in enumerate(reversed(tones)):
        y = 332 - i * 34
        p.path(f"M96 {y}h208q-8 52 -62 66h-84q-54 -14 -62 -66z", p.round(tone))
        p.line(f"M100 {y + 3}h200", light(tone, 0.4), 4)
    p.ellipse(200, y, 104, 20, p.down(dark(c, 0.28), light(c, 0.2)))
    if p.random.random() < 0.65:
        for k in range(11):
            p.berry(200 + (k - 5) * 16, y - p.random.uniform(0, 13) + abs(k - 5) * 1.2, 14, p.random.choice(["#a3163a", "#c2254f", "#8b1230"]))


def plates(p, c):
    p.shadow(200, 402, 132, 20)
    for i in range(4):
        y = 390 - i * 13
        p.path(f"M72 {y - 9}q20 22 128 22t128 -22z", p.round(dark(c, 0.06)))
        p.ellipse(200, y - 9, 128, 22, p.round(light(c, 0.14)))
    p.ellipse(200, y - 8, 84, 12, "none", f' stroke="{dark(c, .22)}" stroke-width="2" opacity=".5"')
    p.begin("rotate(-4 200 250)")
    p.circle(200, 224, 98, p.ball(light(c, 0.05)))
    p.circle(200, 224, 66, "none", f' stroke="{dark(c, .2)}" stroke-width="2.5" opacity=".45"')
    p.circle(200, 224, 90, "none", f' stroke="{light(c, .5)}" stroke-width="2.5" opacity=".6"')
    p.sprig(160, 240, 84, -18, mix(LEAF, c, 0.3), None, 4)
    p.end()


def cups(p, c):
    second = p.random.random() < 0.4
    if second:
        p.begin("translate(268 388)scale(.74)translate(-200 -400)")
        _mug(p, light(c, 0.45), False)
        p.end()
        p.begin("translate(-32 0)")
    _mug(p, c, True)
    if second:
        p.end()


def _mug(p, c, steaming):
    p.shadow(196, 402, 76)
    p.line("M262 288q50 -2 50 40q0 40 -56 42", p.round(dark(c, 0.08)), 17)
    p.path("M120 262h150v92q0 46 -46 46h-58q-46 0 -46 -46z", p.round(c))
    glaze = light(c, 0.3)
    p.path("M120 262h150v30q-14 20 -28 2q-16 -10 -30 8q-18 22 -36 0q-14 -14 -28 4q-16 12 -28 -12z", glaze, ' opacity=".55"')
    p.ellipse(195, 262, 75, 15, light(c, 0.35))
    p.ellipse(195, 264, 66, 11, "#5b3524")
    p.shine(134, 292, 8, 66, 0.35)
    if steaming:
        p.steam(195, 240)


def teapot(p, c):
    p.shadow(200, 400, 104, 18)
    p.line("M116 296q-60 -6 -56 46q6 40 66 34", p.round(dark(c, 0.12)), 15)
    p.path("M274 330q30 -6 44 -50q8 -16 30 -18q-8 16 -14 44q-12 54 -58 66z", p.round(dark(c, 0.06)))
    p.path("M104 332q0 -66 96 -66t96 66q0 50 -48 66h-96q-48 -16 -48 -66z", p.round(c))
    p.path("M148 272q8 -24 52 -24t52 24q-52 14 -104 0z", p.round(light(c, 0.14)))
    p.circle(200, 242, 12, p.ball(light(c, 0.1)))
    p.line("M116 336q84 26 168 0", light(c, 0.5), 4, ' opacity=".6"')
    p.shine(122, 312, 9, 44, 0.4)
    p.steam(346, 244, 1)


def glasses(p, c):
    for x, s in ((128, 0.86), (272, 0.86), (200, 1.0)):
        p.begin(f"translate({x} {GROUND + (4 if s == 1 else -8)})scale({s})")
        p.shadow(0, 0, 44)
        p.path("M-50 -150h100l-12 142q-1 8 -10 8h-56q-9 0 -10 -8z", light(c, 0.45), ' opacity=".8"')
        p.path("M-46 -96h92l-8 86q-1 8 -8 8h-60q-7 0 -8 -8z", p.round(c), ' opacity=".85"')
        p.ellipse(0, -150, 50, 10, light(c, 0.65))
        p.ellipse(0, -96, 46, 8, light(c, 0.2))
        p.shine(-38, -136, 7, 112, 0.55)
        p.end()


def pitcher(p, c):
    p.shadow(196, 400, 76)
    p.line("M262 232q66 -4 58 56q-6 44 -62 62", p.round(dark(c, 0.1)), 16)
    p.path("M142 206l-24 -12q4 26 22 44q-30 42 -30 92q0 44 28 70h124q28 -26 28 -70q0 -50 -32 -92q6 -18 6 -34z", p.round(c))
    p.path("M118 194q60 22 146 12q-2 10 -8 8q-66 12 -122 4z", light(c, 0.35))
    p.line("M114 316q82 22 172 0", light(c, 0.45), 5, ' opacity=".7"')
    p.line("M112 330q84 22 176 0", light(c, 0.45), 2, ' opacity=".7"')
    p.shine(128, 268, 9, 104, 0.35)
    for angle, length in ((-112, 92), (-88, 108), (-62, 90)):
        p.sprig(204, 206, length, angle, LEAF, p.random.choice(["#a3163a", None]), 4)


def cakestand(p, c):
    p.shadow(200, 400, 84)
    p.path("M188 320h24q-2 44 44 76q-56 10 -112 0q46 -32 44 -76z", p.round(c))
    p.ellipse(200, 318, 128, 18, p.round(light(c, 0.12)))
    p.path("M128 260v44q0 14 72 14t72 -14v-44z", p.round("#e3bd84"))
    p.path("M128 256q0 -18 72 -18t72 18v14q-10 20 -20 2q-14 16 -26 0q-14 18 -28 0q-14 18 -28 0q-14 14 -26 0q-10 8 -16 -6z", p.round("#f7ead8"))
    for x in (160, 182, 204, 226, 244):
        p.berry(x, 248 - (x % 3) * 2, 9)
    p.path("M96 312q-2 -130 104 -134q106 4 104 134z", "#ffffff", ' opacity=".2"')
    p.line("M96 312q-2 -130 104 -134q106 4 104 134", WHITE, 2, ' opacity=".7"')
    p.circle(200, 170, 10, p.ball(light(c, 0.4)))
    p.line("M120 282q4 -56 44 -80", WHITE, 6, ' opacity=".5"')


def board(p, c):
    p.shadow(204, 402, 96)
    p.begin("rotate(4 200 400)")
    p.path("M186 156q14 -12 28 0l4 46h42q18 0 18 18v162q0 18 -18 18h-120q-18 0 -18 -18v-162q0 -18 18 -18h42z", p.round(c))
    p.circle(200, 172, 7, dark(c, 0.5))
    p.line("M200 172q30 -34 26 14", "#7a4a30", 4)
    for x in (146, 172, 206, 238):
        p.line(f"M{x} 214q8 50 -2 96t4 82", dark(c, 0.2), 1.6, ' opacity=".5"')
    p.end()
    p.path("M120 402q-8 -44 34 -48q44 -4 62 20q10 16 2 28z", p.down("#d9a45c", "#b0703a"))
    p.path("M126 402q-4 -38 30 -40q38 0 54 20q8 12 2 20z", "#f3dfb8")
    p.path("M238 402l70 -44v44z", p.down("#f2c85c", "#dba63a"))
    p.circle(284, 388, 5, "#c98f2a")


def utensils(p, c):
    crock = p.random.choice(["#efe3d2", "#7d8f86", "#a3163a", "#6d7780"])
    p.shadow(200, 402, 66)
    for x, angle, kind in ((172, -14, 0), (192, -4, 1), (212, 6, 2), (228, 15, 0)):
        p.begin(f"translate({x} 300)rotate({angle})")
        tone = p.round(light(c, 0.1 * kind))
        p.rect(-5, -118, 10, 150, tone, 5)
        if kind == 0:
            p.ellipse(0, -132, 20, 30, tone)
            p.ellipse(0, -134, 13, 21, dark(c, 0.18), ' opacity=".5"')
        elif kind == 1:
            p.path("M-17 -170q17 -8 34 0l-5 56h-24z", tone)
            for k in (-7, 0, 7):
                p.line(f"M{k} -156v32", dark(c, 0.35), 3)
        else:
            p.path("M-20 -160q20 -14 40 0v22q-4 26 -15 28h-10q-11 -2 -15 -28z", tone)
        p.end()
    p.path("M140 276h120l-8 110q-1 16 -18 16h-68q-17 0 -18 -16z", p.round(crock))
    p.ellipse(200, 276, 60, 11, dark(crock, 0.35))
    p.line("M144 306q56 12 112 0M146 316q54 12 108 0", dark(crock, 0.3) if crock != "#a3163a" else "#e5a8b4", 3, ' opacity=".6"')


def knife(p, c):
    p.ellipse(212, 322, 128, 96, p.glow("#3a1620", 0.4))
    p.rect(86, 226, 228, 176, p.down(light(WOOD, 0.22), WOOD), 16)
    for y in (252, 284, 322, 360, 384):
        p.line(f"M98 {y}q90 -8 200 4", dark(WOOD, 0.2), 1.5, ' opacity=".5"')
    p.begin("rotate(-32 200 310)")
    p.path("M52 296q20 -4 40 -4h130v40h-92q-50 0 -78 -36z", p.down("#f0f2f4", "#a9b0b7"))
    p.line("M62 300q30 28 72 28h86", "#ffffff", 2)
    p.rect(222, 290, 10, 44, p.down("#d8dde2", "#8f9498"), 2)
    p.path("M232 292h84q16 0 16 18q0 20 -18 18q-10 -6 -24 2h-58z", p.down(light(c, 0.2), dark(c, 0.2)))
    for x in (252, 280, 306):
        p.circle(x, 311, 4, BRASS)
    p.end()
    for x, y in ((120, 372), (142, 384), (128, 390)):
        p.berry(x, y, 9)
    p.leaf(146, 374, 30, 10)


def pin(p, c):
    p.ellipse(208, 356, 150, 40, p.glow("#3a1620", 0.45))
    p.path("M70 380q30 -60 130 -64t140 40q20 40 -60 44t-210 -20z", "#f1dfbd")
    p.path("M86 376q40 -50 114 -50t120 34q10 28 -50 30t-184 -14z", "#f8ebd0")
    p.begin("rotate(-24 200 300)")
    p.rect(40, 290, 320, 18, p.down(light(c, 0.05), dark(c, 0.3)), 9)
    p.rect(92, 270, 216, 58, p.down(light(c, 0.3), dark(c, 0.18)), 14)
    if p.random.random() < 0.5:
        for i in range(5):
            p.path(star(120 + i * 40, 299, 14, 6, 6), dark(c, 0.18), ' opacity=".6"')
    p.end()


def whisk(p, c):
    p.shadow(200, 402, 70)
    p.path("M112 352h176q-6 40 -44 48h-88q-38 -8 -44 -48z", p.round("#e9dccb"))
    p.ellipse(200, 352, 88, 16, p.down("#d8c6ae", "#fff7ea"))
    p.begin("rotate(24 200 340)")
    for w in (12, 26, 40):
        p.line(f"M200 236q-{w * 1.5} 60 0 108q{w * 1.5} -48 0 -108", "#aab1b8", 3)
    p.rect(191, 128, 18, 112, p.round(WOOD), 9)
    p.rect(189, 222, 22, 20, p.round(STEEL), 3)
    p.end()
    p.ellipse(196, 354, 60, 9, "#fffdf6")


def mill(p, c):
    p.shadow(200, 402, 52)
    p.path("M160 400q-6 -46 14 -74q-18 -22 -10 -52q10 -24 8 -44q-16 -26 28 -34q44 8 28 34q-2 20 8 44q8 30 -10 52q20 28 14 74z", p.round(c))
    p.path("M172 228q28 10 56 0v9q-28 10 -56 0z", STEEL)
    p.circle(200, 186, 15, p.ball(dark(c, 0.15)))
    p.line("M166 282q34 10 68 0M172 326q28 8 56 0", dark(c, 0.35), 2.5, ' opacity=".6"')
    for _ in range(12):
        p.circle(p.random.uniform(250, 304), p.random.uniform(396, 412), 3.4, "#3a2a26")


def mortar(p, c):
    p.shadow(200, 402, 96)
    p.line("M196 320L286 176", p.round(light(c, 0.12)), 26)
    p.circle(288, 174, 18, p.ball(light(c, 0.15)))
    p.path("M96 290h208q0 68 -50 90q14 6 16 20h-140q2 -14 16 -20q-50 -22 -50 -90z", p.round(c))
    p.ellipse(200, 290, 104, 22, light(c, 0.25))
    p.ellipse(200, 293, 88, 16, dark(c, 0.35))
    p.sprig(130, 290, 66, -18, LEAF, None, 4)
    for _ in range(34):
        p.circle(p.random.uniform(116, 284), p.random.uniform(318, 384), 1.6, light(c, 0.5), ' opacity=".6"')


def cutters(p, c):
    p.path("M70 330q20 -90 130 -92t136 86q10 76 -130 80t-136 -74z", "#f1dfbd")
    for cx, cy, kind in ((142, 296, 0), (252, 288, 1), (156, 366, 2), (258, 366, 3)):
        stroke = f' stroke="{c}" stroke-width="5" stroke-linejoin="round"'
        fill = "#f8ebd0"
        if kind == 0:
            p.path(star(cx, cy, 40, 18, 5), fill, stroke)
        elif kind == 1:
            p.path(f"M{cx} {cy + 36}q-56 -40 -34 -64q22 -16 34 8q12 -24 34 -8q22 24 -34 64z", fill, stroke)
        elif kind == 2:
            p.path(f"M{cx} {cy - 34}l28 36h-16l20 28h-64l20 -28h-16z", fill, stroke)
        else:
            p.path(f"M{cx - 30} {cy - 24}l16 14q14 -6 28 0l16 -14q10 40 -30 58q-40 -18 -30 -58z", fill, stroke)


def basket(p, c):
    p.shadow(200, 402, 112, 18)
    p.line("M104 312q2 -128 96 -132q94 4 96 132", dark(c, 0.12), 12)
    p.line("M104 312q2 -128 96 -132q94 4 96 132", light(c, 0.3), 3, ' stroke-dasharray="9 9"')
    p.path("M84 300h232l-22 86q-4 16 -20 16h-148q-16 0 -20 -16z", p.round(c))
    for j in range(6):
        y = 312 + j * 15
        for i in range(9):
            x = 96 + j * 3 + i * (24.5 - j * 0.6) + (j % 2) * 6
            p.rect(x, y, 15, 8, light(c, 0.28) if (i + j) % 2 else dark(c, 0.2), 4)
    p.rect(78, 290, 244, 18, p.round(dark(c, 0.08)), 9)


def towel(p, c):
    base = p.random.choice(["#f4ebdd", light(c, 0.7)])
    p.rect(84, 146, 232, 9, p.round(BRASS), 4)
    for x in (92, 308):
        p.circle(x, 150, 9, p.ball(BRASS))
    p.path("M118 150h164l6 236q-44 14 -86 4t-90 2z", p.round(base))
    pattern = p.random.randrange(3)
    if pattern == 0:
        for y, w in ((318, 26), (352, 8), (366, 8)):
            p.path(f"M115 {y}q86 9 171 0v{w}q-86 9 -171 0z", c)
        p.path("M118 176h164v7h-164z", c)
    elif pattern == 1:
        for x in (134, 158, 242, 266):
            p.rect(x, 156, 9, 228, c, 0, ' opacity=".85"')
    else:
        for j in range(5):
            for i in range(4):
                p.begin(f"translate({142 + i * 38 + (j % 2) * 14} {196 + j * 42})")
                p.circle(0, 0, 7, c)
                p.leaf(2, -6, 17, -46, LEAF)
                p.end()
    p.line("M160 156q-6 120 2 228M236 156q8 130 -2 230", dark(base, 0.25), 3, ' opacity=".25"')


def napkins(p, c):
    p.shadow(200, 402, 116, 18)
    for i, tone in enumerate([dark(c, 0.2), light(c, 0.3), c, light(c, 0.55), c]):
        y = 376 - i * 21
        p.path(f"M94 {y}q-10 12 0 24h206q10 -12 0 -24z", p.round(tone))
        p.line(f"M104 {y + 12}h190", dark(tone, 0.25), 1.5, ' opacity=".5"')
    p.path("M94 292q106 -22 206 0z", light(c, 0.25))
    p.rect(176, 282, 48, 120, p.round(light(c, 0.7)), 6)
    p.line("M180 344q20 -8 40 0", BRASS, 3)
    p.sprig(170, 286, 76, -14, LEAF, "#a3163a", 4)


def apron(p, c):
    p.circle(200, 118, 7, p.ball(BRASS))
    p.line("M170 196q-6 -76 30 -76t30 76", dark(c, 0.25), 6)
    p.path("M156 190h88l6 62q24 10 44 34l-6 104q-88 22 -176 0l-6 -104q20 -24 44 -34z", p.round(c))
    p.path("M152 312h96v58q-48 14 -96 0z", light(c, 0.12), f' stroke="{dark(c, .3)}" stroke-width="2"')
    p.line("M200 314v60", dark(c, 0.3), 2)
    p.line("M106 288q-34 20 -30 66M294 288q34 20 30 66", dark(c, 0.2), 6)
    p.emblem(200, 232, 20, light(c, 0.65))


def mitt(p, c):
    for dx, tone in ((52, light(c, 0.4)), (-28, c)):
        p.begin(f"translate({dx} 0)rotate({dx / 8:.0f} 200 300)")
        p.path("M150 378v-130q0 -52 48 -52t46 52v40q14 -26 32 -18q18 10 2 44l-22 64z", p.round(tone))
        p.rect(142, 366, 124, 36, p.round(light(tone, 0.6)), 8)
        for i in range(4):
            p.line(f"M152 {226 + i * 36}q40 16 92 0", dark(tone, 0.25), 1.6, ' stroke-dasharray="4 5" opacity=".7"')
        p.end()


def sack(p, c):
    cloth = light(c, 0.15)
    p.shadow(200, 402, 92)
    p.path("M150 226q-52 66 -46 138q2 38 36 38h120q34 0 36 -38q6 -72 -46 -138z", p.round(cloth))
    p.path("M136 176q18 10 32 0q16 12 32 0q16 12 32 0q14 10 32 0q-10 34 -14 52h-100q-4 -18 -14 -52z", p.round(light(c, 0.28)))
    p.line("M148 226q52 14 104 0", dark(c, 0.35) if c != "#efe0c6" else "#a3163a", 7)
    p.line("M216 232q30 20 22 60M208 232q-2 30 8 52", dark(c, 0.35) if c != "#efe0c6" else "#a3163a", 4)
    p.emblem(196, 326, 30, dark(c, 0.35))
