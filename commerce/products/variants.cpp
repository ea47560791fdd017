#include "variants.h"

#include <tatum/base/uri.h>
#include <tatum/db/functions.h>
#include <tatum/db/transaction.h>
#include <tatum/db/validation.h>

#include <set>
#include <string>

namespace products {

namespace {

void check_details(const Variant& variant, const std::vector<ProductDetail>& details) {
    if (details.empty()) {
        throw ValidationError("details", "A variant differs in something.", "required");
    }
    std::set<std::int64_t> attributes;
    for (const ProductDetail& detail : details) {
        if (detail.product.id != variant.product.id) {
            throw ValidationError("details", "This is a detail of another product.", "product");
        }
        if (!detail.attribute->is_variant_axis) {
            throw ValidationError(
                "details", "Variants do not differ in " + detail.attribute->name + ".", "axis");
        }
        if (!attributes.insert(detail.attribute.id).second) {
            throw ValidationError(
                "details", "There is one " + detail.attribute->name + " to a variant.", "twice");
        }
    }
}

std::string combination_of(const std::vector<ProductDetail>& details) {
    std::set<std::int64_t> ids;
    for (const ProductDetail& detail : details) ids.insert(detail.id);
    std::string text;
    for (const std::int64_t id : ids) {
        if (!text.empty()) text += '-';
        text += std::to_string(id);
    }
    return text;
}

/// The text of one detail among those of its product.
std::string text_of(std::int64_t id, const QuerySet<ProductDetail>& details) {
    for (const ProductDetail& detail : details) {
        if (detail.id == id) return detail.text();
    }
    return {};
}

std::string variant_query(const std::string& sku) { return "variant=" + uri::quote_plus(sku); }

}  // namespace

std::string Variant::get_absolute_url() const {
    return product->get_absolute_url() + "?" + variant_query(sku);
}

Variant add_variant(Variant variant, const std::vector<ProductDetail>& details) {
    check_details(variant, details);
    variant.combination = combination_of(details);
    return transaction::atomic([&] {
        Variant saved = Variant::objects.create(variant);
        for (const ProductDetail& detail : details) {
            VariantDetail::objects.create({.variant = saved, .detail = detail});
        }
        return saved;
    });
}

void settle_variant(Variant& variant) {
    std::vector<ProductDetail> details;
    for (const VariantDetail& pick :
         VariantDetail::objects.filter(F<&VariantDetail::variant> == variant.id)
             .select_related<&VariantDetail::detail, &ProductDetail::attribute>()) {
        details.push_back(*pick.detail);
    }
    check_details(variant, details);
    variant.combination = combination_of(details);
    variant.save({.update_fields = {"combination"}});
}

List describe_variants(const Product& product, const QuerySet<ProductDetail>& details,
                       const std::string& currency, std::string_view chosen_sku) {
    const auto prices =
        Price::objects.filter(F<&Price::variant> == OuterRef(F<&VariantDetail::variant>),
                              F<&Price::currency> == currency);
    const auto pairs =
        VariantDetail::objects
            .filter(F<&VariantDetail::variant, &Variant::product> == product.id,
                    F<&VariantDetail::variant, &Variant::is_active> == true)
            .select_related<&VariantDetail::variant>()
            .annotate("amount_minor", Subquery(prices.values_flat("amount_minor").any()))
            .annotate("compare_at_minor", Subquery(prices.values_flat("compare_at_minor").any()))
            .order_by(F<&VariantDetail::variant, &Variant::position>, F<&VariantDetail::variant>,
                      F<&VariantDetail::detail, &ProductDetail::position>);
    const std::string page = product.get_absolute_url();
    std::vector<Dict> variants;
    std::int64_t current = 0;
    for (const VariantDetail& pair : pairs) {
        const std::string text = text_of(pair.detail.id, details);
        if (pair.variant.id == current) {
            Dict& variant = variants.back();
            variant.set("label", variant.get("label").str() + ", " + text);
            continue;
        }
        current = pair.variant.id;
        const Variant& variant = *pair.variant;
        const bool has_price = !pair.annotation("amount_minor").is_none();
        const auto of_price = [&](std::string_view name) {
            return has_price ? pair.annotation(name) : product.annotation(name);
        };
        variants.push_back({{"sku", variant.sku},
                            {"url", page + "?" + variant_query(variant.sku)},
                            {"label", text},
                            {"weight_g", variant.weight_g.value_or(product.weight_g)},
                            {"is_chosen", variant.sku == chosen_sku},
                            {"amount_minor", of_price("amount_minor")},
                            {"compare_at_minor", of_price("compare_at_minor")}});
    }
    return to_list(variants);
}

}  // namespace products
