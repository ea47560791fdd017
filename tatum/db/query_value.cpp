#include <tatum/db/impl/query_value.h>

#include <tatum/db/meta.h>
#include <tatum/db/model.h>

namespace tatum::db {

namespace {

/// A QuerySet as templates see it. Also a manager: `category.children.all`.
class QuerySetObject final : public Object {
public:
    explicit QuerySetObject(AnyQuerySet rows) : query(std::move(rows)) {}

    std::string_view type_name(Self) const override { return "QuerySet"; }
    bool truth(Self) const override { return *size(nullptr) > 0; }

    void append_str(Self, std::string& out) const override {
        // Django shows the first twenty.
        constexpr std::size_t kShown = 20;
        out += "<QuerySet [";
        const std::size_t count = *size(nullptr);
        for (std::size_t i = 0; i < count && i < kShown; ++i) {
            if (i > 0) out += ", ";
            item(nullptr, i).append_repr(out);
        }
        if (count > kShown) out += ", '...(remaining elements truncated)...'";
        out += "]>";
    }

    std::optional<std::size_t> size(Self) const override {
        return is_values() ? ValuesQuerySet(query).rows().size() : query.rows().count();
    }
    Value item(Self, std::size_t index) const override {
        if (is_values()) return ValuesQuerySet(query).rows()[index];
        const Rows& rows = query.rows();
        return rows.value(rows.at(index));
    }

    std::optional<Value> attribute(Self, const Name& name) const override {
        const std::string_view text = name.text;
        if (text == "all") return Value::object(this);
        if (text == "count") return Value(static_cast<long long>(query.count()));
        if (text == "exists") return Value(query.exists());
        if (text == "first" || text == "last") {
            if (is_values()) return end_of(ValuesQuerySet(query).rows(), text == "first");
            const RowsPtr row = text == "first" ? query.first() : query.last();
            return row ? row->value(row->at(0)) : Value();
        }
        if (text == "none") return to_value(query.none());
        if (text == "distinct") return to_value(query.distinct());
        if (text == "reverse") return to_value(query.reverse());
        if (text == "ordered") return Value(query.is_ordered());
        if (text == "db") return Value(query.db());
        if (text == "values" && !is_values()) {
            return to_value(query.values(std::span<const std::string>{}));
        }
        return std::nullopt;
    }

    bool equals(Self, const Value& other) const override { return &other.as_object() == this; }

    const AnyQuerySet query;

private:
    static Value end_of(const List& values, bool first) {
        return values.empty() ? Value() : first ? values.front() : values.back();
    }
    bool is_values() const { return query.query().values != impl::ValuesMode::None; }
};

}  // namespace

Value to_value(const AnyQuerySet& query) {
    return Value::adopt(std::make_unique<QuerySetObject>(query).release());
}
Value to_value(const ValuesQuerySet& query) { return to_value(query.any()); }

const AnyQuerySet::State* impl::query_of(const Value& value) {
    if (!value.is_object()) return nullptr;
    const auto* object = dynamic_cast<const QuerySetObject*>(&value.as_object());
    return object ? object->query.state().get() : nullptr;
}

}  // namespace tatum::db
