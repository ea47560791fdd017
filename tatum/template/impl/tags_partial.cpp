#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/parse_tools.h>
#include <tatum/template/impl/render_state.h>

namespace tatum::template_::impl {
namespace {

/// `{% partialdef %}`: shows its content where it stands only if it is inline.
class PartialDefNode final : public Node {
public:
    PartialDefNode(const Partial* partial, bool in_place)
        : partial_(partial), in_place_(in_place) {}
    void render(Context& context, std::string& out) const override {
        if (in_place_) partial_->nodes.render(context, out);
    }

private:
    const Partial* partial_;
    bool in_place_;
};

class PartialNode final : public Node {
public:
    PartialNode(std::string_view name, const TemplateBody* body) : name_(name), body_(body) {}
    void render(Context& context, std::string& out) const override {
        const Partial* partial = body_->find_partial(name_);
        if (partial == nullptr) {
            fail_syntax("Partial '" + std::string(name_) +
                        "' is not defined in the current template.");
        }
        render_nodes_included(*body_, partial->nodes, context, out);
    }

private:
    std::string_view name_;
    const TemplateBody* body_;
};

Result<Node*> parse_partialdef(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    if (bits.size() < 2) return tag_error("'partialdef' tag requires a name");
    if (bits.size() > 3) return tag_error("'partialdef' tag takes at most 2 arguments");
    if (bits.size() == 3 && bits[2] != "inline") {
        return tag_error(
            "The 'inline' argument does not have any parameters; either use 'inline' or remove it "
            "completely.");
    }
    const std::string name(bits[1]);
    TATUM_TRY(const NodeList nodes, parser.parse({"endpartialdef"}));
    const Token end = parser.next_token();
    if (end.contents != "endpartialdef" && end.contents != "endpartialdef " + name) {
        return parser.error(end, "Invalid block tag on line " + std::to_string(end.span.line) +
                                     ": 'endpartialdef', expected 'endpartialdef' or "
                                     "'endpartialdef " +
                                     name + "'. Did you forget to register or load this tag?");
    }
    TemplateBody& body = parser.state().body;
    if (body.find_partial(name) != nullptr) {
        const std::string& whole =
            body.origin.template_name.empty() ? body.origin.name : body.origin.template_name;
        return tag_error("Partial '" + name + "' is already defined in the '" + whole +
                         "' template.");
    }
    auto* partial = parser.make<Partial>(Partial{Name(bits[1]), nodes, token.span});
    body.partials.push_back(partial);
    return parser.make<PartialDefNode>(partial, bits.size() == 3);
}

Result<Node*> parse_partial(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    if (bits.size() != 2) return tag_error("'partial' tag requires a single argument");
    return parser.make<PartialNode>(bits[1], &parser.state().body);
}

}  // namespace

void add_partial_tags(Library& library) {
    library.tag("partialdef", &parse_partialdef).tag("partial", &parse_partial);
}

}  // namespace tatum::template_::impl
