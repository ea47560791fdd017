#!/usr/bin/env python3
"""Writes the data that all engines render: context.py FILE.json. Always the same."""
import json
import random
import sys


def product(rng, number):
    kinds = ["Sauce", "Juice", "Jam", "Tea & Honey", "\"Royal\" Chutney", "Vinegar <1l>", "Muffins"]
    moods = ["Wild", "Organic", "Farmer's", "Classic", "Älplerische", "Smoked", "Sweet"]
    name = f"{rng.choice(moods)} Cranberry {rng.choice(kinds)}"
    return {
        "name": name, "slug": f"product-{number}", "image": f"p/{number}.svg",
        "summary": " ".join(rng.choice(moods + kinds) for _ in range(18)) if number % 7 else "",
        "price": f"{rng.randint(100, 9999) / 100:.2f}", "currency": "EUR",
        "old_price": f"{rng.randint(100, 9999) / 100:.2f}" if number % 5 == 0 else "",
        "stock": rng.choice([0, 1, 3, 5, 6, 20, 200]),
    }


def context():
    rng = random.Random(7)
    products = [product(rng, n) for n in range(24)]
    one = product(rng, 99)
    one["tags"] = ["autumn", "gift & card", "red"]
    one["attributes"] = [{"name": f"Attribute {n}", "value": f"{n * 3} g < {n * 4} g"} for n in range(12)]
    cities = ["Zürich", "Oslo", "San José", "Bath", "Łódź"]
    return {
        "shop": {"name": "CranStore & Co", "year": "2026"}, "query": "sauce \"hot\"", "path": "/c/3/",
        "nav": [{"url": f"/c/{n}/", "title": f"Category {n}"} for n in range(10)],
        "crumbs": [{"url": f"/x/{n}/", "name": f"Level {n} & more"} for n in range(4)],
        "category": {"name": "Sauces & Dips", "description": "Everything to dip <into>. " * 6},
        "page": {"number": "2", "count": "9", "has_previous": True, "has_next": True,
                 "previous": "1", "next": "3"},
        "products": products, "product": one, "related": products[:8],
        "rows": [{"id": n, "name": f"Row number {n}", "city": rng.choice(cities),
                  "amount": f"{rng.randint(0, 99999)}.50", "note": rng.choice(["", "a < b", "ok", "it's fine"])}
                 for n in range(1000)],
    }


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        json.dump(context(), out, ensure_ascii=False)
