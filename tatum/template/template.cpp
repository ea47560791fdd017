#include <tatum/base/formats.h>
#include <tatum/base/html.h>
#include <tatum/base/timezone.h>
#include <tatum/template/engine.h>
#include <tatum/template/impl/body.h>
#include <tatum/template/impl/condition.h>
#include <tatum/template/impl/inheritance.h>
#include <tatum/template/impl/nodes.h>
#include <tatum/template/impl/render_state.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace tatum::template_ {
namespace impl {
namespace {

/// Renders a template within the rendering that is going on.
class FrameScope {
public:
    FrameScope(RenderState& state, const TemplateBody& body) : state_(state), before_(state.frame) {
        frame_.body = &body;
        state.frame = &frame_;
    }
    ~FrameScope() { state_.frame = before_; }
    FrameScope(const FrameScope&) = delete;
    FrameScope& operator=(const FrameScope&) = delete;

private:
    RenderState& state_;
    RenderState::Frame frame_;
    RenderState::Frame* before_;
};

/// Begins a rendering, or joins the one that is going on in `context`.
class Rendering {
public:
    Rendering(const TemplateBody& body, Context& context)
        : state_(RenderState::of(context)),
          outermost_(state_.frame == nullptr),
          frame_(state_, body) {
        if (outermost_) {
            state_.engine = body.engine;
            state_.limits = &body.engine->options().limits;
            state_.check_at = state_.limits->output_bytes + 1;
            state_.iterations = 0;
            state_.steps = 0;
            state_.filtered = 0;
            state_.depth = 0;
            state_.written = 0;
            state_.fault.reset();
        }
    }
    ~Rendering() {
        if (!outermost_) return;
        state_.kept.clear();
        state_.sink = nullptr;
        state_.main_output = nullptr;
    }
    Rendering(const Rendering&) = delete;
    Rendering& operator=(const Rendering&) = delete;

    RenderState& state() { return state_; }

private:
    RenderState& state_;
    bool outermost_;
    FrameScope frame_;
};

}  // namespace

void note_fault(RenderState& state, const SourceSpan& span) {
    if (!state.fault && state.frame != nullptr && state.frame->body != nullptr) {
        state.fault = fault_at(*state.frame->body, span);
    }
}

void note_fault(RenderState& state, const Piece& piece) {
    const Lineage* lineage = state.frame != nullptr ? state.frame->lineage : nullptr;
    const TemplateBody* body = lineage != nullptr ? lineage->body_of(piece) : nullptr;
    if (body != nullptr && !state.fault) state.fault = fault_at(*body, piece.span);
    note_fault(state, piece.span);
}

void check_output(RenderState& state, std::string& out) {
    if (&out == state.main_output && state.sink != nullptr) {
        state.written += out.size();
        state.sink->write(out);
        out.clear();
    }
    if (out.size() + state.written > state.limits->output_bytes) {
        limit_passed("output_bytes", state.limits->output_bytes);
    }
}

RenderState& RenderState::of(Context& context) {
    if (!context.state_) {
        context.state_ = std::make_unique<RenderState>();
        context.state_->context = &context;
    }
    return *context.state_;
}

void render_included(const TemplateBody& body, Context& context, std::string& out) {
    const FrameScope frame(*RenderState::find(context), body);
    body.nodes.render(context, out);
}

void render_nodes_included(const TemplateBody& body, const NodeList& nodes, Context& context,
                           std::string& out) {
    const FrameScope frame(*RenderState::find(context), body);
    nodes.render(context, out);
}

std::optional<List> items_of(const Value& value, Context& context) {
    const bool lie_apart = value.is_list() || value.is_dict() || value.is_object();
    const std::size_t limit = options_of(context).limits.value_bytes;
    if (!lie_apart && value.size().value_or(0) > limit / sizeof(Value)) {
        limit_passed("value_bytes", limit);
    }
    return value.items();
}

void limit_passed(std::string_view what, std::size_t limit) {
    fail("template.E190",
         "the template passes the limit " + std::string(what) + " = " + std::to_string(limit));
}

void fail(std::string_view code, std::string message) {
    Error error;
    error.code = code;
    error.message = std::move(message);
    throw TemplateRenderError(std::move(error));
}

void fail_syntax(std::string message) {
    Error error;
    error.code = "template.E021";
    error.message = std::move(message);
    throw TemplateSyntaxError(std::move(error));
}

TemplateFault fault_at(const TemplateBody& body, SourceSpan span) {
    const std::string_view source = body.source.text;
    TemplateFault fault;
    fault.template_name = body.origin.template_name;
    fault.origin = body.origin.name;
    fault.line = span.line;
    fault.start = span.start;
    fault.end = span.end;
    fault.line_count = static_cast<std::size_t>(std::count(source.begin(), source.end(), '\n')) + 1;
    const std::size_t line_start =
        span.start == 0 ? 0 : source.rfind('\n', span.start - 1) + 1;  // npos + 1 is 0
    const std::size_t line_end = std::min(source.find('\n', span.end), source.size());
    fault.before = source.substr(line_start, span.start - line_start);
    fault.during = source.substr(span.start, span.end - span.start);
    fault.after = source.substr(span.end, line_end - span.end);
    std::size_t number = 1;
    for (std::size_t from = 0; from <= source.size(); ++number) {
        const std::size_t end = std::min(source.find('\n', from), source.size());
        if (number + TemplateFault::kLinesAround >= span.line &&
            number <= span.line + TemplateFault::kLinesAround) {
            fault.lines.push_back({number, std::string(source.substr(from, end - from))});
        }
        from = end + 1;
    }
    return fault;
}

}  // namespace impl

std::span<const impl::Piece> NodeList::pieces() const { return {pieces_, count_}; }

void NodeList::render(Context& context, std::string& out) const {
    if (count_ == 0) return;
    impl::RenderState& state = *impl::RenderState::find(context);
    if (++state.depth > state.limits->render_depth) {
        --state.depth;
        impl::limit_passed("render_depth", state.limits->render_depth);
    }
    if ((state.steps += steps_) > state.limits->steps) {
        --state.depth;
        impl::limit_passed("steps", state.limits->steps);
    }
    using Next = impl::Piece::Next;
    const impl::Piece* piece = pieces_;
    const impl::Piece* const end = piece + count_;
    try {
        for (; piece != end; ++piece) {
            out.append(piece->text);
            if (piece->next == Next::Variable) {
                piece->variable->append_to(context, out);
            } else if (piece->next == Next::Test) {
                if (!piece->condition->holds(context)) piece += piece->skip;
            } else if (piece->next == Next::Tag) {
                piece->tag->render(context, out);
            } else {
                piece += piece->skip;
            }
            if (out.size() >= state.check_at) impl::check_output(state, out);
        }
    } catch (TemplateError& error) {
        impl::note_fault(state, *piece);
        if (state.fault) error.locate(*state.fault);
        --state.depth;
        throw;
    } catch (...) {
        impl::note_fault(state, *piece);
        --state.depth;
        throw;
    }
    --state.depth;
}

std::string NodeList::render(Context& context) const {
    std::string out;
    render(context, out);
    return out;
}

void render_value(Context& context, const Value& value, std::string& out) {
    switch (value.kind()) {
        case Kind::String:
            if (value.is_safe() || !context.autoescape()) {
                out.append(value.as_string());
            } else {
                html::append_escaped(out, value.as_string());
            }
            return;
        case Kind::None:
            out.append("None");
            return;
        case Kind::Bool:
            out.append(value.as_bool() ? "True" : "False");
            return;
        case Kind::Int:
            if (!is_localized(value) || context.use_l10n() == false) {
                std::array<char, 24> digits;
                const auto end =
                    std::to_chars(digits.data(), digits.data() + digits.size(), value.as_int());
                out.append(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
                return;
            }
            break;
        default:
            break;
    }
    impl::render_other_value(context, value, out);
}

namespace impl {

void render_other_value(Context& context, const Value& value, std::string& out) {
    if (value.kind() == Kind::DateTime && !value.keeps_zone() && value.as_datetime().is_aware() &&
        context.use_tz().value_or(options_of(context).use_tz)) {
        const Value local(localtime(value.as_datetime()));
        append_localized(context, local, out);
    } else {
        append_localized(context, value, out);
    }
}

void append_localized(Context& context, const Value& value, std::string& out) {
    const bool number = value.is_number();
    const bool dated =
        value.kind() == Kind::Date || value.kind() == Kind::DateTime || value.kind() == Kind::Time;
    if (!number && !dated) {
        if (!context.autoescape()) return value.append_str(out);
        if (value.is_object()) return append_object(value, out);
        std::string text;
        value.append_str(text);
        return html::append_escaped(out, text);
    }
    // Numbers and dates hold nothing to escape, but separators of some languages do.
    if (number && (context.use_l10n() == false || !is_localized(value))) {
        return value.append_str(out);
    }
    const Value text = localize(value, context.use_l10n() == false ? UseL10n::Off : UseL10n::On);
    if (context.autoescape()) {
        html::append_conditionally_escaped(out, text);
    } else {
        text.append_str(out);
    }
}

void append_object(const Value& value, std::string& out) {
    // A thing that prints itself as HTML (a form's field) says so with an attribute, as in Django.
    const Object& object = value.as_object();
    if (const auto html = object.attribute(value.self(), "__html__")) {
        if (html->is_string()) {
            out.append(html->as_string());
            return;
        }
    }
    std::string text;
    object.append_str(value.self(), text);
    html::append_escaped(out, text);
}

}  // namespace impl

Template::Template(std::unique_ptr<const impl::TemplateBody> body) : body_(std::move(body)) {}
Template::~Template() = default;

const Origin& Template::origin() const { return body_->origin; }
std::string_view Template::source() const { return body_->source.text; }
const Engine& Template::engine() const { return *body_->engine; }

std::string Template::render(Context& context) const {
    std::string out;
    render(context, out);
    return out;
}

void Template::render(Context& context, std::string& out) const {
    constexpr std::size_t kReservedMax = 64 * 1024;
    const std::size_t last = body_->last_bytes.load(std::memory_order_relaxed);
    if (out.empty()) out.reserve(std::min(last + last / 8, kReservedMax));
    const impl::Rendering rendering(*body_, context);
    body_->nodes.render(context, out);
    // A cache line that all threads read is written where it has to be only.
    if (out.size() > last + last / 8 || out.size() < last / 2) {
        body_->last_bytes.store(out.size(), std::memory_order_relaxed);
    }
}

void Template::render(Context& context, Sink& sink, std::size_t piece_bytes) const {
    std::string out;
    impl::Rendering rendering(*body_, context);
    impl::RenderState& state = rendering.state();
    state.sink = &sink;
    state.main_output = &out;
    state.check_at = std::min(std::max<std::size_t>(piece_bytes, 1), state.check_at);
    body_->nodes.render(context, out);
    if (!out.empty()) sink.write(out);
}

}  // namespace tatum::template_
