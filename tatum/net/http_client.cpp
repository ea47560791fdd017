#include <tatum/net/http_client.h>

#include <tatum/base/back_off.h>
#include <tatum/base/crypto.h>
#include <tatum/base/dateparse.h>
#include <tatum/base/datetime.h>
#include <tatum/base/json.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>
#include <tatum/net/impl/ascii.h>
#include <tatum/net/impl/curl_transfer.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace tatum::net {

using impl::CurlTransfer;
using impl::HttpHop;
using impl::HttpUrl;

namespace {

constexpr std::size_t kBoundaryBytes = 16;
constexpr std::size_t kBodyPieceBytes = 64 * 1024;

Error make_error(std::string_view code, std::string message) {
    Error error;
    error.code = code;
    error.message = std::move(message);
    return error;
}

bool contains(const HttpFields& fields, std::string_view name) {
    return std::any_of(fields.begin(), fields.end(), [&](const auto& field) {
        return ascii::equals_ignoring_case(field.first, name);
    });
}

void remove(HttpFields& fields, std::string_view name) {
    std::erase_if(
        fields, [&](const auto& field) { return ascii::equals_ignoring_case(field.first, name); });
}

bool is_idempotent(std::string_view method) {
    constexpr std::array<std::string_view, 6> kMethods = {"GET",   "HEAD", "OPTIONS",
                                                          "TRACE", "PUT",  "DELETE"};
    return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

/// What may stand in a header, so that no value adds a header of its own.
Result<void> check_header(std::string_view name, std::string_view value) {
    if (impl::is_token(name) && impl::is_field_value(value) &&
        !ascii::equals_ignoring_case(name, "Content-Length") &&
        !ascii::equals_ignoring_case(name, "Transfer-Encoding")) {
        return {};
    }
    return make_error("http_client.E001",
                      "the header " + strings::repr(name) + " cannot be sent by a caller");
}

std::string quoted_for_form(std::string_view text) {
    std::string out;
    for (const char c : text) {  // as browsers do: HTML §4.10.21.8
        if (c == '"') {
            out += "%22";
        } else if (c == '\r') {
            out += "%0D";
        } else if (c == '\n') {
            out += "%0A";
        } else {
            out += c;
        }
    }
    return out;
}

std::string multipart_body(const std::vector<HttpFormPart>& parts, const std::string& boundary) {
    std::string body;
    for (const HttpFormPart& part : parts) {
        body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" +
                quoted_for_form(part.name) + "\"";
        if (!part.file_name.empty()) {
            body += "; filename=\"" + quoted_for_form(part.file_name) + "\"";
        }
        if (!part.content_type.empty() || !part.file_name.empty()) {
            body += "\r\nContent-Type: ";
            body += part.content_type.empty() ? "application/octet-stream" : part.content_type;
        }
        body += "\r\n\r\n" + part.value + "\r\n";
    }
    return body + "--" + boundary + "--\r\n";
}

std::string urlencoded(const HttpFields& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (!out.empty()) out += '&';
        uri::append_quoted_plus(out, name);
        out += '=';
        uri::append_quoted_plus(out, value);
    }
    return out;
}

/// Fills in the body and its type.
Result<void> add_body(const HttpCall& call, HttpHop& hop) {
    std::string type = call.content_type;
    const int bodies = (call.json ? 1 : 0) + (call.form.empty() ? 0 : 1) +
                       (call.parts.empty() ? 0 : 1) + (call.body.empty() ? 0 : 1) +
                       (call.body_reader ? 1 : 0);
    if (bodies > 1) return make_error("http_client.E001", "a call has one body at most");
    hop.has_body = bodies == 1;
    if (call.json) {
        TATUM_TRY(hop.body, json::dump(*call.json));
        type = "application/json";
    } else if (!call.form.empty()) {
        hop.body = urlencoded(call.form);
        type = "application/x-www-form-urlencoded";
    } else if (!call.parts.empty()) {
        for (const HttpFormPart& part : call.parts) {
            if (!impl::is_field_value(part.content_type)) {
                return make_error("http_client.E001", "the content type " +
                                                          strings::repr(part.content_type) +
                                                          " of a part cannot be sent");
            }
        }
        const std::string boundary = crypto::hex(crypto::random_bytes(kBoundaryBytes));
        hop.body = multipart_body(call.parts, boundary);
        type = "multipart/form-data; boundary=" + boundary;
    } else if (call.body_reader) {
        hop.reader = &call.body_reader;
        hop.reader_size = call.body_size;
    } else {
        hop.body = call.body;
        // Servers want a length where a body is usual (RFC 9110 §8.6).
        hop.has_body =
            hop.has_body || hop.method == "POST" || hop.method == "PUT" || hop.method == "PATCH";
    }
    if (!type.empty() && !contains(hop.headers, "Content-Type")) {
        if (auto checked = check_header("Content-Type", type); !checked) return checked;
        hop.headers.emplace_back("Content-Type", type);
    }
    return {};
}

void add_authorization(const HttpCall& call, HttpHop& hop) {
    if (contains(hop.headers, "Authorization")) return;
    if (!call.bearer_token.empty()) {
        hop.headers.emplace_back("Authorization", "Bearer " + call.bearer_token);
        return;
    }
    std::string pair;
    if (call.basic_auth) {
        pair = call.basic_auth->user + ":" + call.basic_auth->password;
    } else if (!hop.url.user.empty() || !hop.url.password.empty()) {
        pair = hop.url.user + ":" + hop.url.password;
    } else {
        return;
    }
    hop.headers.emplace_back("Authorization", "Basic " + crypto::base64_encode(pair));
}

/// Seconds or a date (RFC 9110 §10.2.3); nullopt when there is none.
std::optional<Duration> retry_after(const HttpReply& reply) {
    const auto text = reply.header("Retry-After");
    if (!text) return std::nullopt;
    std::int64_t seconds = 0;
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), seconds);
    if (fault != std::errc() || end != text->data() + text->size()) {
        const auto date = parse_http_date(*text);
        if (!date) return std::nullopt;
        seconds = *date - current_clock().now_seconds();
    }
    constexpr std::int64_t kYear = 31'536'000;
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kYear));
}

bool is_worth_another(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
}

/// A body that is there already.
class TextSource final : public HttpReplyStream::Source {
public:
    explicit TextSource(std::string text) : text_(std::move(text)) {}
    std::size_t read(std::span<char> buffer) override {
        const std::size_t count =
            std::string_view(text_).substr(read_).copy(buffer.data(), buffer.size());
        read_ += count;
        return count;
    }

private:
    std::string text_;
    std::size_t read_ = 0;
};

}  // namespace

// --- replies -------------------------------------------------------------------------------------

std::optional<std::string_view> HttpReply::header(std::string_view name) const {
    for (const auto& [field, value] : headers) {
        if (ascii::equals_ignoring_case(field, name)) return value;
    }
    return std::nullopt;
}

Value HttpReply::json() const {
    auto value = json::parse(body);
    if (!value) {
        throw HttpError(make_error(
            "http_client.E012",
            url.substr(0, url.find('?')) + ": the reply is no JSON: " + value.error().message));
    }
    return *std::move(value);
}

const HttpReply& HttpReply::raise_for_status() const& {
    if (!ok()) {
        throw HttpError(make_error(
            "http_client.E011",
            url.substr(0, url.find('?')) + " answers with status " + std::to_string(status)));
    }
    return *this;
}

HttpReply HttpReply::raise_for_status() && {
    static_cast<void>(static_cast<const HttpReply&>(*this).raise_for_status());
    return std::move(*this);
}

HttpReplyStream::HttpReplyStream(HttpReply head, std::unique_ptr<Source> source)
    : head_(std::move(head)), source_(std::move(source)) {}
HttpReplyStream::~HttpReplyStream() = default;
HttpReplyStream::HttpReplyStream(HttpReplyStream&&) noexcept = default;
HttpReplyStream& HttpReplyStream::operator=(HttpReplyStream&&) noexcept = default;

std::size_t HttpReplyStream::read(std::span<char> buffer) {
    return buffer.empty() ? 0 : source_->read(buffer);
}

bool HttpReplyStream::next(std::string& out) {
    const std::size_t start = out.size();
    out.resize(start + kBodyPieceBytes);
    const std::size_t count = source_->read(std::span(out).subspan(start));
    out.resize(start + count);
    return count > 0;
}

// --- calls ---------------------------------------------------------------------------------------

struct HttpClient::Impl {
    explicit Impl(HttpClientOptions given)
        : options(std::move(given)), pool(options.connections_kept, options.cookies) {}

    /// A reply and, of open(), where the rest of its body comes from.
    struct Answer {
        HttpReply reply;
        std::unique_ptr<HttpReplyStream::Source> rest;
    };
    enum class Want : bool { Whole, Stream };

    /// One call with its redirects and attempts.
    class Run {
    public:
        Run(Impl& client, const HttpCall& call, Want want)
            : client_(client), call_(call), want_(want) {}
        Result<Answer> operator()(std::string_view method, std::string_view url);

    private:
        Result<void> prepare(std::string_view method, std::string_view url);
        Result<Answer> hop(bool& sent);
        Result<Answer> hop_by(HttpTransport& transport, bool& answered);
        bool may_retry(bool sent) const;
        bool wait_before_retry(std::optional<Duration> asked);
        bool is_redirect(const HttpReply& reply) const;
        Result<void> redirect(const HttpReply& reply);
        void forget_credentials();

        Impl& client_;
        const HttpCall& call_;
        Want want_;
        HttpHop hop_;
        int redirects_ = 0;
        int attempts_ = 0;
        int retries_ = 0;
        bool reader_used_ = false;
    };

    HttpClientOptions options;
    impl::CurlPool pool;
};

Result<void> HttpClient::Impl::Run::prepare(std::string_view method, std::string_view url) {
    const HttpClientOptions& defaults = client_.options;
    hop_.method = method;
    if (!impl::is_token(method)) {
        return make_error("http_client.E001", strings::repr(method) + " is no method");
    }
    TATUM_TRY(hop_.url, impl::parse_http_url(defaults.base_url, url));
    if (!call_.params.empty()) {
        std::string text = hop_.url.text;
        text += text.find('?') == std::string::npos ? '?' : '&';
        const HttpUrl before = hop_.url;
        TATUM_TRY(hop_.url, impl::parse_http_url({}, text + urlencoded(call_.params)));
        hop_.url.user = before.user;
        hop_.url.password = before.password;
    }
    hop_.headers = call_.headers;
    bool ours = defaults.base_url.empty();
    if (!ours) {
        TATUM_TRY(const HttpUrl base, impl::parse_http_url({}, defaults.base_url));
        ours = base.origin == hop_.url.origin;
    }
    if (ours) {
        for (const auto& field : defaults.headers) {
            if (!contains(call_.headers, field.first)) hop_.headers.push_back(field);
        }
    }
    add_authorization(call_, hop_);
    if (auto added = add_body(call_, hop_); !added) return added;
    if (!contains(hop_.headers, "User-Agent") && !defaults.user_agent.empty()) {
        hop_.headers.emplace_back("User-Agent", defaults.user_agent);
    }
    for (const auto& [name, value] : hop_.headers) {
        if (auto checked = check_header(name, value); !checked) return checked;
    }
    const Duration timeout = call_.timeout.value_or(defaults.timeout);
    if (timeout > Duration::zero()) hop_.deadline = Clock::now() + timeout;
    hop_.reply_bytes_max = call_.reply_bytes_max.value_or(
        want_ == Want::Whole ? defaults.reply_bytes_max : std::uint64_t{0});
    return {};
}

/// What stands in for the network says. `answered`: it has.
Result<HttpClient::Impl::Answer> HttpClient::Impl::Run::hop_by(HttpTransport& transport,
                                                               bool& answered) {
    HttpSent sent{hop_.method, hop_.url.text, hop_.headers, hop_.body};
    if (hop_.reader != nullptr && transport.sees() == HttpTransport::Sees::Bodies) {
        // Kept, so that the network can still have it.
        std::vector<char> buffer(kBodyPieceBytes);
        while (const std::size_t count = (*hop_.reader)(buffer)) {
            sent.body.append(buffer.data(), count);
        }
        hop_.body = sent.body;
        hop_.reader = nullptr;
    }
    auto answer = transport.answer(sent);
    if (!answer) return std::move(answer).error();
    answered = answer->has_value();
    Answer result;
    if (answered) result.reply = std::move(**answer);
    result.reply.url = hop_.url.text;
    return result;
}

Result<HttpClient::Impl::Answer> HttpClient::Impl::Run::hop(bool& sent) {
    HttpTransport* transport = client_.options.transport;
    if (transport == nullptr) transport = static_cast<HttpTransport*>(local(Slot::HttpTransport));
    if (transport != nullptr) {
        bool answered = false;
        TATUM_TRY(Answer answer, hop_by(*transport, answered));
        sent = true;
        if (answered) {
            if (want_ == Want::Stream && !is_redirect(answer.reply)) {
                answer.rest = std::make_unique<TextSource>(std::exchange(answer.reply.body, {}));
            }
            return answer;
        }
        if (transport->sees() == HttpTransport::Sees::Heads) transport = nullptr;
    }
    reader_used_ = reader_used_ || hop_.reader != nullptr;
    hop_.may_repeat = call_.idempotent.value_or(is_idempotent(hop_.method)) && !reader_used_;
    auto transfer = std::make_unique<CurlTransfer>(client_.pool, client_.options, hop_);
    auto head = transfer->wait_for_head();
    sent = transfer->sent();
    if (!head) return std::move(head).error();
    Answer answer;
    answer.reply.status = transfer->status();
    answer.reply.url = hop_.url.text;
    answer.reply.headers = std::move(transfer->headers());
    if (want_ == Want::Stream && transport == nullptr && !is_redirect(answer.reply)) {
        transfer->release_deadline();
        answer.rest = std::move(transfer);
        return answer;
    }
    // The body of a redirect is nobody's, and that of a stream has no limit.
    if (want_ == Want::Stream && transport == nullptr) return answer;
    TATUM_TRY(answer.reply.body, transfer->read_all());
    if (transport != nullptr) {
        transport->observe({hop_.method, hop_.url.text, hop_.headers, hop_.body}, answer.reply);
        if (want_ == Want::Stream && !is_redirect(answer.reply)) {
            answer.rest = std::make_unique<TextSource>(std::exchange(answer.reply.body, {}));
        }
    }
    return answer;
}

bool HttpClient::Impl::Run::may_retry(bool sent) const {
    if (reader_used_ || retries_ >= call_.retries.value_or(client_.options.retries)) return false;
    return !sent || call_.idempotent.value_or(is_idempotent(hop_.method));
}

/// False when there is no time for it.
bool HttpClient::Impl::Run::wait_before_retry(std::optional<Duration> asked) {
    const HttpClientOptions& defaults = client_.options;
    if (asked && *asked > defaults.retry_after_max) return false;
    Duration delay = with_jitter(back_off(static_cast<unsigned>(retries_) + 1, defaults.retry_delay,
                                          defaults.retry_delay_max));
    if (asked) delay = std::max(delay, *asked);
    if (hop_.deadline != TimePoint::max() && Clock::now() + delay >= hop_.deadline) return false;
    ++retries_;
    sleep_for(delay);
    return true;
}

bool HttpClient::Impl::Run::is_redirect(const HttpReply& reply) const {
    const int status = reply.status;
    const bool redirects =
        status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    return redirects && reply.header("Location") &&
           call_.redirects_max.value_or(client_.options.redirects_max) > 0;
}

void HttpClient::Impl::Run::forget_credentials() {
    for (const std::string_view name : {"Authorization", "Cookie", "Proxy-Authorization"}) {
        remove(hop_.headers, name);
    }
    for (const auto& [name, value] : client_.options.headers) remove(hop_.headers, name);
}

/// RFC 9110 §15.4.
Result<void> HttpClient::Impl::Run::redirect(const HttpReply& reply) {
    const int most = call_.redirects_max.value_or(client_.options.redirects_max);
    const auto refuse = [&](const std::string& why) {
        return make_error("http_client.E008", hop_.method + " " + hop_.url.shown + ": " + why);
    };
    if (++redirects_ > most) return refuse("more than " + std::to_string(most) + " redirects");
    auto target = impl::parse_http_url(hop_.url.text, *reply.header("Location"));
    if (!target) return refuse("the redirect leads nowhere: " + target.error().message);
    const bool see_other = reply.status == 303 && hop_.method != "HEAD" && hop_.method != "GET";
    const bool was_post = (reply.status == 301 || reply.status == 302) && hop_.method == "POST";
    if (see_other || was_post) {
        hop_.method = "GET";
        hop_.has_body = false;
        hop_.body.clear();
        hop_.reader = nullptr;
        reader_used_ = false;
        for (const std::string_view name :
             {"Content-Type", "Content-Encoding", "Content-Language", "Content-Location"}) {
            remove(hop_.headers, name);
        }
    }
    if (reader_used_) return refuse("the body of a redirected call cannot be sent again");
    if (target->origin != hop_.url.origin) forget_credentials();
    target->user.clear();  // what a redirect brings along is nobody's password
    target->password.clear();
    hop_.url = *std::move(target);
    return {};
}

Result<HttpClient::Impl::Answer> HttpClient::Impl::Run::operator()(std::string_view method,
                                                                   std::string_view url) {
    if (auto prepared = prepare(method, url); !prepared) return std::move(prepared).error();
    for (;;) {
        ++attempts_;
        bool sent = false;
        auto answer = hop(sent);
        if (!answer) {
            const std::string& code = answer.error().code;
            // Nothing else gets better by waiting.
            const bool passing = code == "http_client.E002" || code == "http_client.E003" ||
                                 code == "http_client.E005" || code == "http_client.E009";
            if (passing && may_retry(sent) && wait_before_retry({})) continue;
            return answer;
        }
        const HttpReply& reply = answer->reply;
        if (is_worth_another(reply.status) && may_retry(true) &&
            wait_before_retry(retry_after(reply))) {
            continue;
        }
        if (is_redirect(reply)) {
            if (auto followed = redirect(reply); !followed) return std::move(followed).error();
            continue;
        }
        answer->reply.redirects = redirects_;
        answer->reply.attempts = attempts_ - redirects_;
        return answer;
    }
}

HttpClient::HttpClient(HttpClientOptions options) {
    if (!options.proxy.empty() && options.private_networks == PrivateNetworks::Refuse) {
        throw ImproperlyConfigured(
            "An HttpClient with a proxy cannot refuse private networks: the proxy connects");
    }
    if (options.certificate_file.empty() != options.key_file.empty()) {
        throw ImproperlyConfigured("An HttpClient has a certificate and a key, or neither");
    }
    if (!options.base_url.empty()) {
        if (const auto base = impl::parse_http_url({}, options.base_url); !base) {
            throw ImproperlyConfigured(base.error());
        }
    }
    impl_ = std::make_unique<Impl>(std::move(options));
}

HttpClient::~HttpClient() = default;

const HttpClientOptions& HttpClient::options() const { return impl_->options; }

Result<HttpReply> HttpClient::try_request(std::string_view method, std::string_view url,
                                          const HttpCall& call) {
    auto answer = Impl::Run(*impl_, call, Impl::Want::Whole)(method, url);
    if (!answer) return std::move(answer).error();
    return std::move(answer->reply);
}

HttpReply HttpClient::request(std::string_view method, std::string_view url, const HttpCall& call) {
    auto reply = try_request(method, url, call);
    if (!reply) throw HttpError(std::move(reply).error());
    return *std::move(reply);
}

HttpReplyStream HttpClient::open(std::string_view method, std::string_view url,
                                 const HttpCall& call) {
    auto answer = Impl::Run(*impl_, call, Impl::Want::Stream)(method, url);
    if (!answer) throw HttpError(std::move(answer).error());
    return {std::move(answer->reply), std::move(answer->rest)};
}

}  // namespace tatum::net
