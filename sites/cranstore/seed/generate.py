#!/usr/bin/env python3
"""Writes the demo shop: a Django fixture and the pictures that it names.

    generate.py --fixture demo.json --static DIR

The pictures go to DIR/product_photo/ and DIR/cranstore/.

The same sources give the same bytes. Python's standard library is all it needs.
"""

import argparse
import datetime
import decimal
import itertools
import json
import math
import pathlib
import random
import re
import tomllib
import unicodedata

from facts import facts, names_a_colour, weight_g
from pictures.scene import banner, empty_bowl, has_company, hero, still_life

HERE = pathlib.Path(__file__).parent
APP = "products"
DISCONTINUED_SHARE, UNPUBLISHED_SHARE, SALE_SHARE, FEATURED = 0.03, 0.02, 0.08, 16
DAYS_OF_ARRIVALS = 730


def slugify(text):
    plain = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def fitting_sentences(bank, name):
    """Those that may be said of a product: "Text.  ~ regex" of names that match, "Text.  !~ regex" of others."""
    fitting = []
    for entry in bank:
        text, guard, pattern = re.fullmatch(r"(.*?)(?:  (!?~) (.*))?", entry).groups()
        if guard is None or bool(re.search(pattern, name, re.I)) == (guard == "~"):
            fitting.append(text)
    return fitting


class Fixture:
    """Rows in the order in which they can be loaded."""

    def __init__(self):
        self.rows = []
        self._counts = {}

    def add(self, model, pk=None, **fields):
        if pk is None:
            pk = self._counts[model] = self._counts.get(model, 0) + 1
        self.rows.append({"model": f"{APP}.{model}", "pk": pk, "fields": fields})
        return pk

    def text(self):
        lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in self.rows)
        return f"[\n{lines}\n]\n"


class Attributes:
    """Attributes with their options, and the details of products, each with a value of its attribute's type."""

    def __init__(self, fixture, frame):
        self.fixture = fixture
        self.frame = {name: {"text": entry, "type": "text"} if isinstance(entry, str) else entry
                      for name, entry in frame.items()}
        self._options = {}       # ("Colour", "Moss") -> pk
        self._positions = {}     # product -> how many details it has
        self._pks = {
            name: fixture.add(
                "attribute", name=name, slug=slugify(name), description=entry["text"], data_type=entry["type"],
                unit=entry.get("unit", ""), is_filterable=entry.get("filterable", False),
                is_searchable=entry.get("searchable", False), is_variant_axis=entry.get("axis", False))
            for name, entry in self.frame.items()
        }
        for name, entry in self.frame.items():
            for position, label in enumerate(entry.get("options", ())):
                self._add_option(name, label, position)

    def add_detail(self, product, attribute, value):
        """The keys of what was added: several details for a list of values."""
        values = value.split(", ") if self.frame[attribute].get("several") else [value]
        return [self._add_one(product, attribute, one) for one in values]

    def _add_one(self, product, attribute, value):
        position = self._positions[product] = self._positions.get(product, -1) + 1
        columns = {"value": "", "number": None, "boolean": None, "date": None, "option": None}
        columns.update(self._typed(attribute, value))
        return self.fixture.add("productdetail", product=product, attribute=self._pks[attribute], **columns,
                                description="", position=position)

    def _typed(self, attribute, value):
        entry = self.frame[attribute]
        if entry["type"] == "enum":
            label = value[0].upper() + value[1:]
            if (attribute, label) not in self._options:
                self._add_option(attribute, label, 0)
            return {"option": self._options[attribute, label]}
        if entry["type"] == "bool":
            return {"boolean": {"Yes": True, "No": False}[value]}
        if entry["type"] == "number":
            number = value.removesuffix(" " + entry["unit"]) if "unit" in entry else value
            return {"number": str(decimal.Decimal(number))}
        return {"value": value}

    def _add_option(self, attribute, label, position):
        self._options[attribute, label] = self.fixture.add(
            "attributeoption", attribute=self._pks[attribute], slug=slugify(label), label=label, position=position)


class Shop:
    def __init__(self, static):
        self.frame = tomllib.loads((HERE / "shop.toml").read_text())
        self.sections = {}
        for path in sorted((HERE / "goods").glob("*.toml")):
            self.sections.update(tomllib.loads(path.read_text()))
        self.random = random.Random(self.frame["seed"])
        self.static = static
        self.fixture = Fixture()
        self.newest = datetime.datetime.fromisoformat(self.frame["newest"] + "T09:00:00+00:00")
        self.categories = {}     # "gifts/for-the-cook" -> pk
        self.filled_from = {}    # section -> "all-year/preserves"

    def build(self):
        for currency in self.frame["currencies"]:
            self.fixture.add("currency", currency["code"], name=currency["name"])
        self.makers = {
            slug: self.fixture.add("manufacturer", name=name, slug=slug, place=place, description=text)
            for slug, (name, place, text) in self.frame["makers"].items()
        }
        self.attributes = Attributes(self.fixture, self.frame["attributes"])
        self._catalogs()
        self._products()
        self._write("cranstore/hero.svg", hero())
        self._write("cranstore/empty-bowl.svg", empty_bowl())
        return self.fixture.text()

    def _catalogs(self):
        for position, catalog in enumerate(self.frame["catalogs"]):
            photo = f"product_photo/{catalog['picture']}.svg"
            self._write(photo, banner(catalog["picture"]))
            catalog["pk"] = self.fixture.add(
                "catalog", name=catalog["name"], slug=catalog["slug"], publisher=catalog["publisher"],
                description=catalog["description"], pub_date=catalog["pub_date"] + "T08:00:00Z",
                photo=photo, position=position)
        pks = {catalog["slug"]: catalog["pk"] for catalog in self.frame["catalogs"]}
        for position, category in enumerate(self.frame["categories"]):
            catalog = category["catalog"]
            parent = self._category(catalog, pks[catalog], None, position, category["slug"], category["name"],
                                    category["description"], category.get("goods", ""))
            for place, (slug, name, text, goods) in enumerate(category.get("children", [])):
                self._category(catalog, pks[catalog], parent, place, slug, name, text, goods)

    def _category(self, catalog, catalog_pk, parent, position, slug, name, text, goods):
        pk = self.fixture.add("category", catalog=catalog_pk, parent=parent, name=name, slug=slug, description=text, photo=self._category_photo(goods or slug), position=position)
        self.categories[f"{catalog}/{slug}"] = pk
        if goods:
            self.filled_from[goods] = f"{catalog}/{slug}"
        return pk

    def _category_photo(self, key):
        """Each category shows a product; those without goods of their own say which."""
        name = self.frame["category_photos"].get(key)
        if name is None:
            name = self.sections[key]["goods"].strip().splitlines()[0].split(" | ")[0]
        return f"product_photo/{slugify(name)}.svg"

    def _products(self):
        goods = [(section, line.split(" | ")) for section, content in self.sections.items()
                 for line in content["goods"].strip().splitlines()]
        arrivals = sorted(self.random.sample(range(DAYS_OF_ARRIVALS * 24), len(goods)))
        self.random.shuffle(arrivals)
        featured = set(self.random.sample(range(len(goods)), FEATURED * 2))
        slugs = set()
        for number, ((section, (name, dollars, picture, first)), age) in enumerate(zip(goods, arrivals)):
            slug = slugify(name)
            if slug in slugs:
                raise ValueError(f"two products are called '{name}'")
            slugs.add(slug)
            self._product(number, section, name, slug, float(dollars), picture.split(), first,
                          self.newest - datetime.timedelta(hours=age), number in featured)

    def _product(self, number, section, name, slug, dollars, picture, first, created, featured):
        content = self.sections[section]
        kind, colour = picture if len(picture) == 2 else (content["picture"], picture[0])
        details = facts(section, content["details"], name, colour, self.random)
        draw = self.random.random()
        discontinued = draw < DISCONTINUED_SHARE
        published = discontinued or draw >= DISCONTINUED_SHARE + UNPUBLISHED_SHARE
        sentences = [first]
        for bank, share in (("middle", 1.0), ("closing", 0.85)):
            fitting = fitting_sentences(content[bank], name)
            if fitting and self.random.random() < share:
                sentences.append(self.random.choice(fitting))
        photos = self._photos(slug, kind, colour, name)
        when = created.strftime("%Y-%m-%dT%H:%M:%SZ")
        sku = f"CR-{1000 + number * 7 % 9000:04d}-{section[:2].upper()}"
        pk = self.fixture.add(
            "product", name=name, slug=slug, sku=sku,
            description=" ".join(sentences), manufacturer=self.makers[self._maker(content, name)],
            photo=photos[0][0], photo_alt=photos[0][1], weight_g=weight_g(details, self.random),
            is_published=published, is_discontinued=discontinued,
            is_featured=featured and published and not discontinued, created=when, updated=when)
        on_sale = self.random.random() < SALE_SHARE
        self._prices(pk, dollars, on_sale)
        self._places(pk, section, content, name, dollars)
        axes = self._axes(section, name, dict(details))
        for attribute, value in details:
            if attribute not in axes:
                self.attributes.add_detail(pk, attribute, value)
        self._variants(pk, sku, axes, dollars, on_sale)
        for position, (path, alt) in enumerate(photos[1:]):
            self.fixture.add("productphoto", product=pk, image=path, alt=alt, position=position)
        if number % 97 == 5:     # a few products have moved, so that old links can be tried
            self.fixture.add("slugredirect", kind="product", old_path=f"{slug}-old", object_id=pk)

    def _maker(self, content, name):
        makers = content["makers"]
        return makers[0] if "Cranberry" in name and self.random.random() < 0.5 else self.random.choice(makers)

    def _photos(self, slug, kind, colour, name):
        subject = re.sub(r", .*", "", name)
        views = [(0, f"{name}, an illustration")]
        if self.random.random() < 0.55 and has_company(kind):
            views.append((2, f"{subject} beside a smaller one in another colour"))
        if self.random.random() < 0.4:
            views.append((1, f"{subject}, seen from close up"))
        photos = []
        for turn, alt in views:
            path = f"product_photo/{slug}{('', '-close', '-pair')[turn]}.svg"
            self._write(path, still_life(kind, colour, slug, turn, name))
            photos.append((path, alt))
        return photos

    def _write(self, path, svg):
        path = self.static / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(svg)

    def _prices(self, product, dollars, on_sale, variant=None):
        for currency in self.frame["currencies"]:
            usual = self._price_point(dollars * currency["rate"])
            now = self._price_point(dollars * 0.8 * currency["rate"]) if on_sale else usual
            self.fixture.add("price", product=product, variant=variant, currency=currency["code"], amount_minor=now,
                             compare_at_minor=usual if on_sale else None)

    def _axes(self, section, name, details):
        """What a product can be had in: {"Colour": [["Moss", 1.0], ...]}, its own value first."""
        for rule in self.frame["variants"]:
            if rule["section"] != section or not re.search(rule["names"], name, re.I):
                continue
            axes = rule["axes"]
            # A product that is called by its colour has no other; one without a grind is not ground.
            if "Colour" in axes and names_a_colour(name) or "Grind" in axes and "Grind" not in details:
                return {}
            return {axis: self._own_value_first(axis, values, details) for axis, values in axes.items()}
        return {}

    @staticmethod
    def _own_value_first(axis, values, details):
        own = details.get(axis)
        if axis != "Colour" or own is None:
            return values
        return [[own, 1.0]] + [value for value in values if value[0] != own][:3]

    def _variants(self, product, sku, axes, dollars, on_sale):
        details = [[(self.attributes.add_detail(product, axis, value)[0], factor) for value, factor in values]
                   for axis, values in axes.items()]
        for position, chosen in enumerate(itertools.product(*details) if details else ()):
            ids = [detail for detail, _ in chosen]
            factor = math.prod(factor for _, factor in chosen)
            variant = self.fixture.add("variant", product=product, sku=f"{sku}-{position + 1}", combination="-".join(map(str, sorted(ids))),
                                       weight_g=None, is_active=True, position=position)
            for detail in ids:
                self.fixture.add("variantdetail", variant=variant, detail=detail)
            if factor != 1.0:
                self._prices(product, dollars * factor, on_sale, variant)

    @staticmethod
    def _price_point(amount):
        """The nearest price that looks like one, in cents: quarters below 30, whole units above."""
        if amount >= 30:
            return round(amount) * 100
        cents = round(amount * 20) * 5
        return cents if cents % 100 not in (5, 10, 15) else cents // 100 * 100

    def _places(self, product, section, content, name, dollars):
        own = self.filled_from[section]
        places = [own]
        for place, share in content.get("also", {}).items():
            if self.random.random() < share and not (place == "gifts/under-25" and dollars >= 25):
                places.append(place)
        if "Cranberry" in name and own.startswith("all-year/") and self.random.random() < 0.2:
            places.append("fall-harvest/thanksgiving")
        for place in dict.fromkeys(places):
            self.fixture.add("productcategory", product=product, category=self.categories[place],
                             is_primary=place == own, position=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fixture", type=pathlib.Path, required=True)
    parser.add_argument("--static", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    arguments.fixture.parent.mkdir(parents=True, exist_ok=True)
    arguments.fixture.write_text(Shop(arguments.static).build())


if __name__ == "__main__":
    main()
