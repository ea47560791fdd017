#include <tatum/template/impl/parse_tools.h>

#include <tatum/base/text.h>
#include <tatum/template/impl/engine_impl.h>

#include <set>

namespace tatum::template_::impl {

Result<const Expression*> compile(Parser& parser, std::string_view text) {
    return Expression::parse(text, parser);
}

Error tag_error(std::string message) {
    Error error;
    error.code = "template.E020";
    error.message = std::move(message);
    return error;
}

Name shared_name(Parser& parser, std::string_view name) {
    return parser.engine().implementation().names.share(Name(name));
}

std::string_view assignment_name(std::string_view bit) {
    std::size_t position = 0;
    while (position < bit.size() && bit[position] != '=') {
        if (!strings::is_word(strings::next_code_point(bit, position))) return {};
    }
    if (position == 0 || position + 1 >= bit.size()) return {};
    return bit.substr(0, position);
}

Result<std::vector<std::pair<Name, const Expression*>>> parse_assignments(Parser& parser,
                                                                          const Bits& bits,
                                                                          std::size_t& next,
                                                                          LegacyForm legacy) {
    std::vector<std::pair<Name, const Expression*>> found;
    if (next >= bits.size()) return found;
    const auto add = [&](std::string_view name, const Expression* expression) {
        for (auto& [known, before] : found) {
            if (known.text == name) {
                before = expression;
                return;
            }
        }
        found.emplace_back(shared_name(parser, name), expression);
    };
    if (!assignment_name(bits[next]).empty()) {
        while (next < bits.size()) {
            const std::string_view name = assignment_name(bits[next]);
            if (name.empty()) return found;
            TATUM_TRY(const Expression* value, compile(parser, bits[next].substr(name.size() + 1)));
            add(name, value);
            ++next;
        }
        return found;
    }
    if (legacy == LegacyForm::No) return found;
    while (next + 2 < bits.size() && bits[next + 1] == "as") {
        TATUM_TRY(const Expression* value, compile(parser, bits[next]));
        add(bits[next + 2], value);
        next += 3;
        if (next >= bits.size() || bits[next] != "and") return found;
        ++next;
    }
    return found;
}

Result<std::span<const Expression* const>> compile_all(Parser& parser, const Bits& bits,
                                                       std::size_t first, std::size_t last) {
    std::vector<const Expression*> compiled;
    for (std::size_t i = first; i < last; ++i) {
        TATUM_TRY(const Expression* expression, compile(parser, bits[i]));
        compiled.push_back(expression);
    }
    return keep_all(parser, std::move(compiled));
}

std::string_view take_as(Bits& bits) {
    if (bits.size() < 2 || bits[bits.size() - 2] != "as") return {};
    const std::string_view name = bits.back();
    bits.resize(bits.size() - 2);
    return name;
}

std::vector<std::string> library_names(const Engine& engine) {
    std::set<std::string> names;
    for (const Library& library : engine.implementation().libraries) names.insert(library.name());
    return {names.begin(), names.end()};
}

std::string repr_of(const Bits& bits, std::size_t first) {
    List items;
    for (std::size_t i = first; i < bits.size(); ++i) items.emplace_back(bits[i]);
    return Value(std::move(items)).repr();
}

std::string quoted(std::string_view text) { return strings::repr(text); }

}  // namespace tatum::template_::impl
