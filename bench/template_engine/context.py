#!/usr/bin/env python3
"""Writes the data that all engines render: context.py FILE.json. Always the same."""
import json
import random
import sys

KINDS = ["Sauce", "Juice", "Jam", "Tea & Honey", "\"Royal\" Chutney", "Vinegar <1l>", "Muffins"]
MOODS = ["Wild", "Organic", "Farmer's", "Classic", "Älplerische", "Smoked", "Sweet"]


def words(rng, count):
    return " ".join(rng.choice(MOODS + KINDS) for _ in range(count))


def maker(number):
    return {"name": f"Bog & Sons No. {number}", "get_absolute_url": f"/maker/bog-{number}/", "place": "Wareham",
            "description": "They have raked berries since 1871, and still do it by hand. " * 2}


def product(rng, number):
    name = f"{rng.choice(MOODS)} Cranberry {rng.choice(KINDS)}"
    on_sale = number % 5 == 0
    return {
        "name": name, "get_absolute_url": f"/product/product-{number}/",
        "photo": "" if number % 11 == 0 else f"p/{number}.jpg", "photo_url": f"/media/p/{number}.jpg",
        "manufacturer": None if number % 7 == 0 else maker(number % 4),
        "amount_minor": None if number % 13 == 12 else rng.randint(100, 9999),
        "compare_at_minor": rng.randint(100, 9999) if on_sale else None,
        "price": f"€{rng.randint(100, 9999) / 100:.2f}", "old_price": f"€{rng.randint(100, 9999) / 100:.2f}",
    }


def category(number, folder="all-year"):
    return {"name": f"Shelf {number} & more", "full_name": f"All year: Shelf {number}", "slug": f"shelf-{number}",
            "url": f"/catalog/{folder}/shelf-{number}/"}


def catalog(name, slug, count):
    return {"name": name, "slug": slug, "url": f"/catalog/{slug}/",
            "categories": [category(n, slug) for n in range(count)]}


def store():
    return {"name": "CranStore & Co", "year": "2026", "currency": "EUR", "path": "/catalog/all-year/shelf-3/",
            "currencies": [{"code": c, "symbol": s} for c, s in (("EUR", "€"), ("USD", "$"), ("GBP", "£"))],
            "catalogs": [catalog("All year", "all-year", 8), catalog("Winter", "winter", 4), catalog("Gifts", "gifts", 3)],
            "departments": [category(n) for n in range(8)]}


def list_page():
    return {"heading": "Sauces & Dips", "lead": "Everything to dip <into>, by the jar and by the crate.",
            "breadcrumbs": [{"url": "/catalog/all-year/", "name": "All year"}, {"url": "", "name": "Sauces & Dips"}],
            "subcategories": [category(n) for n in range(4)],
            "page_obj": {"number": 2, "has_other_pages": True, "has_previous": True, "has_next": True,
                         "previous_page_number": 1, "next_page_number": 3, "start_index": 25, "end_index": 48,
                         "paginator": {"count": 212}},
            "page_numbers": [1, 2, 3, 4, None, 8, 9], "page_query": "sort=name&", "sort": "name",
            "sorts": [{"value": v, "label": t} for v, t in (("", "As on the shelf"), ("name", "Name"), ("price", "Price"),
                                                            ("-price", "Price, falling"), ("newest", "Newest"))]}


def product_page(rng):
    one = product(rng, 15)
    one.update({"photo_alt": "A jar of sauce, \"open\"", "description": "Made of <three> kinds of berries. " * 4,
                "is_discontinued": False, "sku": "CR-0099"})
    return {"object": one, "photos": [{"url": f"/media/p/99-{n}.jpg", "alt": f"View {n}"} for n in range(3)],
            "details": [{"attribute": {"name": f"Attribute {n}"}, "value": f"{n * 3} g < {n * 4} g",
                         "description": "about" if n % 3 == 0 else ""} for n in range(8)],
            "categories": [category(n) for n in range(3)], "related": [product(rng, 50 + n) for n in range(4)],
            "back_url": "/catalog/all-year/shelf-3/", "back_name": "Shelf 3 & more"}


def context():
    rng = random.Random(7)
    cities = ["Zürich", "Oslo", "San José", "Bath", "Łódź"]
    page = {
        "shop": store(), "query": "sauce \"hot\"", "current_catalog": "all-year", "current_department": "shelf-3",
        "csrf_token": "p5rXz0gW8kQ2nB7vT1yLs4mJ6dHc9aEf",
        "nav": [{"url": f"/c/{n}/", "title": f"Category {n}"} for n in range(10)], "path": "/c/3/",
        "crumbs": [{"url": f"/x/{n}/", "name": f"Level {n} & more"} for n in range(4)],
        "object_list": [product(rng, n) for n in range(24)],
        "rows": [{"id": n, "name": f"Row number {n}", "city": rng.choice(cities),
                  "amount": f"{rng.randint(0, 99999)}.50", "note": rng.choice(["", "a < b", "ok", "it's fine"])}
                 for n in range(1000)],
    }
    page.update(list_page())
    page.update(product_page(rng))
    return page


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        json.dump(context(), out, ensure_ascii=False)
