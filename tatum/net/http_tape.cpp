#include <tatum/net/http_tape.h>

#include <tatum/base/crypto.h>
#include <tatum/base/json.h>
#include <tatum/base/log.h>
#include <tatum/base/text.h>
#include <tatum/net/impl/http_url.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <mutex>
#include <system_error>

namespace tatum::net {

namespace {

constexpr std::int64_t kTapeVersion = 1;

Error no_recording(std::string message, std::string hint = {}) {
    Error error;
    error.code = "http_client.E010";
    error.message = std::move(message);
    error.hint = std::move(hint);
    return error;
}

/// Text stays text; other bytes are written in base64.
Value body_value(const std::string& body) {
    if (strings::is_valid_utf8(body)) return Value(body);
    return Dict{{"base64", crypto::base64_encode(body)}};
}

std::string body_text(const Value* value) {
    if (value == nullptr) return {};
    if (!value->is_dict()) return value->str();
    const Value* encoded = value->as_dict().find("base64");
    return encoded == nullptr ? std::string() : crypto::base64_decode(encoded->str()).value();
}

struct Call {
    std::string method, url, body;
    HttpReply reply;
    bool played = false;

    bool is(const HttpSent& sent) const {
        return method == sent.method && url == sent.url && body == sent.body;
    }
};

Value to_json(const Call& call) {
    List headers;
    for (const auto& [name, value] : call.reply.headers) headers.push_back(List{name, value});
    return Dict{{"method", call.method},         {"url", call.url},
                {"body", body_value(call.body)}, {"status", call.reply.status},
                {"headers", std::move(headers)}, {"reply", body_value(call.reply.body)}};
}

Call from_json(const Dict& from) {
    const auto text = [&](std::string_view name) {
        const Value* value = from.find(name);
        return value == nullptr ? std::string() : value->str();
    };
    Call call{.method = text("method"), .url = text("url"), .body = body_text(from.find("body"))};
    const Value* status = from.find("status");
    call.reply.status =
        status != nullptr && status->kind() == Kind::Int ? static_cast<int>(status->as_int()) : 0;
    call.reply.body = body_text(from.find("reply"));
    const Value* headers = from.find("headers");
    if (headers != nullptr && headers->is_list()) {
        for (const Value& pair : headers->as_list()) {
            const auto name = pair.at(0), value = pair.at(1);
            if (name && value) call.reply.headers.emplace_back(name->str(), value->str());
        }
    }
    return call;
}

}  // namespace

struct HttpTape::Impl {
    std::string path;
    Options options;
    mutable std::mutex guard;  ///< of what follows
    std::vector<Call> calls;
    bool changed = false;

    std::string clean(std::string text) const {
        for (const std::string& secret : options.hidden) {
            if (!secret.empty()) text = strings::replace(text, secret, "***");
        }
        return text;
    }
    HttpSent clean(const HttpSent& sent) const {
        return {sent.method, clean(sent.url), {}, clean(sent.body)};
    }
    void load();
};

void HttpTape::Impl::load() {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        if (options.mode == Mode::RecordMissing) return;
        throw HttpError(no_recording("there is no tape " + path, "Record it with Mode::Record."));
    }
    const std::string text((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
    const auto parsed = json::parse(text);
    const Value* list = parsed && parsed->is_dict() ? parsed->as_dict().find("calls") : nullptr;
    if (list == nullptr || !list->is_list()) throw HttpError(no_recording(path + " is no tape"));
    for (const Value& call : list->as_list()) {
        if (!call.is_dict()) throw HttpError(no_recording(path + " is no tape"));
        calls.push_back(from_json(call.as_dict()));
    }
}

HttpTape::HttpTape(std::string path, Options options) : impl_(std::make_unique<Impl>()) {
    impl_->path = std::move(path);
    impl_->options = std::move(options);
    if (impl_->options.mode != Mode::Record) impl_->load();
}

HttpTape::~HttpTape() {
    try {
        save();
    } catch (const std::exception& error) {
        logging::Logger("tatum.http_client").error(error.what());
    }
}

Result<std::optional<HttpReply>> HttpTape::answer(const HttpSent& sent) {
    const HttpSent wanted = impl_->clean(sent);
    const std::lock_guard lock(impl_->guard);
    if (impl_->options.mode == Mode::Record) return std::optional<HttpReply>();
    bool known = false;
    for (Call& call : impl_->calls) {
        if (!call.is(wanted)) continue;
        known = true;
        if (call.played) continue;
        call.played = true;
        return std::optional<HttpReply>(call.reply);
    }
    if (impl_->options.mode == Mode::RecordMissing) return std::optional<HttpReply>();
    return no_recording(wanted.method + " " + wanted.url +
                            (known ? " was made more often than " : " is not on ") + impl_->path,
                        "Record it with Mode::RecordMissing.");
}

void HttpTape::observe(const HttpSent& sent, const HttpReply& reply) {
    HttpSent wanted = impl_->clean(sent);
    Call call{.method = std::move(wanted.method),
              .url = std::move(wanted.url),
              .body = std::move(wanted.body),
              .played = true};
    call.reply.status = reply.status;
    call.reply.body = impl_->clean(reply.body);
    for (const auto& [name, value] : reply.headers) {
        // The body is recorded as it is after decompression.
        const std::string lower = strings::ascii_lower(name);
        if (lower != "set-cookie" && lower != "content-encoding" && lower != "content-length" &&
            lower != "transfer-encoding") {
            call.reply.headers.emplace_back(name, impl_->clean(value));
        }
    }
    const std::lock_guard lock(impl_->guard);
    impl_->calls.push_back(std::move(call));
    impl_->changed = true;
}

void HttpTape::save() {
    const std::lock_guard lock(impl_->guard);
    if (!impl_->changed) return;
    List list;
    for (const Call& call : impl_->calls) list.push_back(to_json(call));
    const Dict whole{{"version", kTapeVersion}, {"calls", std::move(list)}};
    std::ofstream file(impl_->path, std::ios::binary | std::ios::trunc);
    file << json::dump(Value(whole), {.ensure_ascii = false, .indent = 2}).value() << '\n';
    file.close();
    if (!file) {
        throw std::system_error(errno, std::generic_category(), impl_->path + " cannot be written");
    }
    impl_->changed = false;
}

std::size_t HttpTape::unplayed() const {
    const std::lock_guard lock(impl_->guard);
    return static_cast<std::size_t>(std::count_if(impl_->calls.begin(), impl_->calls.end(),
                                                  [](const Call& call) { return !call.played; }));
}

Result<std::optional<HttpReply>> NoNetwork::answer(const HttpSent& sent) {
    TATUM_TRY(const impl::HttpUrl url, impl::parse_http_url({}, sent.url));
    if (url.host == "localhost" || url.host == "127.0.0.1" || url.host == "[::1]") {
        return std::optional<HttpReply>();
    }
    return no_recording(sent.method + " " + url.shown + ": tests do not use the network",
                        "Give the client an HttpTape, or set another transport for the test.");
}

}  // namespace tatum::net
