#include <tatum/views/shortcuts.h>

#include <tatum/db/exceptions.h>
#include <tatum/net/fiber.h>
#include <tatum/net/sync.h>
#include <tatum/template/engine.h>
#include <tatum/urls/reverse.h>
#include <tatum/views/current.h>
#include <tatum/views/template_fault.h>

#include <exception>
#include <memory>
#include <mutex>

namespace tatum::views {

namespace {

/// Renders into `out`, a string or a Sink; keeps where it failed with the request, for the debug
/// page.
template <class Out>
void render_into(Out& out, const template_::Template& source, Dict variables,
                 http::Request* request) {
    template_::Context context(std::move(variables));
    source.engine().prepare(context, request != nullptr ? http::to_value(*request) : Value());
    if (request != nullptr) {
        if (RenderRecord* record = request->extensions.find<RenderRecord>()) {
            record->templates.push_back(source.name());
            record->contexts.push_back(context.flatten());
        }
    }
    try {
        source.render(context, out);
    } catch (...) {
        if (request != nullptr && context.fault()) {
            request->extensions.set(FailedTemplate{*context.fault()});
        }
        throw;
    }
}

http::Response rendered(http::Request& request, const template_::Template& source, Dict variables,
                        const RenderOptions& options) {
    std::string out;
    render_into(out, source, std::move(variables), &request);
    return http::Response(std::move(out),
                          {.content_type = options.content_type, .status = options.status});
}

}  // namespace

http::Response render(http::Request& request, std::string_view template_name, Dict context,
                      const RenderOptions& options) {
    const auto source = current_site().templates().get_template(template_name);
    return rendered(request, *source, std::move(context), options);
}

http::Response render(http::Request& request, std::span<const std::string> template_names,
                      Dict context, const RenderOptions& options) {
    const auto source = current_site().templates().select_template(template_names);
    return rendered(request, *source, std::move(context), options);
}

namespace {

/// A page that is sent while it is made: a fiber renders it and waits until each piece is taken.
class RenderStream final : public http::BodyStream {
public:
    RenderStream(http::Request& request, template_::TemplatePointer source, Dict variables)
        : fiber_(net::spawn([state = state_, &request, source = std::move(source),
                             variables = std::move(variables)]() mutable {
              try {
                  render_into<template_::Sink>(*state, *source, std::move(variables), &request);
              } catch (...) {
                  state->failure = std::current_exception();
              }
              const std::lock_guard lock(state->mutex);
              state->done = true;
              state->changed.notify_all();
          })) {}

    ~RenderStream() override {
        const net::NoCancelScope cleanup;
        {
            const std::lock_guard lock(state_->mutex);
            state_->abandoned = true;
            state_->changed.notify_all();
        }
        fiber_.join();  // it keeps what goes wrong to itself
    }
    RenderStream(const RenderStream&) = delete;
    RenderStream& operator=(const RenderStream&) = delete;

    /// Waits for the first piece, or the end. Throws what rendering threw before that.
    void begin() {
        std::unique_lock lock(state_->mutex);
        wait(lock);
        if (!state_->full) rethrow();
    }

    bool next(std::string& out) override {
        std::unique_lock lock(state_->mutex);
        wait(lock);
        if (state_->full) {
            out.swap(state_->piece);
            state_->full = false;
            state_->changed.notify_all();
            return true;
        }
        rethrow();
        return false;
    }

private:
    struct State final : template_::Sink {
        void write(std::string_view text) override {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return !full || abandoned; });
            if (abandoned) throw net::Cancelled("nobody reads the page any more");
            piece = text;
            full = true;
            changed.notify_all();
        }

        net::Mutex mutex;  ///< guards the rest
        net::ConditionVariable changed;
        std::string piece;
        bool full = false, done = false, abandoned = false;
        std::exception_ptr failure;
    };

    void wait(std::unique_lock<net::Mutex>& lock) {
        state_->changed.wait(lock, [&] { return state_->full || state_->done; });
    }
    void rethrow() {
        if (state_->failure) std::rethrow_exception(std::exchange(state_->failure, nullptr));
    }

    std::shared_ptr<State> state_ = std::make_shared<State>();
    net::Fiber fiber_;
};

}  // namespace

http::Response render_stream(http::Request& request, std::string_view template_name, Dict context,
                             const RenderOptions& options) {
    auto source = current_site().templates().get_template(template_name);
    if (!net::on_fiber()) return rendered(request, *source, std::move(context), options);
    auto stream = owned<RenderStream>(request, std::move(source), std::move(context));
    stream->begin();
    return http::StreamingResponse(
        std::move(stream), {.content_type = options.content_type, .status = options.status});
}

std::string render_to_string(std::string_view template_name, Dict context, http::Request* request) {
    std::string out;
    render_into(out, *current_site().templates().get_template(template_name), std::move(context),
                request);
    return out;
}

std::string render_to_string(std::span<const std::string> template_names, Dict context,
                             http::Request* request) {
    std::string out;
    render_into(out, *current_site().templates().select_template(template_names),
                std::move(context), request);
    return out;
}

std::string resolve_url(std::string_view to, const List& args, const Dict& kwargs) {
    if (to.starts_with("./") || to.starts_with("../")) return std::string(to);
    auto address = urls::current_resolver().find_url(to, args, kwargs);
    if (address) return *std::move(address);
    if (to.find_first_of("/.") != std::string_view::npos) return std::string(to);
    throw urls::NoReverseMatch(std::move(address).error());
}

namespace {

http::Response redirect_to(const std::string& address, const RedirectOptions& options) {
    const auto preserve =
        options.preserve_request ? http::PreserveRequest::Yes : http::PreserveRequest::No;
    if (options.permanent) return http::ResponsePermanentRedirect(address, preserve);
    return http::ResponseRedirect(address, preserve);
}

}  // namespace

http::Response redirect(std::string_view to, const RedirectOptions& options) {
    return redirect_to(resolve_url(to), options);
}

http::Response redirect(std::string_view view_name, const Kwargs& kwargs,
                        const RedirectOptions& options) {
    return redirect_to(resolve_url(view_name, kwargs.args(), kwargs.dict()), options);
}

namespace impl {

db::RowsPtr row_or_404(const db::AnyQuerySet& query, db::Conditions conditions) {
    try {
        return query.filter(conditions).get();
    } catch (const db::ObjectDoesNotExist& none) {
        throw Http404(none.what());
    }
}

db::AnyQuerySet rows_or_404(const db::AnyQuerySet& query, db::Conditions conditions) {
    db::AnyQuerySet found = query.filter(conditions);
    if (!found.exists()) throw Http404("No object matches the given query.");
    return found;
}

}  // namespace impl

}  // namespace tatum::views
